// Stable chance: the same key and round give the same share of a window, on every machine and after every restart.
// By it polls that would come at one instant are set apart (POLITENESS P23, P34, P35). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "schedule/settings.h"

namespace rapporteur::schedule {

// From zero up to `window`, the latter excluded; zero for a window that is not positive.
base::Duration spread(std::string_view key, std::uint64_t round, base::Duration window);
base::Duration spread(std::uint64_t key, base::Duration window);

// `from` + `span`, held at the year 2369: spans come from servers and may be anything.
base::Instant later(base::Instant from, base::Duration span);

// The first due time after a start (P34): never polled: at once; else the stored due time; what is overdue is spread by
// a stable hash of the URL over as long as it is overdue, at most one interval, so that a restart is no burst.
base::Instant first_due(std::string_view url, const std::optional<base::Instant>& last_attempt,
                        base::Instant stored_due, base::Instant now, const Settings& settings);

}  // namespace rapporteur::schedule
