#include "schedule/backoff.h"

#include <boost/test/unit_test.hpp>
#include <chrono>

using namespace std::chrono_literals;
using namespace rapporteur;

BOOST_AUTO_TEST_SUITE(backoff_test)

BOOST_AUTO_TEST_CASE(the_ladder_of_each_kind_of_refusal) {
  struct Row {
    int status, failures;
    base::Duration interval, expected;
  };
  const Row rows[] = {
      {0, 1, 60min, 60min},  {0, 2, 60min, 120min}, {0, 3, 60min, 4h},    {0, 5, 60min, 16h},   {0, 6, 60min, 24h},
      {0, 1000, 60min, 24h}, {0, 0, 60min, 60min},  {500, 2, 60min, 2h},  {404, 1, 1s, 1s},     {404, 4, 1s, 8s},
      {0, 1, 48h, 48h},      {0, 9, 48h, 48h},  // an interval beyond the cap is not shortened by failing
      {429, 1, 60min, 4h},   {429, 2, 60min, 8h},   {429, 3, 60min, 16h}, {429, 4, 60min, 24h}, {429, 99, 60min, 24h},
      {503, 1, 3h, 6h},      {503, 2, 3h, 12h},     {503, 1, 20h, 40h},   {503, 1, 200ms, 4h},  // constants stay real
      {403, 1, 60min, 4h},   {403, 2, 60min, 8h},   {401, 1, 5h, 5h},     {403, 1, 1s, 4h},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT("HTTP " << row.status << ", failure " << row.failures << ", every "
                               << base::describe(row.interval)) {
      const schedule::BackOff wait =
          schedule::back_off(row.failures, row.interval, schedule::Settings{}, row.status, false);
      BOOST_TEST(wait.span.count() == row.expected.count());
      BOOST_TEST(!wait.reason.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(the_reason_says_what_was_answered_and_how_often) {
  const schedule::Settings settings;
  BOOST_TEST(schedule::back_off(1, 60min, settings, 0, false).reason == "waits 1 h after a failure");
  BOOST_TEST(schedule::back_off(3, 60min, settings, 500, false).reason ==
             "waits 4 h after HTTP 500, 3rd failure in a row");
  BOOST_TEST(schedule::back_off(11, 60min, settings, 0, false).reason ==
             "waits 1 d after a failure, 11th failure in a row");
  BOOST_TEST(schedule::back_off(22, 60min, settings, 429, false).reason ==
             "waits 1 d after HTTP 429 without Retry-After, 22nd failure in a row");
}

BOOST_AUTO_TEST_CASE(a_challenge_rests_like_a_403_whatever_its_status) {
  for (const int status : {200, 202, 451}) {
    const schedule::BackOff wait = schedule::back_off(1, 60min, schedule::Settings{}, status, true);
    BOOST_TEST((wait.span == 4h), status);
  }
  BOOST_TEST(schedule::back_off(1, 60min, schedule::Settings{}, 200, true).reason == "waits 4 h after a challenge");
}

BOOST_AUTO_TEST_CASE(p26_failures_rest_a_day_at_most_however_rarely_healthy_sources_are_asked) {
  schedule::Settings settings;
  settings.max_interval = std::chrono::hours(24 * 365);
  const auto span = [&](int failures, base::Duration interval) {
    return schedule::back_off(failures, interval, settings, 500, false).span;
  };
  BOOST_TEST((span(40, std::chrono::hours(1)) == std::chrono::hours(24)));
  BOOST_TEST((span(40, std::chrono::hours(48)) == std::chrono::hours(48)));  // the operator's own word
}

BOOST_AUTO_TEST_SUITE_END()
