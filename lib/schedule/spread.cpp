#include "schedule/spread.h"

#include <algorithm>

#include "base/hash.h"

namespace rapporteur::schedule {

namespace {

constexpr base::Instant last_instant{std::chrono::hours(24 * 365 * 400)};

// The finisher of splitmix64: neighbouring numbers end up far apart.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

base::Duration spread(std::string_view key, std::uint64_t round, base::Duration window) {
  return spread(base::change_hash(key) + 0x9e3779b97f4a7c15u * round, window);
}

base::Duration spread(std::uint64_t key, base::Duration window) {
  if (window <= base::Duration::zero()) return base::Duration::zero();
  return base::Duration(static_cast<base::Duration::rep>(mixed(key) % static_cast<std::uint64_t>(window.count())));
}

base::Instant first_due(std::string_view url, const std::optional<base::Instant>& last_attempt,
                        base::Instant stored_due, base::Instant now, const Settings& settings) {
  if (!last_attempt) return now;
  // The clock was ahead when the due time was stored: what counts is the span that was to pass.
  if (*last_attempt > now) return later(now, std::max(stored_due - *last_attempt, base::Duration::zero()));
  if (stored_due > now) return stored_due;
  return later(now, spread(url, 0, std::min(settings.interval, now - stored_due)));
}

base::Instant later(base::Instant from, base::Duration span) {
  if (from >= last_instant || span >= last_instant - from) return last_instant;
  return from + span;
}

}  // namespace rapporteur::schedule
