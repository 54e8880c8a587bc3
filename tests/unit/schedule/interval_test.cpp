#include "schedule/interval.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <random>
#include <set>
#include <vector>

#include "unit/schedule/poll.h"

using namespace std::chrono_literals;
using namespace rapporteur;
using base::Duration;
using base::Instant;
using base::Outcome;
using schedule::day;
using schedule::Poll;

BOOST_AUTO_TEST_SUITE(interval_test)

BOOST_AUTO_TEST_CASE(a_source_that_answers_is_asked_every_interval_from_start_to_start) {
  Poll poll;
  poll.took = 50s;
  BOOST_TEST(poll.in(1min) == 60);
  BOOST_TEST(poll.due().reason == "every 1 h");
  BOOST_TEST(!poll.due().is_binding);
}

BOOST_AUTO_TEST_CASE(the_interval_of_a_source_overrides_but_never_the_floor) {
  Poll poll;
  poll.source.interval = 30min;
  BOOST_TEST(poll.in(1min) == 30);
  poll.source.interval = 1min;
  BOOST_TEST(poll.in(1min) == 10);
  poll.source.interval = 48h;  // beyond max_interval: the operator's own word
  BOOST_TEST(poll.in(1h) == 48);
}

BOOST_AUTO_TEST_CASE(without_a_validator_once_a_day_unless_the_source_names_an_interval) {
  Poll poll;
  poll.state.validators.clear();
  BOOST_TEST(poll.in(1h) == 24);
  BOOST_TEST(poll.due().reason.find("neither ETag nor Last-Modified") != std::string::npos);
  poll.hints.max_age = 15min;  // does not make whole documents cheaper
  BOOST_TEST(poll.in(1h) == 24);
  poll.hints = {};
  poll.source.interval = 2h;
  BOOST_TEST(poll.in(1h) == 2);
  poll.source.interval.reset();
  poll.state.validators = {{"https://b.example.org/", {}}, {poll.source.url, {std::string("\"a\""), std::nullopt}}};
  BOOST_TEST(poll.in(1h) == 24);                // what another address on the way once sent is not what answers now
  poll.settings.no_validator_interval = 30min;  // shorter than the interval: counts for nothing
  BOOST_TEST(poll.in(1min) == 60);
}

BOOST_AUTO_TEST_CASE(p16_max_age_is_a_time_before_which_we_do_not_ask) {
  struct Row {
    Duration max_age;
    std::optional<Duration> own;
    std::int64_t minutes;
    bool is_binding;
  };
  const Row rows[] = {
      {2h, {}, 120, true},    {15min, {}, 15, true},           {1min, {}, 10, false},  // the floor holds
      {60min, {}, 60, true},  {15min, 45min, 45, true},  // the operator's interval is not shortened
      {2h, 45min, 120, true}, {504576000s, {}, 24 * 60, true},
  };
  for (const Row& row : rows) {
    Poll poll;
    poll.hints.max_age = row.max_age;
    poll.source.interval = row.own;
    BOOST_TEST_CONTEXT("max-age " << base::describe(row.max_age)) {
      BOOST_TEST(poll.in(1min) == row.minutes);
      BOOST_TEST(poll.due().is_binding == row.is_binding);
    }
  }
}

BOOST_AUTO_TEST_CASE(max_age_counts_from_the_answer) {
  Poll poll;
  poll.hints.max_age = 2h;
  poll.took = 5min;
  BOOST_TEST(poll.in(1min) == 125);
}

