// robots.txt as the client obeys it: RFC 9309 sections 2.3 and 2.4.
#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/test/unit_test.hpp>

#include "unit/fetch/asking.h"

using namespace rapporteur;
using namespace rapporteur::fetch;
using base::Outcome;
using std::chrono::hours;
using test::Answer;

namespace {

Settings obeying() {
  Settings settings = Asking::settings();
  settings.obey_robots = true;
  return settings;
}

const char* const forbids_news = "User-agent: rapporteur\nCrawl-delay: 7\nDisallow: /news\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(robots_client_test)

BOOST_AUTO_TEST_CASE(p44_what_robots_txt_forbids_is_not_asked_and_it_is_read_once_a_day) {
  Asking ask(obeying());
  ask.server.route("/robots.txt", Answer(200, forbids_news, "text/plain").header("ETag", "\"r\""));
  ask.server.route("/feed", Answer(200, "<rss/>"));
  ask.server.route("/away", Answer::redirect(302, "/news"));
  const auto pair = ask.get_all({ask.request(ask.server.url("/news?a")), ask.request(ask.server.url("/feed"))});
  BOOST_TEST((pair[0].outcome == Outcome::refused));
  BOOST_TEST(pair[0].failure == Failure::robots);
  BOOST_TEST(pair[0].reason.find("/robots.txt forbids this address to rapporteur") != std::string::npos,
             pair[0].reason);
  BOOST_TEST((pair[1].outcome == Outcome::fresh));
  BOOST_TEST((pair[1].hops.back().crawl_delay == std::chrono::seconds(7)));
  BOOST_TEST(ask.get(ask.server.url("/away")).failure == Failure::robots);  // where a redirect leads is judged too
  BOOST_TEST(ask.server.count("/robots.txt") == 1u);
  BOOST_TEST(ask.server.count("/news") == 0u);
  BOOST_TEST(!ask.server.seen("/robots.txt").at(0).has("If-None-Match"));
  ask.clock.time += hours(25);
  ask.server.route("/robots.txt", Answer(304));
  BOOST_TEST(ask.get(ask.server.url("/news")).failure == Failure::robots);
  BOOST_TEST(ask.server.seen("/robots.txt").at(1).header("If-None-Match") == "\"r\"");
  BOOST_TEST(ask.server.count("/robots.txt") == 2u);
}

BOOST_AUTO_TEST_CASE(without_robots_txt_everything_is_allowed) {
  Asking ask(obeying());  // its origin answers 404
  ask.server.route("/news", Answer(200, "<rss/>"));
  BOOST_TEST((ask.get(ask.server.url("/news")).outcome == Outcome::fresh));
  BOOST_TEST((ask.get(ask.server.url("/news")).outcome == Outcome::fresh));
  BOOST_TEST(ask.server.count("/robots.txt") == 1u);
}

BOOST_AUTO_TEST_CASE(who_cannot_say_is_left_alone_and_asked_again_after_an_hour) {
  for (const int status : {500, 503, 429}) {
    Asking ask(obeying());
    ask.server.route("/robots.txt", {Answer(status), Answer(200, forbids_news)});
    ask.server.route("/feed", Answer(200, "<rss/>"));
    const Reply reply = ask.get(ask.server.url("/feed"));
    BOOST_TEST(reply.failure == Failure::robots);
    BOOST_TEST(reply.reason.find("HTTP " + std::to_string(status)) != std::string::npos, reply.reason);
    BOOST_TEST(ask.get(ask.server.url("/feed")).failure == Failure::robots);
    BOOST_TEST(ask.server.count("/robots.txt") == 1u);
    ask.clock.time += hours(2);
    BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
  }
}

BOOST_AUTO_TEST_CASE(what_was_said_is_remembered_for_a_month_of_silence) {
  Asking ask(obeying());
  ask.server.route("/robots.txt", {Answer(200, forbids_news), Answer(503)});
  ask.server.route("/feed", Answer(200, "<rss/>"));
  BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
  ask.clock.time += hours(24 * 29);
  const Reply pleaded = ask.get(ask.server.url("/feed"));  // the server has just asked to be left alone
  BOOST_TEST((pleaded.outcome == Outcome::refused));
  BOOST_TEST(pleaded.status == 503);
  BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
  BOOST_TEST(ask.get(ask.server.url("/news")).failure == Failure::robots);
  ask.clock.time += hours(24 * 2);
  BOOST_TEST(ask.get(ask.server.url("/feed")).failure == Failure::robots);
}

// P21, P23: what it answers is what the server says to this refresh.
BOOST_AUTO_TEST_CASE(p21_a_robots_txt_that_asks_for_patience_is_the_answer_also_where_older_rules_are_known) {
  for (const int status : {429, 503}) {
    Asking ask(obeying());
    ask.server.route("/robots.txt", {Answer(200, forbids_news), Answer(status).header("Retry-After", "7200"),
                                     Answer(200, forbids_news)});
    ask.server.route("/feed", Answer(200, "<rss/>"));
    BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
    ask.clock.time += hours(25);
    const auto pair = ask.get_all({ask.request(ask.server.url("/feed")), ask.request(ask.server.url("/feed?b"))});
    for (const Reply& reply : pair) {  // the second waited for the same answer
      BOOST_TEST((reply.outcome == Outcome::refused));
      BOOST_TEST(reply.failure == Failure::robots);
      BOOST_TEST(reply.status == status);
      BOOST_TEST((reply.hints.retry_after == hours(2)));
      BOOST_TEST(
          reply.reason.find("/robots.txt could not be read (HTTP " + std::to_string(status)) != std::string::npos,
          reply.reason);
    }
    BOOST_TEST(ask.server.count("/feed") == 1u);
    ask.clock.time += std::chrono::minutes(90);
    ask.get(ask.server.url("/feed"));
    BOOST_TEST(ask.server.count("/robots.txt") == 2u);
    ask.clock.time += hours(1);
    BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
    BOOST_TEST(ask.server.count("/robots.txt") == 3u);
  }
}

BOOST_AUTO_TEST_CASE(a_robots_txt_that_hangs_is_named_and_takes_a_quarter_of_the_time) {
  Settings settings = obeying();
  settings.timeout = std::chrono::seconds(2);
  Asking ask(settings);
  ask.server.route("/robots.txt",
                   {Answer::raw("", test::End::hang), Answer(200, forbids_news), Answer::raw("", test::End::hang)});
  ask.server.route("/feed", Answer(200, "<rss/>"));
  const Reply reply = ask.get(ask.server.url("/feed"));
  BOOST_TEST((reply.outcome == Outcome::refused));
  BOOST_TEST(reply.failure == Failure::robots);
  BOOST_TEST(reply.reason ==
             ask.server.url("/robots.txt") +
                 " could not be read (no answer within 0.5 s), so the address was not asked (RFC 9309); "
                 "the file is read again after an hour at the earliest");
  BOOST_TEST(ask.server.count("/feed") == 0u);
  ask.clock.time += hours(2);
  BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
  ask.clock.time += hours(25);
  BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));  // by what it said last
  BOOST_TEST(ask.server.count("/robots.txt") == 3u);
}

