// How many batches of stories are to be expected in each minute ahead, told from those remembered. A mixture of five
// clocks: any time; office hours; a minute of the hour within office hours; fixed times of the day; soon after the last
// batch. How much each counts is learned by how well it would have foretold the batches that came (EM). Weekdays weigh
// in all but the first and the last, what is older than three weeks counts less than half: by that it follows a change
// to summer time. Everything is UTC. Called by likely_wait; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "schedule/rhythm.h"

namespace rapporteur::schedule {

// Fewer than this many batches foretell nothing.
constexpr std::size_t enough_batches = 5;

// Batches expected in each of `minutes` minutes from `from` (minutes since 1970) on. What the rhythm holds beyond
// `from` does not count. Precondition: enough_batches.
std::vector<double> expectation(const Rhythm& rhythm, std::int64_t from, std::size_t minutes);

}  // namespace rapporteur::schedule