BOOST_AUTO_TEST_CASE(p18_a_nonsensical_max_age_is_capped_and_both_are_told) {
  Poll poll;
  poll.hints.max_age = Duration::max();
  const schedule::Due due = poll.due();
  BOOST_TEST((due.at < poll.started + day + 1h));
  BOOST_TEST(due.reason.find("max-age until 2026-03-03T10:00:00Z") == 0u);
  BOOST_TEST(due.reason.find("1 d believed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(expires_counts_when_max_age_is_missing) {
  Poll poll;
  poll.hints.expires_in = 3h;
  BOOST_TEST(poll.in(1h) == 3);
  BOOST_TEST(poll.due().reason.starts_with("Expires until"));
  poll.hints.max_age = 2h;
  BOOST_TEST(poll.due().reason.starts_with("max-age until"));
  Poll stale;
  stale.hints.max_age = 0s;
  stale.hints.expires_in = -1h;
  BOOST_TEST(stale.in(1min) == 60);
}

BOOST_AUTO_TEST_CASE(p17_expires_raises_the_interval_and_never_shortens_it) {
  Poll poll;
  poll.hints.expires_in = 15min;  // only a stated max-age may shorten (P16)
  BOOST_TEST(poll.in(1min) == 60);
  poll.hints.max_age = 15min;
  BOOST_TEST(poll.in(1min) == 15);
}

BOOST_AUTO_TEST_CASE(p21_a_retry_after_beyond_its_cap_is_cut_and_both_are_told) {
  Poll poll;
  poll.outcome = Outcome::refused;
  poll.state.http_status = 429;
  poll.state.failures = 1;
  poll.hints.retry_after = 30 * day;
  BOOST_TEST(poll.in(day) == 7);
  BOOST_TEST(poll.due().reason.find("30 d stated, 7 d believed") != std::string::npos, poll.due().reason);
}

BOOST_AUTO_TEST_CASE(p19_what_the_feed_states_raises_and_never_lowers) {
  struct Row {
    Duration stated;
    std::int64_t minutes;
  };
  for (const Row& row : {Row{1min, 60}, Row{3h, 180}, Row{365 * day, 24 * 60}}) {
    Poll poll;
    poll.state.stated_interval = row.stated;
    BOOST_TEST(poll.in(1min) == row.minutes);
  }
  Poll both;  // max-age would shorten, ttl holds
  both.hints.max_age = 15min;
  both.state.stated_interval = 40min;
  BOOST_TEST(both.in(1min) == 40);
}

BOOST_AUTO_TEST_CASE(skipped_hours_and_days_are_passed_over) {
  Poll poll;
  poll.state.skip_hours = {11, 12, 13};
  BOOST_TEST((poll.due().at >= poll.started + 4h));
  BOOST_TEST((poll.due().at < poll.started + 5h));
  BOOST_TEST(poll.due().reason.find("skipHours") != std::string::npos);
  Poll days;
  days.state.skip_days = {"Monday", " tuesday"};
  const Instant wednesday = Instant(std::chrono::sys_days{std::chrono::year{2026} / 3 / 4});
  BOOST_TEST((days.due().at >= wednesday));
  BOOST_TEST((days.due().at < wednesday + 1h));
  Poll midnight;  // some feeds write 24 for 0
  midnight.started += 13h;
  midnight.state.skip_hours = {24};
  BOOST_TEST((midnight.due().at >= midnight.started + 2h));
}

BOOST_AUTO_TEST_CASE(p20_a_start_within_skipped_hours_has_a_moment_after_them) {
  Poll poll;
  const Instant late = poll.started + 20min;
  BOOST_TEST(!schedule::skipped_until(poll.state, late));
  poll.state.skip_hours = {10, 11};
  BOOST_TEST((schedule::skipped_until(poll.state, late) == late + 2h));
  BOOST_TEST(!schedule::skipped_until(poll.state, late + 2h));
}

BOOST_AUTO_TEST_CASE(a_feed_that_skips_every_hour_is_asked_all_the_same) {
  Poll poll;
  for (int hour = 0; hour < 24; ++hour) poll.state.skip_hours.push_back(hour);
  BOOST_TEST((poll.due().at < poll.started + 2h));
  Poll week;
  week.state.skip_days = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  BOOST_TEST((week.due().at < week.started + 2h));
}

BOOST_AUTO_TEST_CASE(retry_after_is_obeyed_in_full_up_to_its_own_cap) {
  struct Row {
    int status;
    Duration retry_after;
    std::int64_t hours;
  };
  for (const Row& row : {Row{429, 48h, 48}, Row{503, 48h, 48}, Row{429, 6 * day, 144}, Row{429, 365 * day, 168},
                         Row{500, 48h, 48}, Row{429, 90min, 1}}) {
    Poll poll;
    poll.outcome = Outcome::refused;
    poll.state.http_status = row.status;
    poll.state.failures = 1;
    poll.hints.retry_after = row.retry_after;
    BOOST_TEST_CONTEXT(row.status << " for " << base::describe(row.retry_after)) {
      BOOST_TEST(poll.in(1h) == row.hours);
      BOOST_TEST(poll.due().is_binding);
      BOOST_TEST(poll.due().reason.starts_with("Retry-After until"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_short_retry_after_does_not_shorten_the_interval) {
  Poll poll;
  poll.outcome = Outcome::refused;
  poll.state.http_status = 429;
  poll.state.failures = 3;
  poll.hints.retry_after = 1s;
  BOOST_TEST(poll.in(1min) == 60);
  BOOST_TEST(!poll.due().is_binding);
}

BOOST_AUTO_TEST_CASE(retry_after_on_a_good_answer_counts_too) {
  Poll poll;
  poll.hints.retry_after = 5h;
  BOOST_TEST(poll.in(1h) == 5);
  BOOST_TEST(poll.due().is_binding);
}

BOOST_AUTO_TEST_CASE(p26_failures_back_off_and_never_ask_at_once) {
  Poll poll;
  poll.outcome = Outcome::failed;
  poll.state.http_status = 0;
  Duration before{};
  for (int failures = 1; failures < 12; ++failures) {
    poll.state.failures = failures;
    const Duration wait = poll.wait();
    BOOST_TEST((wait >= 60min));
    BOOST_TEST((wait >= before - 2min));
    BOOST_TEST((wait <= day + 2min));
    before = wait;
  }
  BOOST_TEST((before >= day));
}

BOOST_AUTO_TEST_CASE(p22_a_refusal_without_retry_after_rests_four_hours) {
  for (const int status : {403, 401, 429, 503}) {
    Poll poll;
    poll.outcome = Outcome::refused;
    poll.state.http_status = status;
    poll.state.failures = 1;
    poll.settings.interval = 1s;
    poll.settings.min_interval = 200ms;
    BOOST_TEST((poll.wait() >= 4h));
    BOOST_TEST(!poll.due().is_binding);
  }
}

BOOST_AUTO_TEST_CASE(p14_a_failure_makes_no_source_without_validators_cheaper) {
  Poll poll;
  poll.outcome = Outcome::refused;
  poll.state.validators.clear();
  poll.state.last_ok = poll.started - 24h;
  poll.state.failures = 1;
  for (const int status : {500, 404, 0, 403}) {
    poll.state.http_status = status;
    BOOST_TEST(poll.in(1h) == 24, status);
  }
  poll.state.http_status = 429;
  poll.hints.retry_after = 60s;
  BOOST_TEST(poll.in(1h) == 24);
  poll.hints = {};
  poll.source.interval = 2h;  // the operator's own word
  poll.state.http_status = 500;
  BOOST_TEST(poll.in(1h) == 2);
}

BOOST_AUTO_TEST_CASE(p16_an_answer_that_could_not_be_read_is_good_as_long_as_it_says) {
  Poll poll;
  poll.outcome = Outcome::failed;
  poll.state.http_status = 200;
  poll.state.failures = 1;
  poll.hints.max_age = 24h;
  BOOST_TEST(poll.in(1h) == 24);
  BOOST_TEST(poll.due().reason.starts_with("max-age until"), poll.due().reason);
  BOOST_TEST(poll.due().is_binding);
  poll.hints = {std::nullopt, 5h, std::nullopt};  // P17
  BOOST_TEST(poll.in(1h) == 5);
  poll.hints.max_age = 10min;  // shortens nothing
  BOOST_TEST(poll.in(1min) == 60);
  poll.hints.max_age = 24h;
  poll.state.http_status = 404;  // how long a refusal may be cached says nothing of the feed
  BOOST_TEST(poll.in(1min) == 60);
}

BOOST_AUTO_TEST_CASE(p23_a_host_rests_as_it_asked_or_as_its_refusals_are_worth) {
  const Poll poll;
  const auto rest = [&](int failures, std::optional<Duration> wish) {
    return schedule::end_of_plea(poll.settings, 429, failures, wish, poll.started) - poll.started;
  };
  BOOST_TEST((rest(1, std::nullopt) == 4h));
  BOOST_TEST((rest(2, std::nullopt) == 8h));
  BOOST_TEST((rest(9, 3h) == 3h));
  BOOST_TEST((rest(1, 1min) == 1h));
  BOOST_TEST((rest(1, 30 * day) == 7 * day));
}

BOOST_AUTO_TEST_CASE(gone_is_confirmed_once_and_then_for_ever) {
  Poll poll;
  poll.outcome = Outcome::gone;
  poll.state.http_status = 410;
  poll.state.failures = 1;
  poll.state.state = feed::State::failing;
  BOOST_TEST(poll.in(1h) == 24);
  poll.state.state = feed::State::gone;
  BOOST_TEST((poll.due().at > poll.started + 99 * 365 * day));
}

BOOST_AUTO_TEST_CASE(jitter_only_delays_is_stable_and_differs_between_sources_and_polls) {
  std::set<Duration> waits;
  for (int number = 0; number < 200; ++number) {
    Poll poll;
    poll.source.url += std::to_string(number % 20);
    poll.state.polls = static_cast<std::uint64_t>(2 + number / 20);
    const schedule::Due due = poll.due();
    BOOST_TEST((due.at >= poll.started + 60min));
    BOOST_TEST((due.at <= poll.started + 66min));
    BOOST_TEST((poll.due().at == due.at));
    waits.insert(due.at - poll.started);
  }
  BOOST_TEST(waits.size() > 190u);
  Poll slow;
  slow.source.interval = 100 * day;
  BOOST_TEST((slow.due().at <= slow.started + 100 * day + 30min));
}

BOOST_AUTO_TEST_CASE(p34_second_polls_are_spread_over_the_interval) {
  std::vector<int> quarters(4);
  for (int number = 0; number < 400; ++number) {
    Poll poll;
    poll.source.url += std::to_string(number);
    poll.state.polls = 1;
    const Duration wait = poll.due().at - poll.started;
    BOOST_TEST_REQUIRE((wait >= 60min && wait < 120min));
    ++quarters[static_cast<std::size_t>((wait - 60min) / 15min)];
  }
  for (const int sources : quarters) BOOST_TEST(sources > 60);
}

BOOST_AUTO_TEST_CASE(p13_an_attempt_without_an_answer_counts_as_one) {
  Poll poll;
  const auto wait = [&] {
    return schedule::due_unanswered(poll.source, poll.state, poll.settings, poll.started) - poll.started;
  };
  BOOST_TEST((wait() == 60min));
  poll.source.interval = 1min;
  BOOST_TEST((wait() == 10min));  // the floor
  poll.source.interval.reset();
  poll.state.stated_interval = 3h;
  BOOST_TEST((wait() == 3h));
  poll.state.validators.clear();
  BOOST_TEST((wait() == 3h));  // nobody knows yet what it sends
  poll.state.last_ok = poll.started - 24h;
  BOOST_TEST((wait() == 24h));
}

BOOST_AUTO_TEST_CASE(p26_an_attempt_without_an_answer_keeps_the_patience_of_the_failures_before_it) {
  struct Row {
    int status, failures;
    Duration wait;
  };
  for (const Row& row : {Row{403, 1, 4h}, Row{403, 2, 8h}, Row{429, 1, 4h}, Row{503, 2, 8h}, Row{0, 5, 16h},
                         Row{500, 1, 1h}, Row{410, 1, 24h}, Row{200, 0, 1h}}) {
    Poll poll;
    poll.state.http_status = row.status;
    poll.state.failures = row.failures;
    const Instant due = schedule::due_unanswered(poll.source, poll.state, poll.settings, poll.started);
    BOOST_TEST((due - poll.started == row.wait), row.status << ", failure " << row.failures);
  }
}

BOOST_AUTO_TEST_CASE(short_intervals_have_no_jitter) {
  Poll poll;
  poll.settings.interval = 2s;
  poll.settings.min_interval = 200ms;
  for (poll.state.polls = 0; poll.state.polls < 20; ++poll.state.polls)
    BOOST_TEST((poll.due().at == poll.started + 2s));
}

BOOST_AUTO_TEST_CASE(after_a_clock_set_back_during_the_poll_the_interval_counts_from_now) {
  Poll poll;
  poll.took = -30 * day;
  const Instant now = poll.started - 30 * day;
  BOOST_TEST((poll.due().at >= now + 1h));
  BOOST_TEST((poll.due().at <= now + 66min));
  poll.hints.max_age = 2h;
  BOOST_TEST((poll.due().at >= now + 2h));
}

BOOST_AUTO_TEST_CASE(numbers_at_the_end_of_time_do_not_overflow) {
  for (const Outcome outcome : {Outcome::fresh, Outcome::refused, Outcome::failed, Outcome::gone, Outcome::cancelled}) {
    Poll poll;
    poll.outcome = outcome;
    poll.state.http_status = 503;
    poll.state.failures = 1 << 30;
    poll.settings.max_retry_after = Duration::max();
    poll.settings.max_interval = Duration::max();
    poll.hints = {Duration::max(), Duration::max(), Duration::max()};
    poll.state.stated_interval = Duration::max();
    BOOST_TEST((poll.due().at > poll.started));
    poll.started = Instant(std::chrono::hours(24 * 365 * 399));
    BOOST_TEST((poll.due().at >= poll.started));
  }
}

BOOST_AUTO_TEST_CASE(update_periods_become_spans) {
  BOOST_TEST((schedule::update_interval("hourly", 2) == Duration(30min)));
  BOOST_TEST((schedule::update_interval(" Daily ", {}) == day));
  BOOST_TEST((schedule::update_interval("weekly", 0) == 7 * day));
  BOOST_TEST(!schedule::update_interval("sometimes", 1));
}

BOOST_AUTO_TEST_CASE(p45_what_a_hub_pushes_is_asked_once_a_day_as_a_check) {
  Poll poll;
  poll.state.hub = "https://hub.example:8443/path";
  poll.state.pushed_until = poll.started + 5 * day;
  BOOST_TEST(poll.in(1h) == 24);
  BOOST_TEST(poll.due().reason == "pushed by hub.example until 2026-03-07T10:00:00Z; asked once a day as a check");
  BOOST_TEST(!poll.due().is_binding);  // who asks by hand is let
  poll.source.interval = 2h;           // the operator's interval is the closest, not the only one
  BOOST_TEST(poll.in(1h) == 24);
  poll.hints.max_age = 30min;
  BOOST_TEST(poll.in(1h) == 24);
  poll.settings.max_interval = 6h;
  BOOST_TEST(poll.in(1h) == 6);
  BOOST_TEST(poll.due().reason.find("asked every 6 h as a check") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(p45_a_source_is_asked_as_usual_when_the_lease_is_over_or_was_never_there) {
  Poll poll;
  poll.state.hub = "https://hub.example/";
  BOOST_TEST(poll.in(1min) == 60);
  poll.state.pushed_until = poll.started;
  BOOST_TEST(poll.in(1min) == 60);
  poll.state.pushed_until = poll.started + 3h;  // and looked at when it ends
  BOOST_TEST(poll.in(1min) == 180);
  poll.state.pushed_until = poll.started + 10min;
  BOOST_TEST(poll.in(1min) == 60);
}

BOOST_AUTO_TEST_CASE(p45_a_lease_that_is_renewed_puts_the_poll_at_its_end_off) {
  Poll poll;
  poll.state.hub = "https://hub.example/";
  poll.state.last_attempt = poll.started;
  poll.state.pushed_until = poll.started + 6h;
  poll.state.next_poll = poll.due().at;
  poll.state.next_poll_reason = poll.due().reason;
  BOOST_TEST((poll.state.next_poll >= poll.started + 6h && poll.state.next_poll < poll.started + 7h));
  const auto after_renewal = [&](Duration at, Duration until) {
    poll.state.pushed_until = poll.started + until;
    return schedule::due_while_pushed(poll.source, poll.state, poll.settings, poll.started + at);
  };
  const schedule::Due later = after_renewal(5h, 11h);
  BOOST_TEST((later.at >= poll.started + 11h && later.at < poll.started + 12h));
  BOOST_TEST(later.reason.find("pushed by hub.example until 2026-03-02T21:00:00Z") == 0u);
  const Duration check = after_renewal(23h, 40h).at - poll.started;
  BOOST_TEST((check >= day && check <= day + 30min));  // P45: not more than a day, however often it is renewed
  // What is planned later for another reason stays, and what binds goes on to bind.
  poll.state.next_poll = poll.started + 2 * day;
  poll.state.next_poll_reason = "max-age until then";
  poll.state.next_poll_is_binding = true;
  BOOST_TEST((after_renewal(5h, 11h).at == poll.started + 2 * day));
  BOOST_TEST(after_renewal(5h, 11h).reason == "max-age until then");
  poll.state.next_poll = poll.started + 7h;
  BOOST_TEST(after_renewal(5h, 11h).is_binding);
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_waits_for_its_own_sake_whatever_is_pushed) {
  Poll poll;
  poll.state.pushed_until = poll.started + 5 * day;
  poll.outcome = Outcome::failed;
  poll.state.failures = 1;
  BOOST_TEST(poll.in(1min) == 60);
}

BOOST_AUTO_TEST_SUITE_END()
