#include "schedule/rhythm.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <random>

#include "schedule/expectation.h"
#include "schedule/likely.h"

using namespace std::chrono_literals;
using namespace rapporteur;
using base::Duration;
using base::Instant;
using schedule::Batch;

namespace {

const Instant monday = Instant(std::chrono::sys_days{std::chrono::year{2026} / 3 / 2});
constexpr Duration day = 24h;
constexpr schedule::Bounds usual{60min, 24h, 6min};

std::int64_t minute_of(Instant at) { return std::chrono::floor<std::chrono::minutes>(at.time_since_epoch()).count(); }

using Stated = std::vector<std::optional<Instant>>;

std::string backlog(const Stated& stated, Instant now) { return schedule::remember({}, stated, std::nullopt, now); }

// A desk that publishes at one time of the day, on working days when asked.
Stated desk(Instant from, int days, Duration time, bool works_weekends = true) {
  Stated stated;
  for (int number = 0; number < days; ++number)
    if (works_weekends || number % 7 < 5) stated.emplace_back(from + day * number + time);
  return stated;
}

// Polls from `now` on as the rhythm says, and tells how long after `time` of the next days the first poll comes.
Duration longest_delay(const std::string& memory, Instant now, Duration time, int days) {
  Duration longest{};
  Instant awaited = std::chrono::floor<std::chrono::days>(now) + day + time;
  const Instant end = awaited + day * days;
  while (awaited < end) {
    now += schedule::likely_wait(memory, now, usual).value().wait;
    for (; awaited <= now; awaited += day) longest = std::max(longest, now - awaited);
  }
  return longest;
}

// What is expected within ten minutes of a time of the day; `ahead` begins at midnight.
double around(const std::vector<double>& ahead, Duration time) {
  double sum = 0;
  const std::int64_t at = std::chrono::floor<std::chrono::minutes>(time).count();
  for (std::size_t i = 0; i < ahead.size(); ++i)
    if (std::abs(static_cast<std::int64_t>(i % 1440) - at) < 10) sum += ahead[i];
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rhythm_test)

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
  schedule::Rhythm rhythm;
  std::mt19937 chance(7);
  std::int64_t minute = minute_of(monday);
  for (int i = 0; i < 100; ++i)
    rhythm.batches.push_back({minute += 5 + static_cast<int>(chance() % 40000), i % 3 != 0});
  BOOST_TEST((schedule::read_rhythm(schedule::write_rhythm(rhythm)).batches == rhythm.batches));
  BOOST_TEST(schedule::write_rhythm({}) == "");
  BOOST_TEST(schedule::read_rhythm("").batches.empty());
}

BOOST_AUTO_TEST_CASE(garbage_is_an_empty_memory) {
  const std::string good = backlog(desk(monday, 10, 9h), monday + 10 * day);
  BOOST_TEST(schedule::read_rhythm(good).batches.size() == 10u);
  for (const std::string& bad :
       {std::string("v1 0,12"), std::string("1"), "2" + good.substr(1), good + "z", good + "!", good + "1",
        std::string("1zzzzzzzzzzz"), std::string("1__________0"), std::string(5000, '1'), std::string("1\0\0", 3)})
    BOOST_TEST(schedule::read_rhythm(bad).batches.empty(), bad);
  std::mt19937 chance(11);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = "1";
    for (auto left = chance() % 60; left > 0; --left) bytes += static_cast<char>(chance() % 256);
    const auto wait = schedule::likely_wait(bytes, monday, usual);
    BOOST_TEST_REQUIRE((!wait || (wait->wait >= 60min && wait->wait <= 24h)));
  }
}

BOOST_AUTO_TEST_CASE(a_memory_stays_small) {
  const auto size = [](int number, Duration gap) {
    Stated stated;
    for (int i = 0; i < number; ++i) stated.emplace_back(monday - gap * i);
    return backlog(stated, monday).size();
  };
  BOOST_TEST(size(500, 7 * day) <= 40u);
  BOOST_TEST(size(500, 30 * day) <= 40u);
  BOOST_TEST(size(500, 1h) <= 280u);
  BOOST_TEST(size(5000, 1min) <= 280u);
  BOOST_TEST(backlog(desk(monday, 100, 9h, false), monday + 100 * day).size() <= 105u);
}

BOOST_AUTO_TEST_CASE(stories_of_a_few_minutes_are_one_batch) {
  const std::string memory = backlog({monday + 2min, monday, monday + 4min, monday + 5min}, monday + 1h);
  BOOST_TEST(schedule::read_rhythm(memory).batches.size() == 1u);  // midnight is a date, not a time
  BOOST_TEST(schedule::read_rhythm(memory).batches[0].minute == minute_of(monday + 2min));
  const std::string more = schedule::remember(memory, {monday + 90min, monday + 91min}, monday + 1h, monday + 2h);
  BOOST_TEST(schedule::read_rhythm(more).batches.size() == 2u);
  BOOST_TEST(schedule::remember(memory, {}, monday, monday + 1h) == memory);
}

