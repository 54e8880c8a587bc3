// robots.txt as the client obeys it: RFC 9309 sections 2.3 and 2.4.
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

BOOST_AUTO_TEST_CASE(what_robots_txt_forbids_is_not_asked_and_it_is_read_once_a_day) {
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
  BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
  BOOST_TEST(ask.get(ask.server.url("/news")).failure == Failure::robots);
  ask.clock.time += hours(24 * 2);
  BOOST_TEST(ask.get(ask.server.url("/feed")).failure == Failure::robots);
}

BOOST_AUTO_TEST_CASE(feeds_are_not_held_by_it_unless_configured) {
  Asking ask;
  ask.server.route("/feed", Answer(200, "<rss/>"));
  BOOST_TEST((ask.get(ask.server.url("/feed")).outcome == Outcome::fresh));
  BOOST_TEST(ask.server.count("/robots.txt") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
