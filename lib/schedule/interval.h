// When a source is asked again, and why then: one pure function over what the answer said, what the feed said, what the
// configuration allows (POLITENESS P13-P28) and, inside all that, when the source is likely to publish. Called by
// engine::digest on a worker; no clock, no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/outcome.h"
#include "feed/harvest.h"
#include "feed/source.h"
#include "schedule/settings.h"

namespace rapporteur::schedule {

struct Due {
  base::Instant at{};
  std::string reason;  // for status: "every 60 min", "max-age until …", "Retry-After until …", "3rd failure in a row"
  bool is_binding = false;   // Retry-After or max-age: `poll --now` obeys it too
  bool is_expected = false;  // the source's rhythm chose it: little jitter
};

// `state` is the source after the outcome was counted (failures incremented or reset, validators replaced, `state` gone
// once a 410 was confirmed). `http_status` 0: no answer came. `started` is when the request began: intervals count from
// there (P13); what a server asks for counts from `now`. The jitter is a stable hash of url and attempt, at most 10 %
// and 30 min; of a moment that `state.rhythm` chose at most 5 min, by the url alone. The second
// poll of all is set apart by up to an interval (P34). The rhythm only delays, up to max_interval and a day; it has
// no say over failures, over a source with an interval of its own, and below ten minutes.
Due next_due(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
             base::Outcome outcome, int http_status, const base::Hints& hints, base::Instant started,
             base::Instant now);

// A hub goes on pushing, until `state.pushed_until`: the next poll as it is planned, or put off accordingly (P45).
Due due_while_pushed(const feed::SourceSettings& source, const feed::SourceState& state, const Settings& settings,
                     base::Instant now);

// When a source that is being asked is asked again should its answer never be recorded (P13, P14, P19), with the
// patience that the failures before it earned (P22, P24, P26).
base::Instant due_unanswered(const feed::SourceSettings& source, const feed::SourceState& state,
                             const Settings& settings, base::Instant started);

// How long a host rests that said 429 or 503, for all of its sources (P23): as its own answer asked, else as long as so
// many refusals in a row are worth (P22). How dear a poll of the one source is says nothing of the others.
base::Instant end_of_plea(const Settings& settings, int http_status, int failures,
                          const std::optional<base::Duration>& retry_after, base::Instant said);

// The moment after `at` that the feed's skipHours and skipDays leave free (P20); nullopt: `at` is one. `next_due` keeps
// to them already; a poll that starts later than it was due has to look again.
std::optional<base::Instant> skipped_until(const feed::SourceState& state, base::Instant at);

// sy:updatePeriod and sy:updateFrequency (RSS 1.0 syndication module) as one span; nullopt: no known period.
std::optional<base::Duration> update_interval(std::string_view period, std::optional<std::uint32_t> frequency);

}  // namespace rapporteur::schedule