BOOST_AUTO_TEST_CASE(a_stated_instant_counts_when_it_can_be_true) {
  struct Row {
    const char* says;
    std::optional<Instant> stated, look;
    std::vector<Batch> expected;
  };
  const Instant look = monday + 9h, now = monday + 11h;
  const std::vector<Row> rows = {
      {"between the polls", look + 20min, look, {{minute_of(look + 20min), true}}},
      {"in the future", now + 1min, look, {{minute_of(look + 1h), false}}},
      {"not at all", {}, look, {{minute_of(look + 1h), false}}},
      {"in 1970", Instant(10h), look, {{minute_of(look + 1h), false}}},
      {"at midnight, shown at noon", monday, look, {{minute_of(look + 1h), false}}},
      {"just before the poll that missed it", look - 3min, look, {{minute_of(look + 5min), true}}},
      {"in a backlog", monday - 3 * day - 1h, {}, {{minute_of(monday - 3 * day - 1h), true}}},
      {"in a backlog, as a date", monday - 3 * day, {}, {}},
      {"not at all in a backlog", {}, {}, {}},
      {"in the future of a backlog", now + day, {}, {}},
  };
  for (const Row& row : rows)
    BOOST_TEST((schedule::read_rhythm(schedule::remember({}, {row.stated}, row.look, now)).batches == row.expected),
               row.says);
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_forgets_what_has_not_happened_and_goes_on) {
  const std::string memory = backlog(desk(monday, 20, 9h), monday + 20 * day);
  const Instant before = monday + 10 * day;
  BOOST_TEST((schedule::likely_wait(memory, before, usual).value().wait <= 24h));
  const std::string corrected = schedule::remember(memory, {before - 1h}, before - 2h, before);
  for (const Batch& batch : schedule::read_rhythm(corrected).batches) BOOST_TEST(batch.minute <= minute_of(before));
  BOOST_TEST(schedule::read_rhythm(corrected).batches.size() == 11u);
  // A clock that was far behind and jumps ahead: the last look is long ago, nothing worse.
  const std::string leapt = schedule::remember(memory, {std::nullopt}, monday, monday + 4000 * day);
  BOOST_TEST(schedule::read_rhythm(leapt).batches.size() == 8u);
  BOOST_TEST((schedule::likely_wait(leapt, monday + 4000 * day, usual).value().wait >= 60min));
}

BOOST_AUTO_TEST_CASE(too_few_batches_say_nothing) {
  BOOST_TEST(!schedule::likely_wait("", monday, usual));
  BOOST_TEST(!schedule::likely_wait(backlog(desk(monday, 4, 9h), monday + 5 * day), monday + 5 * day, usual));
  BOOST_TEST(
      schedule::likely_wait(backlog(desk(monday, 5, 9h), monday + 5 * day), monday + 5 * day, usual).has_value());
}

BOOST_AUTO_TEST_CASE(no_choice_is_taken_where_the_bounds_leave_none) {
  const std::string memory = backlog(desk(monday, 20, 9h), monday + 20 * day);
  for (const schedule::Bounds& bounds : {schedule::Bounds{24h, 24h, 6min}, {48h, 24h, 6min}, {30h, 480h, 6min}})
    BOOST_TEST(!schedule::likely_wait(memory, monday + 20 * day, bounds));
}

BOOST_AUTO_TEST_CASE(whatever_is_remembered_a_wait_is_between_the_bounds) {
  std::mt19937 chance(3);
  for (int round = 0; round < 150; ++round) {
    const Instant now = monday + std::chrono::minutes(chance() % 20000);
    Stated stated;
    const auto span = 1 + chance() % 100000;
    for (auto left = chance() % 200; left > 0; --left) stated.emplace_back(now - std::chrono::minutes(chance() % span));
    const Duration shortest = std::chrono::minutes(10 + chance() % 200);
    const schedule::Bounds bounds{shortest, shortest + std::chrono::minutes(chance() % 1500),
                                  std::chrono::seconds(chance() % 100000)};
    const auto wait = schedule::likely_wait(backlog(stated, now), now, bounds);
    if (wait) BOOST_TEST_REQUIRE((wait->wait >= shortest && wait->wait <= bounds.longest && wait->wait <= 24h));
  }
}

BOOST_AUTO_TEST_CASE(expectations_add_up_to_what_was_published) {
  const std::string memory = backlog(desk(monday, 42, 9h), monday + 42 * day);
  const auto ahead = schedule::expectation(schedule::read_rhythm(memory), minute_of(monday + 42 * day), 7 * 24 * 60);
  const double week = std::accumulate(ahead.begin(), ahead.end(), 0.0);
  BOOST_TEST(week > 5.5);
  BOOST_TEST(week < 8.5);
  BOOST_TEST(around(ahead, 9h) > 0.75 * week);
}

