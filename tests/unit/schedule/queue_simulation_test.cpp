// 500 sources on 20 hosts under a fake clock: what must hold at every step of a day in the life of the planner.
#include "schedule/queue.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace rapporteur;
using base::Duration;
using base::Instant;
using schedule::Slot;

namespace {

constexpr Slot source_count = 500;
constexpr Slot host_count = 20;

std::string host_of(Slot slot) { return "host" + std::to_string(slot % host_count) + ""; }

// The planner and the network in one: starts what the queue gives, lets it run for a while, finishes it.
struct World {
  explicit World(const schedule::Settings& given) : settings(given), queue(given), starts(source_count) {}

  // Until `end`, in steps of at most 30 s as the planner's naps, woken earlier as the queue wishes.
  void run_until(Instant end) {
    while (now < end) {
      finish_what_is_over();
      while (const auto slot = queue.start_next(now)) begin(*slot);
      Instant next = std::min(end, now + 30s);
      if (const auto wake = queue.next_wake(now)) next = std::min(next, std::max(*wake, now + 1ms));
      for (const auto& [slot, over] : running) next = std::min(next, std::max(over, now + 1ms));
      now = next;
    }
  }

  void begin(Slot slot) {
    const std::string host = host_of(slot);
    BOOST_TEST_REQUIRE(running.size() < static_cast<std::size_t>(settings.connections));
    BOOST_TEST_REQUIRE(running_at[host] < settings.host_connections);
    if (last_start.contains(host) && now >= last_start[host])
      BOOST_TEST_REQUIRE((now - last_start[host] >= settings.host_gap));
    last_start[host] = now;
    ++running_at[host];
    running[slot] = now + Duration(50 + random() % 3000);
    starts[slot].push_back(now);
    ++started;
  }

  void finish_what_is_over() {
    for (auto one = running.begin(); one != running.end();) {
      if (one->second > now) {
        ++one;
        continue;
      }
      --running_at[host_of(one->first)];
      queue.look(now);
      queue.finish(one->first, std::min(now, starts[one->first].back()) + settings.interval);
      one = running.erase(one);
    }
  }

  // Moves the clock of the world; transfers go on by the steady clock.
  void jump(Duration step) {
    now += step;
    for (auto& [slot, over] : running) over += step;
    for (auto& [host, last] : last_start) last = std::min(last, now);
  }

  schedule::Settings settings;
  schedule::Queue queue;
  Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
  std::map<Slot, Instant> running;
  std::map<std::string, int> running_at;
  std::map<std::string, Instant> last_start;
  std::vector<std::vector<Instant>> starts;
  std::size_t started = 0;
  std::mt19937 random{20260302};
};

schedule::Settings crowded(Duration gap) {
  schedule::Settings settings;
  settings.host_gap = gap;
  settings.connections = 12;
  return settings;
}

void fill(World& world) {
  for (Slot slot = 0; slot < source_count; ++slot) world.queue.schedule(slot, host_of(slot), world.now);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(queue_simulation_test)

BOOST_AUTO_TEST_CASE(p33_gap_and_connections_hold_and_nobody_starves) {
  World world(crowded(2s));
  fill(world);
  world.run_until(world.now + 6h);
  for (Slot slot = 0; slot < source_count; ++slot) {
    BOOST_TEST(world.starts[slot].size() >= 6u);
    for (std::size_t i = 1; i < world.starts[slot].size(); ++i) {
      const Duration between = world.starts[slot][i] - world.starts[slot][i - 1];
      BOOST_TEST((between >= 60min));
      BOOST_TEST((between < 62min));
    }
  }
}

BOOST_AUTO_TEST_CASE(more_work_than_time_is_shared_fairly) {
  World world(crowded(60s));  // 25 sources a host, one a minute: all of them take 25 min; the interval is 10
  world.settings.interval = 10min;
  fill(world);
  world.run_until(world.now + 10h);
  const auto less = [](const auto& a, const auto& b) { return a.size() < b.size(); };
  const auto [fewest, most] = std::minmax_element(world.starts.begin(), world.starts.end(), less);
  BOOST_TEST(fewest->size() >= 22u);
  BOOST_TEST(most->size() - fewest->size() <= 1u);
}

BOOST_AUTO_TEST_CASE(p35_a_clock_set_forward_or_a_sleep_brings_no_burst) {
  World world(crowded(0s));
  fill(world);
  world.run_until(world.now + 90min);
  const std::size_t before = world.started;
  const Instant woken = world.now + 24h;
  world.jump(24h);
  world.run_until(woken + 1min);
  BOOST_TEST(world.started - before < source_count / 10);  // 500 over an hour: some 8 a minute
  world.run_until(woken + 61min);
  BOOST_TEST(world.started - before >= source_count);
  BOOST_TEST(world.started - before <= source_count + source_count / 10);  // missed polls are not caught up
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_silences_nobody) {
  World world(crowded(2s));
  fill(world);
  world.run_until(world.now + 90min);
  const std::size_t before = world.started;
  world.jump(-30 * 24h);
  const Instant back = world.now;
  world.run_until(back + 61min);
  BOOST_TEST(world.started - before >= source_count);
  BOOST_TEST(world.started - before <= source_count + source_count / 10);
}

BOOST_AUTO_TEST_CASE(a_frozen_host_leaves_the_others_alone) {
  World world(crowded(2s));
  fill(world);
  world.run_until(world.now + 30min);
  const Instant frozen = world.now, until = frozen + 3h;
  world.queue.freeze("host3", frozen, until);
  world.run_until(until + 70min);
  std::vector<Instant> first;
  for (Slot slot = 0; slot < source_count; ++slot) {
    const auto next = std::upper_bound(world.starts[slot].begin(), world.starts[slot].end(), frozen);
    BOOST_TEST_REQUIRE((next != world.starts[slot].end()));
    if (slot % host_count == 3)
      first.push_back(*next);
    else
      BOOST_TEST((*next <= frozen + 32min));
  }
  std::sort(first.begin(), first.end());
  BOOST_TEST((first.front() >= until));
  BOOST_TEST((first.back() - first.front() > 30min));  // with spread, not one after the other at the gap
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_sources_cost_little) {
  schedule::Settings settings;
  settings.host_gap = 0s;
  settings.connections = 1000000;
  settings.host_connections = 1000;
  schedule::Queue queue(settings);
  const Instant now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};
  for (Slot slot = 0; slot < 100000; ++slot)
    queue.schedule(slot, "host" + std::to_string(slot % 2500), now + Duration((slot * 7919u) % 3600000u));
  Instant last{};
  std::size_t count = 0;
  for (auto wake = queue.next_wake(now); wake; wake = queue.next_wake(*wake)) {
    BOOST_TEST_REQUIRE((*wake >= last));
    last = *wake;
    while (const auto slot = queue.start_next(last)) ++count;
  }
  BOOST_TEST(count == 100000u);
}

BOOST_AUTO_TEST_SUITE_END()
