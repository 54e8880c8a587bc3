#include "engine/moves.h"

#include <boost/test/unit_test.hpp>

#include "engine/digest.h"

using namespace rapporteur;
using base::Outcome;
using feed::State;
using std::chrono::hours;

BOOST_AUTO_TEST_SUITE(moves_test)

namespace {

constexpr hours day(24);
const base::Instant start = base::Instant(day * 20780);
const std::string home = "https://agency.example/feed.rss";
const std::string fresh_home = "https://new.example/feed.rss";
const std::string feed_body =
    "<rss version='2.0'><channel><title>x</title><item><title>One</title></item></channel></rss>";
const std::string page_body = "<!DOCTYPE html><html><head><title>Welcome, guest</title></head></html>";

fetch::Hop hop(const std::string& url, int status) {
  fetch::Hop one;
  one.url = url;
  one.status = status;
  one.validators.etag = "\"of " + url + "\"";
  return one;
}

// A source that is asked day after day.
struct Followed {
  explicit Followed(base::Duration adopt_after = 14 * day, const std::string& url = home) {
    auto configured = std::make_shared<feed::SourceSettings>();
    configured->id = "agency";
    configured->url = url;
    source.settings = configured;
    source.state.row = base::SourceId{7};
    source.state.effective_url = url;
    auto chosen = std::make_shared<engine::DigestSettings>();
    chosen->schedule.adopt_redirect_after = adopt_after;
    settings = chosen;
  }

  // The answer of `to`, after redirects of that kind; 0: no redirect.
  void answer(int redirect, const std::string& to, int status = 200, const std::string& body = feed_body) {
    fetch::Reply reply;
    reply.outcome = status == 200   ? Outcome::fresh
                    : status == 410 ? Outcome::gone
                    : status == 0   ? Outcome::failed
                                    : Outcome::refused;
    reply.status = status;
    reply.reason = "HTTP " + std::to_string(status);
    reply.body = body;
    reply.started = at;
    if (redirect != 0) reply.hops.push_back(hop(source.state.effective_url, redirect));
    if (redirect != 0) reply.hops.back().peer = home_peer;
    reply.hops.push_back(hop(to, status));
    reply.hops.back().peer = target_peer;
    reply.is_permanent_move = redirect == 301 || redirect == 308;
    source.state = engine::digest(source, {}, std::move(reply), settings, at).state;
  }
  void for_days(int days, int redirect, const std::string& to) {
    for (int i = 0; i < days; ++i, at += day) answer(redirect, to);
  }
  const std::string& asked() const { return source.state.effective_url; }
  const std::string& reason() const { return source.state.reason; }
  bool tells(std::string_view part) const { return reason().find(part) != std::string::npos; }
  std::string day_at(int days) const { return base::to_rfc3339(start + day * days).substr(0, 10); }

  feed::Source source;
  std::shared_ptr<const engine::DigestSettings> settings;
  base::Instant at = start;
  std::string home_peer, target_peer;
};

}  // namespace

BOOST_AUTO_TEST_CASE(p30_a_permanent_move_is_adopted_after_two_weeks_without_exception) {
  for (const int redirect : {301, 308}) {
    Followed one;
    one.for_days(14, redirect, fresh_home);
    BOOST_TEST(one.asked() == home);
    BOOST_TEST((one.source.state.state == State::ok));
    BOOST_TEST(one.reason() == "moved permanently to " + fresh_home + " since " + one.day_at(0) +
                                   ", to be adopted on " + one.day_at(14));
    one.answer(redirect, fresh_home);
    BOOST_TEST(one.asked() == fresh_home);
    BOOST_TEST(one.reason() ==
               "moved permanently to " + fresh_home + ", adopted on " + one.day_at(14) + "; set its url to that");
    one.at += 30 * day;
    one.answer(0, fresh_home);
    BOOST_TEST(one.asked() == fresh_home);
    BOOST_TEST(one.tells("adopted on " + one.day_at(14)), one.reason());
    BOOST_TEST(one.source.state.validators.front().url == fresh_home);  // P9: each address has its own
  }
}

