#include "schedule/likely.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "schedule/expectation.h"
#include "schedule/rhythm.h"

namespace rapporteur::schedule {

namespace {

using base::Duration;
using std::chrono::minutes;

constexpr std::int64_t step = 5;           // between two instants that are weighed against each other
constexpr std::int64_t horizon = 72 * 60;  // polls planned beyond the first, so that it is not greedy
constexpr std::int64_t longest_wait = std::chrono::duration_cast<minutes>(longest_likely_wait).count();

// Bounds in whole minutes and steps.
struct Grid {
  explicit Grid(const Bounds& bounds)
      : shortest(std::chrono::ceil<minutes>(bounds.shortest).count()),
        longest(std::min<std::int64_t>(std::chrono::floor<minutes>(bounds.longest).count(), longest_wait)),
        least_steps((shortest + step - 1) / step),
        most_steps(std::max(longest / step, least_steps)),
        nodes(std::max<std::int64_t>(horizon - shortest, 0) / step + 1) {}
  std::int64_t minute(std::int64_t node) const { return shortest + node * step; }
  std::int64_t shortest, longest, least_steps, most_steps, nodes;
};

// How long, in batches times minutes, what is expected between two minutes waits for the second: in constant time, by
// running sums.
class Waiting {
 public:
  explicit Waiting(const std::vector<double>& expected) : count_(expected.size() + 1), moment_(expected.size() + 1) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      count_[i + 1] = count_[i] + expected[i];
      moment_[i + 1] = moment_[i] + expected[i] * (static_cast<double>(i) + 0.5);
    }
  }
  double between(std::int64_t from, std::int64_t to) const {
    const std::size_t a = index(from), b = index(to);
    return static_cast<double>(b) * (count_[b] - count_[a]) - (moment_[b] - moment_[a]);
  }

 private:
  std::size_t index(std::int64_t minute) const { return std::min(static_cast<std::size_t>(minute), count_.size() - 1); }
  std::vector<double> count_, moment_;
};

// The least cost of all polls from each node on, back from the horizon. What lies beyond it is credited with the fewest
// polls there can be, or the end would reward whatever falls just behind it.
std::vector<double> costs_ahead(const Grid& grid, const Waiting& waiting, double worth) {
  std::vector<double> cost(static_cast<std::size_t>(grid.nodes + grid.most_steps), 0.0);
  for (std::int64_t beyond = 0; beyond < grid.most_steps; ++beyond)
    cost[static_cast<std::size_t>(grid.nodes + beyond)] =
        -worth * static_cast<double>(beyond) / static_cast<double>(grid.most_steps);
  for (std::int64_t node = grid.nodes - 1; node >= 0; --node) {
    const std::int64_t here = grid.minute(node);
    double best = std::numeric_limits<double>::infinity();
    for (std::int64_t next = node + grid.least_steps; next <= node + grid.most_steps; ++next) {
      const double unseen = waiting.between(here, grid.minute(next));
      if (unseen >= best) break;  // it only grows, and the credit is never more than one poll's worth
      best = std::min(best, worth + unseen + cost[static_cast<std::size_t>(next)]);
    }
    cost[static_cast<std::size_t>(node)] = best;
  }
  return cost;
}

}  // namespace

std::size_t minutes_ahead(const Bounds& bounds) {
  const Grid grid(bounds);
  return static_cast<std::size_t>(std::max(horizon, grid.shortest) + grid.most_steps * step + step);
}

Duration best_wait(const std::vector<double>& expected, const Bounds& bounds) {
  const Grid grid(bounds);
  if (grid.longest <= grid.shortest) return bounds.shortest;
  const Waiting waiting(expected);
  const double worth = std::chrono::duration<double, std::ratio<60>>(bounds.worth).count();
  const std::vector<double> cost = costs_ahead(grid, waiting, worth);
  std::int64_t chosen = 0;
  double best = std::numeric_limits<double>::infinity();
  for (std::int64_t node = 0; node < grid.nodes && grid.minute(node) <= grid.longest; ++node) {
    const double whole = waiting.between(0, grid.minute(node)) + cost[static_cast<std::size_t>(node)];
    if (whole > best) continue;  // of two alike the later: nothing is expected between
    best = whole;
    chosen = node;
  }
  return chosen == 0 ? bounds.shortest : Duration(minutes(grid.minute(chosen)));
}

std::optional<Duration> likely_wait(std::string_view memory, base::Instant started, const Bounds& bounds) {
  const Grid grid(bounds);
  if (memory.empty() || grid.longest <= grid.shortest) return std::nullopt;
  const std::int64_t from = std::chrono::floor<minutes>(started.time_since_epoch()).count();
  const std::vector<double> expected = expectation(read_rhythm(memory), from, minutes_ahead(bounds));
  if (expected.empty()) return std::nullopt;
  return best_wait(expected, bounds);
}

}  // namespace rapporteur::schedule
