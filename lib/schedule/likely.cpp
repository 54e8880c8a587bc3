#include "schedule/likely.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>

#include "schedule/expectation.h"
#include "schedule/rhythm.h"

namespace rapporteur::schedule {

namespace {

using base::Duration;
using std::chrono::minutes;

constexpr std::int64_t step = std::chrono::duration_cast<minutes>(likely_grain).count();
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

// An instant at which to ask: what is expected until then, and the sum of the minutes at which it is expected.
struct Node {
  double minute = 0, count = 0, moment = 0;
};

// How long, in batches times minutes, what is expected between the two waits for the second.
double waiting(const Node& from, const Node& to) {
  return to.minute * (to.count - from.count) - (to.moment - from.moment);
}

std::vector<Node> nodes_of(const Grid& grid, const std::vector<double>& expected) {
  std::vector<Node> nodes;
  nodes.reserve(static_cast<std::size_t>(grid.nodes + grid.most_steps));
  Node sum;
  for (std::int64_t minute = 0; std::cmp_less(nodes.size(), grid.nodes + grid.most_steps); ++minute) {
    sum.minute = static_cast<double>(minute);
    if (minute >= grid.shortest && (minute - grid.shortest) % step == 0) nodes.push_back(sum);
    const double here = std::cmp_less(minute, expected.size()) ? expected[static_cast<std::size_t>(minute)] : 0;
    sum.count += here;
    sum.moment += here * (sum.minute + 0.5);
  }
  return nodes;
}

// The least cost of all polls from each node on, back from the horizon. What lies beyond it is credited with the fewest
// polls there can be, or the end would reward whatever falls just behind it.
std::vector<double> costs_ahead(const Grid& grid, const std::vector<Node>& nodes, double worth) {
  std::vector<double> cost(nodes.size());
  const auto end = static_cast<std::size_t>(grid.nodes);
  const auto least = static_cast<std::size_t>(grid.least_steps), most = static_cast<std::size_t>(grid.most_steps);
  for (std::size_t node = end; node < nodes.size(); ++node)
    cost[node] = -worth * static_cast<double>(node - end) / static_cast<double>(most);
  std::size_t latest = nodes.size() - 1;  // who starts earlier never waits for a later poll than this
  for (std::size_t node = end; node-- > 0;) {
    const std::size_t last = std::min(node + most, latest);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t next = node + least; next <= last; ++next) {
      const double whole = waiting(nodes[node], nodes[next]) + cost[next];
      if (whole >= best) continue;
      best = whole;
      latest = next;
    }
    cost[node] = worth + best;
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
  const double worth = std::chrono::duration<double, std::ratio<60>>(bounds.worth).count();
  const std::vector<Node> nodes = nodes_of(grid, expected);
  const std::vector<double> cost = costs_ahead(grid, nodes, worth);
  std::int64_t chosen = 0;
  double best = std::numeric_limits<double>::infinity();
  for (std::int64_t node = 0; node < grid.nodes && grid.minute(node) <= grid.longest; ++node) {
    const auto index = static_cast<std::size_t>(node);
    const double whole = waiting(Node{}, nodes[index]) + cost[index];
    if (whole > best) continue;  // of two alike the later: nothing is expected between
    best = whole;
    chosen = node;
  }
  return chosen == 0 ? bounds.shortest : Duration(minutes(grid.minute(chosen)));
}

std::optional<Likely> likely_wait(std::string_view memory, base::Instant started, const Bounds& bounds) {
  const Grid grid(bounds);
  if (memory.empty() || grid.longest <= grid.shortest) return std::nullopt;
  const std::int64_t from = std::chrono::floor<minutes>(started.time_since_epoch()).count();
  const std::vector<double> expected = expectation(read_rhythm(memory), from, minutes_ahead(bounds));
  if (expected.empty()) return std::nullopt;
  const Duration wait = best_wait(expected, bounds);
  const auto end = expected.begin() + std::chrono::floor<minutes>(wait).count();
  return Likely{wait, std::accumulate(expected.begin(), end, 0.0)};
}

}  // namespace rapporteur::schedule
