#include "schedule/interval.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/hash.h"
#include "base/text.h"
#include "schedule/backoff.h"

namespace rapporteur::schedule {

namespace {

using base::Duration;
using base::Instant;
using base::Outcome;

constexpr Duration longest_jitter = std::chrono::minutes(30);
constexpr Duration finest_jitter = std::chrono::seconds(1);  // below it spreading means nothing
constexpr Duration for_ever = std::chrono::hours(24 * 365 * 100);
constexpr Instant last_instant = Instant(std::chrono::hours(24 * 365 * 400));

// A stable number in [0, 1) for this source and this poll: the same restart gives the same spread.
double share_of(const std::string& url, std::uint64_t polls) {
  base::ChangeHash hash;
  hash.add(url);
  hash.add(std::to_string(polls));
  return static_cast<double>(hash.value() >> 11) / static_cast<double>(1ull << 53);
}

Duration jitter(const std::string& url, std::uint64_t polls, Duration interval) {
  const Duration most = std::min(longest_jitter, interval / 10);
  if (most < finest_jitter) return Duration(0);
  return Duration(static_cast<Duration::rep>(static_cast<double>(most.count()) * share_of(url, polls)));
}

Instant later(Instant from, Duration span) { return span > last_instant - from ? last_instant : from + span; }

using Plan = BackOff;

// P13, P14, P16, P17, P19: the interval of a source that answers.
Plan regular_plan(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                  const base::Hints& hints) {
  Plan plan;
  const bool has_own = source.interval.has_value();
  plan.span = std::max(source.interval.value_or(settings.interval), settings.min_interval);
  plan.reason = "every " + base::describe(plan.span);
  if (!has_own && state.validators.empty() && settings.no_validator_interval > plan.span) {
    plan.span = settings.no_validator_interval;
    plan.reason = "every " + base::describe(plan.span) + ": the server sends no validators";
  }
  const auto fresh_for = hints.max_age ? hints.max_age : hints.expires_in;
  const char* name = hints.max_age ? "max-age" : "Expires";
  if (fresh_for) {
    const Duration asked = std::clamp(*fresh_for, settings.min_interval, std::max(settings.max_interval, settings.min_interval));
    const bool shortens = asked < plan.span && !has_own && !state.validators.empty();
    if (asked > plan.span || shortens) {
      plan.span = asked;
      plan.reason = std::string(name) + " of " + base::describe(*fresh_for) +
                    (asked < *fresh_for ? ", cut at fetch.max_interval" : "");
      plan.is_binding = !shortens;
    }
  }
  if (state.stated_interval) {
    const Duration stated = std::min(*state.stated_interval, settings.max_interval);
    if (stated > plan.span) {
      plan.span = stated;
      plan.reason = "the feed asks for " + base::describe(stated) + " (ttl or update period)";
      plan.is_binding = false;
    }
  }
  return plan;
}

// P21-P26, P28: the source did not give what we asked for.
Plan failure_plan(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                  Outcome outcome, int http_status, const base::Hints& hints) {
  const Duration interval = std::max(source.interval.value_or(settings.interval), settings.min_interval);
  if (outcome == Outcome::gone) {
    if (state.state == feed::State::gone) return {for_ever, "gone (410, confirmed)", true};
    return {std::max(settings.confirm_gone_after, settings.min_interval), "410 is confirmed once", false};
  }
  if (hints.retry_after) {
    const Duration asked = std::clamp(*hints.retry_after, settings.min_interval, std::max(settings.max_retry_after, settings.min_interval));
    return {asked, "Retry-After of " + base::describe(*hints.retry_after) +
                       (asked < *hints.retry_after ? ", cut at fetch.max_retry_after" : ""), true};
  }
  return backed_off(state.failures, interval, settings, http_status);
}

bool is_skipped(const feed::SourceState& state, Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const auto hour = static_cast<int>(std::chrono::floor<std::chrono::hours>(at - day).count());
  if (std::find(state.skip_hours.begin(), state.skip_hours.end(), hour) != state.skip_hours.end()) return true;
  static constexpr std::array<const char*, 7> names = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  const char* name = names[std::chrono::weekday(day).c_encoding()];
  return std::any_of(state.skip_days.begin(), state.skip_days.end(),
                     [name](const std::string& skipped) { return base::equals_ignoring_case(base::trim(skipped), name); });
}

// P20. A feed that skips every hour of every day is not obeyed: it would never be asked again.
void obey_skips(Due& due, const feed::SourceState& state) {
  if ((state.skip_hours.empty() && state.skip_days.empty()) || !is_skipped(state, due.at)) return;
  Instant at = std::chrono::floor<std::chrono::hours>(due.at);
  for (int hours = 0; hours < 24 * 7; ++hours) {
    at += std::chrono::hours(1);
    if (is_skipped(state, at)) continue;
    due.at = at;
    due.reason += ", moved by the feed's skipHours or skipDays";
    return;
  }
}

}  // namespace

Due next_due(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings, Outcome outcome,
             int http_status, const base::Hints& hints, Instant started, Instant now) {
  const bool is_answer = outcome == Outcome::fresh || outcome == Outcome::unchanged;
  Plan plan = is_answer ? regular_plan(source, state, settings, hints)
                        : failure_plan(source, state, settings, outcome, http_status, hints);
  Due due;
  due.is_binding = plan.is_binding;
  due.reason = std::move(plan.reason);
  // Retry-After counts from the answer, an interval from the start of the request.
  due.at = later(hints.retry_after && !is_answer ? now : started, plan.span);
  if (plan.span < for_ever) due.at = later(due.at, jitter(source.url, state.polls, plan.span));
  if (is_answer) obey_skips(due, state);
  return due;
}

std::optional<Duration> update_interval(std::string_view period, std::optional<std::uint32_t> frequency) {
  struct Row {
    const char* name;
    Duration span;
  };
  static constexpr std::array<Row, 5> rows = {{{"hourly", std::chrono::hours(1)},
                                               {"daily", std::chrono::hours(24)},
                                               {"weekly", std::chrono::hours(24 * 7)},
                                               {"monthly", std::chrono::hours(24 * 30)},
                                               {"yearly", std::chrono::hours(24 * 365)}}};
  for (const Row& row : rows)
    if (base::equals_ignoring_case(base::trim(period), row.name)) return row.span / std::max<std::uint32_t>(1, frequency.value_or(1));
  return std::nullopt;
}

}  // namespace rapporteur::schedule