BOOST_AUTO_TEST_CASE(another_target_or_an_answer_at_home_restarts_the_clock) {
  for (const std::string& exception : {home, std::string("https://elsewhere.example/feed")}) {
    Followed one;
    one.for_days(13, 301, fresh_home);
    one.for_days(1, exception == home ? 0 : 301, exception);
    one.for_days(14, 301, fresh_home);
    BOOST_TEST(one.asked() == home, exception);
    one.answer(301, fresh_home);
    BOOST_TEST(one.asked() == fresh_home, exception);
  }
}

BOOST_AUTO_TEST_CASE(p31_a_temporary_redirect_is_never_remembered) {
  for (const int redirect : {302, 303, 307}) {
    Followed one;
    one.for_days(40, redirect, fresh_home);
    BOOST_TEST(one.asked() == home, redirect);
    BOOST_TEST(one.source.state.moved_to.empty(), redirect);
    BOOST_TEST(one.reason().empty(), redirect);
  }
  Followed mixed;
  mixed.for_days(10, 301, fresh_home);
  mixed.for_days(1, 302, fresh_home);
  mixed.for_days(10, 301, fresh_home);
  BOOST_TEST(mixed.asked() == home);
}

BOOST_AUTO_TEST_CASE(a_move_to_what_is_no_feed_is_not_adopted) {
  Followed portal;  // a hotel's: for weeks, permanently, to a page
  for (int i = 0; i < 20; ++i, portal.at += day) portal.answer(301, "https://portal.example/", 200, page_body);
  BOOST_TEST(portal.asked() == home);
  BOOST_TEST(portal.source.state.moved_to.empty());
  Followed broken;
  broken.for_days(13, 301, fresh_home);
  broken.at += 5 * day;
  broken.answer(301, fresh_home, 200, page_body);  // the same move, but no feed there today
  BOOST_TEST(broken.asked() == home);
  broken.answer(301, fresh_home);
  BOOST_TEST(broken.asked() == fresh_home);
}

BOOST_AUTO_TEST_CASE(a_server_in_trouble_says_nothing_of_a_move) {
  struct Row {
    int status;
    bool is_silent;
  };
  for (const Row& row : {Row{0, true}, Row{503, true}, Row{429, true}, Row{404, false}, Row{403, false}}) {
    Followed one;
    one.for_days(13, 301, fresh_home);
    one.at += day;
    one.answer(0, home, row.status, {});
    one.at += day;
    one.answer(301, fresh_home);
    BOOST_TEST((one.asked() == fresh_home) == row.is_silent, row.status);
  }
}

BOOST_AUTO_TEST_CASE(p1_the_validators_of_the_asked_address_outlive_many_targets) {
  Followed one;
  one.answer(0, home);
  for (int i = 0; i < 20; ++i) one.answer(302, "https://cache" + std::to_string(i) + ".example/feed.rss");
  const auto& list = one.source.state.validators;
  BOOST_TEST(list.size() == 4u);
  BOOST_TEST(list.front().url == "https://cache19.example/feed.rss");
  BOOST_TEST(list.back().url == home);
  BOOST_TEST(list.back().validators.etag.value_or("") == "\"of " + home + "\"");
}

BOOST_AUTO_TEST_CASE(p30_weeks_in_which_nobody_looked_show_nothing) {
  Followed one;
  one.answer(301, fresh_home);
  one.at += 15 * day;
  one.answer(301, fresh_home);
  BOOST_TEST(one.asked() == home);
  one.at += day;
  one.for_days(13, 301, fresh_home);
  BOOST_TEST(one.asked() == home);
  one.for_days(2, 301, fresh_home);
  BOOST_TEST(one.asked() == fresh_home);
}