BOOST_AUTO_TEST_CASE(a_refresh_is_twelve_requests_at_most_with_all_robots_txt_on_the_way) {
  Asking ask(obeying());
  for (int host = 2; host <= 7; ++host) ask.server.listen("127.0.0." + std::to_string(host));
  ask.server.otherwise([&](const test::Seen& seen) {
    const auto hops = static_cast<int>(std::count(seen.target.begin(), seen.target.end(), 'x'));
    if (seen.target.starts_with("/robots.txt"))
      return hops < 5 ? Answer::redirect(302, seen.target + (hops == 0 ? "?x" : "x")) : Answer(200, "");
    const int next = seen.address.back() - '0' + 1;
    return next > 7 ? Answer(200, "<rss/>")
                    : Answer::redirect(302, ask.server.url("/feed", "127.0.0." + std::to_string(next)));
  });
  const Reply reply = ask.get(ask.server.url("/feed"));
  BOOST_TEST((reply.outcome == Outcome::failed));
  BOOST_TEST(reply.reason == "more than 12 requests for one refresh, redirects and robots.txt together");
  BOOST_TEST(ask.server.seen().size() == 12u);
}

// Neither the one that asked nor one that waited keeps others from an answer.
BOOST_AUTO_TEST_CASE(a_refresh_that_is_cancelled_while_robots_txt_is_asked_leaves_nobody_waiting) {
  namespace asio = boost::asio;
  Asking ask(obeying());
  ask.server.route("/robots.txt", {Answer::raw("", test::End::hang), Answer(200, forbids_news)});
  ask.server.route("/feed", Answer(200, "<rss/>"));
  asio::cancellation_signal stop_first, stop_second;
  Reply first, second, third;
  const auto begin = [&](asio::cancellation_signal& signal, Reply& into) {
    auto request = ask.request(ask.server.url("/feed"));
    asio::co_spawn(ask.io, ask.client->get(std::move(request)),
                   asio::bind_cancellation_slot(signal.slot(), [&into](std::exception_ptr error, Reply got) {
                     BOOST_TEST(!error);
                     into = std::move(got);
                   }));
  };
  begin(stop_first, first);
  begin(stop_second, second);
  ask.begin(ask.request(ask.server.url("/feed")), third);
  while (ask.server.count("/robots.txt") == 0) ask.io.run_one_for(std::chrono::milliseconds(10));
  stop_second.emit(asio::cancellation_type::terminal);
  while (second.hops.empty()) ask.io.run_one();
  BOOST_TEST((second.outcome == Outcome::cancelled));
  BOOST_TEST((first.hops.empty() && third.hops.empty()));
  stop_first.emit(asio::cancellation_type::terminal);
  ask.io.run();
  BOOST_TEST((first.outcome == Outcome::cancelled));
  BOOST_TEST((third.outcome == Outcome::fresh), third.reason);
  BOOST_TEST(ask.server.count("/robots.txt") == 2u);
}

BOOST_AUTO_TEST_CASE(feeds_are_not_held_by_it_unless_configured) {
  Asking ask;
  ask.server.route("/feed", Answer(200, "<rss/>"));
  BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
  BOOST_TEST(ask.server.count("/robots.txt") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
