#include <boost/test/unit_test.hpp>
#include <chrono>
#include <map>
#include <random>
#include <vector>

#include "schedule/interval.h"
#include "schedule/rhythm.h"
#include "unit/schedule/poll.h"

// When a source is asked whose rhythm is known.
using namespace std::chrono_literals;
using namespace rapporteur;
using base::Duration;
using base::Instant;
using base::Outcome;
using schedule::day;
using schedule::Poll;

BOOST_AUTO_TEST_SUITE(expected_poll_test)

namespace {

// A source that published at nine on each of the last twenty days; the poll is at ten.
Poll with_rhythm() {
  Poll poll;
  std::vector<std::optional<Instant>> stated;
  for (int days = 0; days < 20; ++days) stated.emplace_back(poll.started - 1h - day * days);
  poll.state.rhythm = schedule::remember({}, stated, std::nullopt, poll.started);
  return poll;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_source_with_a_rhythm_is_asked_when_news_is_likely_and_says_so) {
  Poll poll = with_rhythm();
  poll.started += 20h;  // six in the morning
  const schedule::Due due = poll.due();
  BOOST_TEST((due.at > poll.started + 3h));
  BOOST_TEST((due.at < poll.started + 3h + 20min));
  BOOST_TEST(due.reason.starts_with("its next story is expected by 09:"));
  BOOST_TEST(due.reason.ends_with("UTC; asked at least every 1 d"));
  poll.state.polls += 17;  // the same at every poll: the moment is the point
  BOOST_TEST((poll.due().at == due.at));
}

BOOST_AUTO_TEST_CASE(a_source_long_silent_is_asked_once_a_day_and_says_so) {
  Poll poll = with_rhythm();
  poll.started += 2000 * day;
  BOOST_TEST((poll.due().at > poll.started + 12h));
  BOOST_TEST((poll.due().at < poll.started + 24h + 5min));
  poll.settings.interval = 4h;
  BOOST_TEST((poll.due().at >= poll.started + 24h));
  BOOST_TEST((poll.due().at < poll.started + 24h + 5min));
  BOOST_TEST(poll.due().reason == "little is expected before 10:00 UTC; asked at least every 1 d");
}

BOOST_AUTO_TEST_CASE(no_rhythm_brings_two_polls_closer_than_what_is_allowed_nor_further_than_the_longest) {
  std::mt19937 chance(5);
  for (int round = 0; round < 150; ++round) {
    Poll poll;
    std::vector<std::optional<Instant>> stated;
    const auto span = 1 + chance() % 60000;
    for (auto left = chance() % 150; left > 0; --left)
      stated.emplace_back(poll.started - std::chrono::minutes(chance() % span));
    if (chance() % 3 == 0) poll.hints.max_age = std::chrono::minutes(chance() % 300);
    if (chance() % 3 == 0) poll.state.stated_interval = std::chrono::minutes(chance() % 300);
    Poll learned = poll;
    learned.state.rhythm = schedule::remember({}, stated, std::nullopt, poll.started);
    BOOST_TEST_REQUIRE((learned.due().at >= poll.started + poll.wait() - 6min));
    BOOST_TEST_REQUIRE((learned.due().at <= poll.started + 25h));
    if (!poll.hints.max_age) BOOST_TEST_REQUIRE((learned.due().at >= poll.started + 60min));
  }
}

BOOST_AUTO_TEST_CASE(servers_and_operators_come_before_the_rhythm) {
  Poll own = with_rhythm();
  own.started += 20h;
  own.source.interval = 90min;  // exactly as configured
  BOOST_TEST(own.in(1min) == 90);
  Poll aged = with_rhythm();
  aged.started += 20h;
  aged.hints.max_age = 5h;  // over the hour of the next story
  BOOST_TEST((aged.due().at >= aged.started + 5h));
  BOOST_TEST(aged.due().is_binding);
  Poll costly = with_rhythm();
  costly.state.validators.clear();
  BOOST_TEST(costly.in(1h) == 24);
  BOOST_TEST(costly.due().reason.find("neither ETag") != std::string::npos);
  Poll skipping = with_rhythm();
  skipping.started += 20h;
  skipping.state.skip_hours = {9};
  BOOST_TEST((skipping.due().at >= skipping.started + 4h));
  Poll refused = with_rhythm();
  refused.outcome = Outcome::refused;
  refused.state.http_status = 429;
  refused.hints.retry_after = 30h;
  BOOST_TEST(refused.in(1h) == 30);
  Poll failed = with_rhythm();
  failed.outcome = Outcome::failed;
  failed.state.http_status = 0;
  failed.state.failures = 1;
  BOOST_TEST(failed.in(1min) == 60);
}

// 500 hosts that began together, each with its first document read: how many are asked in the fullest minute.
std::size_t fullest_minute(const Poll& like, std::uint64_t polls) {
  std::map<std::int64_t, std::size_t> histogram;
  for (int number = 0; number < 500; ++number) {
    Poll poll = like;
    poll.source.url = "https://host" + std::to_string(number) + ".example/feed";
    poll.state.polls = polls;
    ++histogram[(poll.due().at - poll.started) / 1min];
  }
  const auto less = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::max_element(histogram.begin(), histogram.end(), less)->second;
}

BOOST_AUTO_TEST_CASE(p34_sources_with_the_same_rhythm_are_not_asked_in_one_moment) {
  Poll often;  // twice an hour: asked as soon as is allowed
  std::vector<std::optional<Instant>> stated;
  for (int halves = 0; halves < 48 * 10; ++halves) stated.emplace_back(often.started - 30min * halves - 7min);
  often.state.rhythm = schedule::remember({}, stated, std::nullopt, often.started);
  BOOST_TEST_REQUIRE(often.due().reason == "every 1 h");
  BOOST_TEST(fullest_minute(often, 1) < 25u);   // over an hour
  BOOST_TEST(fullest_minute(often, 2) < 130u);  // over a tenth of it
  Poll daily = with_rhythm();                   // waits for the hour of its story
  daily.started += 20h;
  BOOST_TEST_REQUIRE(daily.due().is_expected);
  BOOST_TEST(fullest_minute(daily, 1) < 25u);
  BOOST_TEST(fullest_minute(daily, 2) < 150u);  // over the five minutes that are not told apart
}

BOOST_AUTO_TEST_CASE(intervals_of_tests_are_kept_whatever_the_rhythm_says) {
  for (const Duration interval : {Duration(200ms), Duration(2s), Duration(9min)}) {
    Poll poll = with_rhythm();
    poll.settings.interval = interval;
    poll.settings.min_interval = 200ms;
    BOOST_TEST((poll.due().at <= poll.started + interval + interval / 10));
    poll.state.stated_interval = 30min;  // what the feed says is obeyed, and nothing is added to it
    BOOST_TEST(poll.in(1min) == 30);
  }
}

BOOST_AUTO_TEST_SUITE_END()
