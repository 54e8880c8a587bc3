// When a poll is worth most: the wait after which, the polls after it included, stories are expected to lie unseen for
// the shortest time, each poll charged what it is worth. Called by next_due; tests/bench replays whole months through
// it. Pure; a fraction of a millisecond.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace rapporteur::schedule {

constexpr base::Duration longest_likely_wait = std::chrono::hours(24);

constexpr base::Duration likely_grain = std::chrono::minutes(5);  // between two moments that are weighed

struct Bounds {
  base::Duration shortest{};  // between two polls, also later ones
  base::Duration longest{};   // beyond a day it counts as a day: what repeats daily or weekly says no more then
  base::Duration worth{};     // so long one batch of stories may lie unseen rather than that one more poll is made
};

struct Likely {
  base::Duration wait{};  // between shortest and longest
  double batches = 0;     // expected until then
};

// nullopt: the memory is too short to say, or the bounds leave no choice.
std::optional<Likely> likely_wait(std::string_view memory, base::Instant started, const Bounds& bounds);

// The choice itself: `expected` holds batches by minute from the last poll on, at least minutes_ahead(bounds) of them.
base::Duration best_wait(const std::vector<double>& expected, const Bounds& bounds);
std::size_t minutes_ahead(const Bounds& bounds);

}  // namespace rapporteur::schedule
