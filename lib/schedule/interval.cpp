#include "schedule/interval.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/url.h"
#include "schedule/backoff.h"
#include "schedule/likely.h"
#include "schedule/spread.h"

namespace rapporteur::schedule {

namespace {

using base::describe;
using base::Duration;
using base::Instant;
using base::Outcome;

constexpr Duration longest_jitter = std::chrono::minutes(30);
constexpr Duration finest_jitter = std::chrono::seconds(1);  // below it spreading means nothing
constexpr Duration check_of_hub = std::chrono::hours(24);    // P45
constexpr Duration for_ever = std::chrono::hours(24 * 365 * 100);
constexpr Duration shortest_learned =
    std::chrono::minutes(10);         // below it there is nothing to choose: a test's interval
constexpr int polls_of_waiting = 10;  // a poll is worth a tenth of an interval of one story's waiting

// Takes the later of two times; what decides also says why. True: the second.
bool raise(Due& due, Instant at, std::string reason) {
  if (at <= due.at) return false;
  due.at = at;
  due.reason = std::move(reason);
  due.is_expected = false;
  return true;
}

// Without what the last answer said: the source's own interval, else the configured one, never below the floor (P13).
Duration plain_interval(const feed::SourceSettings& source, const Settings& settings) {
  return std::max(source.interval.value_or(settings.interval), settings.min_interval);
}

// What ttl and sy: may raise the interval to (P19).
Duration stated_interval(const feed::SourceState& state, const Settings& settings) {
  return state.stated_interval ? std::min(*state.stated_interval, settings.max_interval) : Duration::zero();
}

// The address that answered last stands first; what others on the way once sent makes this one no cheaper (P14).
bool sends_no_validators(const feed::SourceState& state) {
  return state.validators.empty() || state.validators.front().validators.empty();
}

// What a source is worth without a word of its server on the matter: by the configuration, by its own feed, and once a
// day where each poll costs a whole document (P14), which is known once it answered.
Duration usual_interval(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings) {
  const Duration interval = std::max(plain_interval(source, settings), stated_interval(state, settings));
  const bool is_costly = state.last_ok && sends_no_validators(state) && !source.interval;
  return is_costly ? std::max(interval, settings.no_validator_interval) : interval;
}

void raise_to_stated(Due& due, const feed::SourceState& state, const Settings& settings, Instant started) {
  const Duration stated = stated_interval(state, settings);
  raise(due, later(started, stated), "every " + describe(stated) + ", as the feed asks (ttl or update period)");
}

std::string until(const char* name, Instant at, Duration stated, Duration believed) {
  std::string reason = std::string(name) + " until " + base::to_rfc3339(at);
  return stated > believed ? reason + " (" + describe(stated) + " stated, " + describe(believed) + " believed)"
                           : reason;
}

// The server's own word on how long its answer is good: not asked before, up to the cap (P16-P18).
struct Freshness {
  const char* name;
  Duration stated, believed;
};
std::optional<Freshness> freshness(const base::Hints& hints, const Settings& settings) {
  const auto& stated = hints.max_age ? hints.max_age : hints.expires_in;
  if (!stated || *stated <= Duration::zero()) return std::nullopt;
  return Freshness{hints.max_age ? "max-age" : "Expires", *stated, std::min(*stated, settings.max_interval)};
}

void obey_freshness(Due& due, const std::optional<Freshness>& fresh, const Settings& settings, Instant started,
                    Instant now) {
  if (!fresh) return;
  const Instant end = later(now, fresh->believed);
  // Also binding when something else is later still: it must not be asked before `end`, and `at` is the only time kept.
  due.is_binding = end > later(started, settings.min_interval);
  raise(due, end, until(fresh->name, end, fresh->stated, fresh->believed));
}

// From what is allowed so far up to max_interval, the moment that the source's rhythm speaks for. Learning only delays,
// and stays out where the operator named an interval and where polls come so close that somebody is testing.
void wait_for_news(Due& due, const feed::SourceSettings& source, const feed::SourceState& state,
                   const Settings& settings, Instant started) {
  const Duration interval = plain_interval(source, settings);
  const Bounds bounds{due.at - started, settings.max_interval, interval / polls_of_waiting};
  if (source.interval || std::min(interval, bounds.shortest) < shortest_learned) return;
  const std::optional<Likely> likely = likely_wait(state.rhythm, started, bounds);
  if (!likely) return;
  const Instant at = later(started, likely->wait);
  const std::string when = base::to_rfc3339(at).substr(11, 5) + " UTC";
  const std::string often = "; asked at least every " + describe(std::min(settings.max_interval, longest_likely_wait));
  const bool is_awaited = likely->batches >= 0.5;
  due.is_expected =
      raise(due, at, (is_awaited ? "its next story is expected by " : "little is expected before ") + when + often);
}

// The source answered. A stated max-age may shorten the configured interval, nothing else may; not where each poll
// costs a whole document (no validators, P14), and not where the operator named an interval for this source.
Due after_answer(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                 const base::Hints& hints, Instant started, Instant now) {
  const std::optional<Freshness> fresh = freshness(hints, settings);
  const bool is_costly = sends_no_validators(state) && !source.interval;
  Duration interval = plain_interval(source, settings);
  if (fresh && hints.max_age && !source.interval && !is_costly)
    interval = std::clamp(fresh->believed, settings.min_interval, interval);
  Due due{later(started, interval), "every " + describe(interval)};
  if (interval < plain_interval(source, settings)) due.reason += ", as max-age allows";
  if (is_costly)
    raise(due, later(started, settings.no_validator_interval),
          "every " + describe(settings.no_validator_interval) + ": the server sends neither ETag nor Last-Modified");
  raise_to_stated(due, state, settings, started);
  obey_freshness(due, fresh, settings, started, now);
  wait_for_news(due, source, state, settings, started);
  return due;
}

// What a hub pushes need not be asked for; asked all the same now and then, as a check of the hub, and when its lease
// is over (P45).
void rely_on_hub(Due& due, const feed::SourceState& state, const Settings& settings, Instant started, Instant now) {
  if (!state.pushed_until || *state.pushed_until <= now) return;
  const Duration span = std::min(check_of_hub, settings.max_interval);
  const auto hub = base::authority_of(state.hub);
  const std::string often = span == check_of_hub ? "once a day" : "every " + describe(span);
  raise(due, std::min(later(started, span), *state.pushed_until),
        "pushed by " + (hub ? hub->host : "its hub") + " until " + base::to_rfc3339(*state.pushed_until) + "; asked " +
            often + " as a check");
}

Due after_gone(const feed::SourceState& state, const Settings& settings, Instant now) {
  if (state.state == feed::State::gone) return {later(now, for_ever), "gone: HTTP 410 was confirmed", true};
  const Duration span = std::max(settings.confirm_gone_after, settings.min_interval);
  return {later(now, span), "asked once more " + describe(span) + " after HTTP 410"};
}

BackOff patience(const feed::SourceState& state, Duration interval, const Settings& settings, int status) {
  return back_off(state.failures, interval, settings, status, state.state == feed::State::blocked);
}

// P21-P26. Counted from the answer, which is never sooner than from the start. A document that could not be read is
// good as long as its server says, too (P16).
Due after_failure(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                  int status, const base::Hints& hints, Instant started, Instant now) {
  const Duration interval = usual_interval(source, state, settings);
  const bool says_when = hints.retry_after && (status == 429 || status == 503);
  if (says_when) return {later(now, interval), "every " + describe(interval)};
  const BackOff wait = patience(state, interval, settings, status);
  Due due{later(now, wait.span), wait.reason};
  if (status == 200) obey_freshness(due, freshness(hints, settings), settings, started, now);
  return due;
}

void obey_retry_after(Due& due, const Settings& settings, const base::Hints& hints, Instant started, Instant now) {
  if (!hints.retry_after) return;
  const Duration believed = std::min(*hints.retry_after, settings.max_retry_after);
  const Instant end = later(now, believed);
  due.is_binding |= end > later(started, settings.min_interval);
  raise(due, end, until("Retry-After", end, *hints.retry_after, believed));
}

// First polls come one behind the other and their successors would do so for ever: the second is set apart by an
// interval. Later a moment chosen by the source's rhythm is kept as well as it is known: all that were asked at one
// moment weigh the same moments, so each has its own place between two of them, the same at every poll.
void add_jitter(Due& due, const std::string& url, std::uint64_t polls, Duration interval, Instant started) {
  const Duration window = due.at - started;
  if (window / 10 < finest_jitter) return;
  if (polls <= 1)
    due.at = later(due.at, spread(url, polls, std::min(interval, window)));
  else if (due.is_expected)
    due.at = later(due.at, spread(url, 0, likely_grain));
  else
    due.at = later(due.at, spread(url, polls, std::min(longest_jitter, window / 10)));
}

bool is_skipped(const feed::SourceState& state, Instant at) {
  static constexpr std::array<std::string_view, 7> names = {"sunday",   "monday", "tuesday", "wednesday",
                                                            "thursday", "friday", "saturday"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const auto hour = std::chrono::floor<std::chrono::hours>(at - day).count();
  const std::string_view name = names[std::chrono::weekday(day).c_encoding()];
  return std::any_of(state.skip_hours.begin(), state.skip_hours.end(),
                     [&](int skipped) { return skipped % 24 == hour; }) ||
         std::any_of(state.skip_days.begin(), state.skip_days.end(),
                     [&](const std::string& skipped) { return base::equals_ignoring_case(base::trim(skipped), name); });
}

void obey_skips(Due& due, const feed::SourceState& state) {
  if (const auto at = skipped_until(state, due.at))
    raise(due, *at, due.reason + ", moved past the feed's skipHours and skipDays");
}

// It was asked, and led to a host that cannot be asked before Retry-After is over.
Due postponed_due(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                  const base::Hints& hints, Instant started, Instant now) {
  const Duration usual = usual_interval(source, state, settings);
  Due due{due_unanswered(source, state, settings, started), "every " + describe(usual)};
  obey_retry_after(due, settings, hints, started, now);
  add_jitter(due, source.url, state.polls, plain_interval(source, settings), started);
  obey_skips(due, state);
  return due;
}

}  // namespace

Due next_due(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
             Outcome outcome, int http_status, const base::Hints& hints, Instant started, Instant now) {
  started = std::min(started, now);  // a clock set back meanwhile: count from now, or its old hour would be waited out
  if (outcome == Outcome::cancelled) return {later(started, settings.min_interval), "the last poll was cancelled"};
  if (outcome == Outcome::postponed) return postponed_due(source, state, settings, hints, started, now);
  if (outcome == Outcome::gone && state.state == feed::State::gone) return after_gone(state, settings, now);
  const bool is_answer = outcome == Outcome::fresh || outcome == Outcome::unchanged;
  Due due = is_answer                  ? after_answer(source, state, settings, hints, started, now)
            : outcome == Outcome::gone ? after_gone(state, settings, now)
                                       : after_failure(source, state, settings, http_status, hints, started, now);
  if (is_answer) rely_on_hub(due, state, settings, started, now);
  obey_retry_after(due, settings, hints, started, now);
  add_jitter(due, source.url, state.polls, plain_interval(source, settings), started);
  obey_skips(due, state);
  return due;
}

Due due_while_pushed(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                     Instant now) {
  const Due planned{state.next_poll, state.next_poll_reason, state.next_poll_is_binding};
  const Instant started = std::min(state.last_attempt.value_or(now), now);
  Due due{started, {}, state.next_poll_is_binding};
  rely_on_hub(due, state, settings, started, now);
  add_jitter(due, source.url, state.polls, plain_interval(source, settings), started);
  obey_skips(due, state);
  return due.at > planned.at ? due : planned;
}

// A kill must not make a source that fails come back sooner than its failures have earned it (P24, P26).
Instant due_unanswered(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                       Instant started) {
  Duration wait = usual_interval(source, state, settings);
  if (state.failures > 0) wait = std::max(wait, patience(state, wait, settings, state.http_status).span);
  if (state.failures > 0 && state.http_status == 410) wait = std::max(wait, settings.confirm_gone_after);  // P28
  return later(started, wait);
}

Instant end_of_plea(const Settings& settings, int http_status, int failures, const std::optional<Duration>& retry_after,
                    Instant said) {
  if (!retry_after) return later(said, back_off(failures, settings.interval, settings, http_status, false).span);
  return later(said, std::max(settings.interval, std::min(*retry_after, settings.max_retry_after)));
}

// The minutes stay, so that sources which skip the same hours do not meet at their end. A feed that skips every hour of
// the week is not obeyed: it would never be asked again.
std::optional<Instant> skipped_until(const feed::SourceState& state, Instant at) {
  if (state.skip_hours.empty() && state.skip_days.empty()) return std::nullopt;
  for (int hours = 0; hours < 24 * 8; ++hours, at += std::chrono::hours(1))
    if (!is_skipped(state, at)) return hours > 0 ? std::optional(at) : std::nullopt;
  return std::nullopt;
}

std::optional<Duration> update_interval(std::string_view period, std::optional<std::uint32_t> frequency) {
  static constexpr std::array<std::pair<std::string_view, Duration>, 5> periods = {
      {{"hourly", std::chrono::hours(1)},
       {"daily", std::chrono::hours(24)},
       {"weekly", std::chrono::hours(24 * 7)},
       {"monthly", std::chrono::hours(24 * 30)},
       {"yearly", std::chrono::hours(24 * 365)}}};
  for (const auto& [name, span] : periods)
    if (base::equals_ignoring_case(base::trim(period), name))
      return span / std::max<std::uint32_t>(1, frequency.value_or(1));
  return std::nullopt;
}

}  // namespace rapporteur::schedule