BOOST_AUTO_TEST_CASE(a_desk_is_asked_right_after_its_hour_from_whatever_hour_one_starts) {
  const Instant now = monday + 28 * day;
  const std::string memory = backlog(desk(monday, 28, 9h + 2min), now);
  for (int hour = 0; hour < 24; hour += 5)
    BOOST_TEST((longest_delay(memory, now + std::chrono::hours(hour) + 13min, 9h + 2min, 3) <= 15min), hour);
}

BOOST_AUTO_TEST_CASE(weekends_are_left_alone_when_nothing_comes_then) {
  const std::string memory = backlog(desk(monday, 40, 9h, false), monday + 40 * day);
  const auto polls = [&](int number) {
    int count = 0;
    const Instant from = monday + day * number;
    for (Instant now = from; now < from + day; now += schedule::likely_wait(memory, now, usual).value().wait) ++count;
    return count;
  };
  BOOST_TEST(polls(40) <= 4);  // a Saturday: the day has begun, the rest is spent for the unforeseen
  BOOST_TEST(polls(42) >= 2);
}

BOOST_AUTO_TEST_CASE(summer_time_moves_a_desk_and_the_polls_follow) {
  Stated stated = desk(monday, 28, 9h);
  std::string memory = backlog(stated, monday + 28 * day);
  Instant look = monday + 28 * day;
  for (int number = 28; number < 38; ++number) {  // an hour earlier in UTC from now on
    const Instant published = monday + day * number + 8h;
    while (look < published) look += schedule::likely_wait(memory, look, usual).value().wait;
    memory = schedule::remember(memory, {published}, published - 30min, look);
  }
  BOOST_TEST((longest_delay(memory, look, 8h, 3) <= 20min));
}

BOOST_AUTO_TEST_CASE(what_is_older_counts_for_less) {
  schedule::Rhythm rhythm;  // four weeks at nine, then three at eight
  for (int number = 0; number < 49; ++number)
    rhythm.batches.push_back({minute_of(monday + day * number + (number < 28 ? 9h : 8h)), true});
  const auto ahead = schedule::expectation(rhythm, minute_of(monday + 49 * day), 7 * 24 * 60);
  BOOST_TEST(around(ahead, 8h) > 1.3 * around(ahead, 9h));
  BOOST_TEST(around(ahead, 9h) > 0);
}

BOOST_AUTO_TEST_CASE(a_weekday_counts_for_itself) {
  const std::string memory = backlog(desk(monday, 40, 9h, false), monday + 42 * day);
  const auto ahead = schedule::expectation(schedule::read_rhythm(memory), minute_of(monday + 42 * day), 7 * 24 * 60);
  const std::vector<double> first_day(ahead.begin(), ahead.begin() + 1440);
  const std::vector<double> last_day(ahead.end() - 1440, ahead.end());
  BOOST_TEST(around(first_day, 9h) > 4 * around(last_day, 9h));  // Monday and Sunday
}

BOOST_AUTO_TEST_CASE(what_a_wrong_clock_remembered_does_not_count) {
  schedule::Rhythm rhythm = schedule::read_rhythm(backlog(desk(monday, 20, 9h), monday + 20 * day));
  const auto expected = schedule::expectation(rhythm, minute_of(monday + 20 * day), 1440);
  rhythm.batches.push_back({minute_of(monday + 30 * day), true});
  BOOST_TEST((schedule::expectation(rhythm, minute_of(monday + 20 * day), 1440) == expected));
}

BOOST_AUTO_TEST_CASE(a_silent_source_is_asked_rarely_and_never_forgotten) {
  const std::string memory = backlog(desk(monday, 10, 9h), monday + 10 * day);
  const Duration soon = schedule::likely_wait(memory, monday + 10 * day, usual).value().wait;
  const Duration late = schedule::likely_wait(memory, monday + 400 * day, usual).value().wait;
  BOOST_TEST((late > soon));
  BOOST_TEST((late >= 10h));
  BOOST_TEST((late <= 24h));
}

BOOST_AUTO_TEST_CASE(a_story_that_comes_later_than_its_date_moves_the_polls_behind_it) {
  // Stated for nine, shown eight minutes later: whoever asks at five past finds nothing for an hour.
  std::string memory = backlog(desk(monday, 14, 9h), monday + 14 * day);
  Instant look = monday + 14 * day;
  Duration last_delay{};
  for (int number = 14; number < 34; ++number) {
    const Instant stated = monday + day * number + 9h, shown = stated + 8min;
    Instant before = look;
    while (look < shown) {
      before = look;
      look += schedule::likely_wait(memory, look, usual).value().wait;
    }
    memory = schedule::remember(memory, {stated}, before, look);
    last_delay = look - shown;
  }
  BOOST_TEST((last_delay <= 20min));
}

BOOST_AUTO_TEST_SUITE_END()