BOOST_AUTO_TEST_CASE(p30_a_move_from_outside_into_our_own_network_is_followed_and_not_adopted) {
  struct Row {
    std::string from, to;
    bool is_adopted;
  };
  for (const Row& row : {Row{"93.184.216.34", "10.0.0.5", false}, Row{"93.184.216.34", "fd00::1", false},
                         Row{"10.0.0.4", "10.0.0.5", true}, Row{"10.0.0.4", "93.184.216.34", true},
                         Row{"93.184.216.34", "93.184.216.35", true}, Row{"", "", true}}) {
    Followed one;
    one.home_peer = row.from;
    one.target_peer = row.to;
    one.for_days(20, 301, fresh_home);
    BOOST_TEST((one.asked() == fresh_home) == row.is_adopted, row.from << " to " << row.to);
    BOOST_TEST((one.source.state.state == State::ok));
  }
}

BOOST_AUTO_TEST_CASE(adoption_can_be_switched_off_and_spares_a_url_with_a_password) {
  Followed off(base::Duration::zero());
  off.for_days(100, 301, fresh_home);
  BOOST_TEST(off.asked() == home);
  BOOST_TEST(off.tells("fetch.adopt_redirect_after"), off.reason());
  const std::string secret = "https://me:word@agency.example/feed.rss";
  Followed inside(14 * day, secret);
  inside.for_days(20, 301, "https://agency.example/new.rss");
  BOOST_TEST(inside.asked() == secret);
  BOOST_TEST((inside.tells("password") && !inside.tells("word@")), inside.reason());
}

BOOST_AUTO_TEST_CASE(an_adopted_address_that_fails_for_days_gives_way_to_the_configured_one) {
  Followed one;
  one.for_days(15, 301, fresh_home);
  BOOST_TEST_REQUIRE(one.asked() == fresh_home);
  one.answer(0, fresh_home, 500, {});
  one.at += 2 * day;
  one.answer(0, fresh_home, 500, {});
  BOOST_TEST(one.asked() == fresh_home);
  one.at += 2 * day;
  one.answer(0, fresh_home, 429, {});  // a plea for patience is no failure of the move
  BOOST_TEST(one.asked() == fresh_home);
  one.answer(0, fresh_home, 500, {});
  BOOST_TEST(one.asked() == home);
  BOOST_TEST(one.tells("the configured one is asked again"), one.reason());
  one.answer(0, home);
  BOOST_TEST((one.source.state.state == State::ok));
  BOOST_TEST(one.reason().empty());
}

BOOST_AUTO_TEST_CASE(an_adopted_address_that_is_gone_gives_way_too) {
  Followed one;
  one.for_days(15, 301, fresh_home);
  one.answer(0, fresh_home, 410, {});
  BOOST_TEST(one.asked() == fresh_home);
  one.at += 2 * day;
  one.answer(0, fresh_home, 410, {});
  BOOST_TEST(one.asked() == home);
  BOOST_TEST((one.source.state.state == State::failing));
  BOOST_TEST((one.source.state.next_poll <= one.at + 2 * day));
  one.at += 2 * day;
  one.answer(0, home, 410, {});  // the configured one says so for the first time
  BOOST_TEST((one.source.state.state == State::failing));
  one.at += 2 * day;
  one.answer(0, home, 410, {});
  BOOST_TEST((one.source.state.state == State::gone));
}

BOOST_AUTO_TEST_CASE(p31_a_temporary_redirect_to_what_is_gone_gives_no_source_up) {
  for (const int redirect : {302, 303, 307}) {
    Followed one;
    for (int i = 0; i < 20; ++i, one.at += 2 * day) one.answer(redirect, fresh_home, 410, {});
    BOOST_TEST((one.source.state.state == State::failing), redirect);
    BOOST_TEST((one.source.state.next_poll < one.at + 2 * day));
    BOOST_TEST(one.tells("temporary redirect"), one.reason());
    one.answer(0, home, 410, {});  // its own first word
    BOOST_TEST((one.source.state.state == State::failing), redirect);
  }
  Followed moved;
  for (int i = 0; i < 2; ++i, moved.at += 2 * day) moved.answer(301, fresh_home, 410, {});
  BOOST_TEST((moved.source.state.state == State::gone));
}

BOOST_AUTO_TEST_SUITE_END()
