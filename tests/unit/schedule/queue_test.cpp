#include "schedule/queue.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace rapporteur;
using base::Duration;
using base::Instant;
using schedule::Queue;
using schedule::Slot;

namespace {

const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}};

schedule::Settings with_gap(Duration gap, int connections = 32, int host_connections = 1) {
  schedule::Settings settings;
  settings.host_gap = gap;
  settings.connections = connections;
  settings.host_connections = host_connections;
  return settings;
}

std::vector<Slot> start_all(Queue& queue, Instant now) {
  std::vector<Slot> started;
  while (const auto slot = queue.start_next(now)) started.push_back(*slot);
  return started;
}

const std::vector<Slot> none;

}  // namespace

BOOST_AUTO_TEST_SUITE(queue_test)

BOOST_AUTO_TEST_CASE(nothing_starts_before_it_is_due_and_then_in_order) {
  Queue queue(with_gap(0s, 32, 8));
  queue.schedule(0, "a", start + 3s);
  queue.schedule(1, "a", start + 1s);
  queue.schedule(2, "b", start + 2s);
  BOOST_TEST(start_all(queue, start) == none);
  BOOST_TEST((queue.next_wake(start) == start + 1s));
  BOOST_TEST(start_all(queue, start + 5s) == (std::vector<Slot>{1, 2, 0}));
  BOOST_TEST(queue.running() == 3u);
  BOOST_TEST(!queue.next_wake(start + 5s).has_value());
}

BOOST_AUTO_TEST_CASE(starts_of_one_host_are_spaced_and_others_go_meanwhile) {
  Queue queue(with_gap(10s));
  for (Slot slot = 0; slot < 3; ++slot) queue.schedule(slot, "a", start);
  queue.schedule(3, "b", start + 1s);
  BOOST_TEST(start_all(queue, start) == std::vector<Slot>{0});
  queue.finish(0, start + 1h);
  BOOST_TEST(start_all(queue, start + 9s) == std::vector<Slot>{3});
  BOOST_TEST((queue.next_wake(start + 9s) == start + 10s));
  BOOST_TEST(start_all(queue, start + 10s) == std::vector<Slot>{1});
  BOOST_TEST(start_all(queue, start + 30s) == none);  // one connection per host, and 1 still runs
  queue.finish(1, start + 1h);
  BOOST_TEST(start_all(queue, start + 30s) == std::vector<Slot>{2});
}

BOOST_AUTO_TEST_CASE(hosts_of_one_site_share_the_gap_and_keep_their_own_connections) {
  Queue queue(with_gap(10s));
  queue.schedule(0, "news.un.org", start, "un.org");
  queue.schedule(1, "press.un.org", start, "un.org");
  queue.schedule(2, "who.int", start, "who.int");
  queue.schedule(3, "news.un.org", start, "un.org");
  BOOST_TEST(start_all(queue, start) == (std::vector<Slot>{0, 2}));
  BOOST_TEST((queue.next_wake(start) == start + 10s));
  BOOST_TEST(start_all(queue, start + 10s) == std::vector<Slot>{1});  // while 0 still runs: another host
  BOOST_TEST(start_all(queue, start + 30s) == none);                  // 3: its own host is busy
  queue.freeze("news.un.org", start + 30s, start + 2h);               // a plea is of the host alone
  queue.finish(1, start + 1min);
  BOOST_TEST(start_all(queue, start + 1min) == std::vector<Slot>{1});
}

BOOST_AUTO_TEST_CASE(hosts_at_one_address_share_the_gap_unless_they_are_many) {
  Queue queue(with_gap(10s));
  const auto host = [](Slot slot) { return std::to_string(slot) + ".example"; };
  for (Slot slot = 0; slot < 9; ++slot) {
    queue.schedule(slot, host(slot), start + 1h);
    if (slot < 8) queue.learn(host(slot), "192.0.2.7", std::nullopt);
  }
  BOOST_TEST(start_all(queue, start + 1h) == (std::vector<Slot>{0, 8}));
  queue.learn(host(8), "192.0.2.7", std::nullopt);  // the ninth: a delivery network
  BOOST_TEST(start_all(queue, start + 1h).size() == 7u);
}

BOOST_AUTO_TEST_CASE(a_redirect_to_a_host_counts_as_a_start_there) {
  Queue queue(with_gap(10s));
  queue.schedule(0, "b", start);
  queue.learn("b", "", start - 1s);
  BOOST_TEST(start_all(queue, start) == none);
  BOOST_TEST((queue.next_wake(start) == start + 9s));
}

BOOST_AUTO_TEST_CASE(a_host_that_asks_for_a_longer_gap_has_it) {
  Queue queue(with_gap(10s));
  for (Slot slot = 0; slot < 2; ++slot) queue.schedule(slot, "a", start);
  BOOST_TEST(start_all(queue, start) == std::vector<Slot>{0});
  queue.learn("a", "", std::nullopt, 30s);
  queue.finish(0, start + 1h);
  BOOST_TEST((queue.next_wake(start) == start + 30s));
  queue.learn("a", "", std::nullopt, 3s);  // less than ours: ours holds
  BOOST_TEST((queue.next_wake(start) == start + 10s));
}

BOOST_AUTO_TEST_CASE(the_gap_counts_from_the_request_and_not_at_all_for_one_put_off) {
  Queue queue(with_gap(10s));
  for (Slot slot = 0; slot < 3; ++slot) queue.schedule(slot, "a", start);
  BOOST_TEST((queue.start_next(start) == Slot{0}));
  queue.put_off(0, start + 1h);
  BOOST_TEST((queue.start_next(start) == Slot{1}));
  queue.set_out(1, start + 2s);
  queue.finish(1, start + 1h);
  BOOST_TEST((queue.next_wake(start + 2s) == start + 12s));
}

BOOST_AUTO_TEST_CASE(connections_bound_everything) {
  Queue queue(with_gap(0s, 3, 2));
  for (Slot slot = 0; slot < 10; ++slot) queue.schedule(slot, slot < 5 ? "a" : "b", start);
  BOOST_TEST(start_all(queue, start).size() == 3u);
  BOOST_TEST(!queue.next_wake(start).has_value());
  queue.finish(0, start + 1h);
  BOOST_TEST(start_all(queue, start).size() == 1u);
  BOOST_TEST(queue.running() == 3u);
}

BOOST_AUTO_TEST_CASE(a_source_may_be_moved_removed_and_put_back) {
  Queue queue(with_gap(0s));
  queue.schedule(7, "a", start + 1h);
  queue.schedule(7, "b", start);
  BOOST_TEST(queue.size() == 1u);
  queue.remove(7);
  queue.remove(99);
  BOOST_TEST(queue.size() == 0u);
  BOOST_TEST(start_all(queue, start + 2h) == none);
  queue.schedule(7, "a", start);
  BOOST_TEST(start_all(queue, start + 2h) == std::vector<Slot>{7});
}

BOOST_AUTO_TEST_CASE(what_runs_is_removed_or_moved_when_it_finishes) {
  Queue queue(with_gap(0s));
  queue.schedule(0, "a", start);
  queue.schedule(1, "a", start);
  BOOST_TEST(start_all(queue, start) == std::vector<Slot>{0});
  queue.remove(0);
  BOOST_TEST(queue.size() == 1u);
  queue.finish(0, start);
  BOOST_TEST(start_all(queue, start) == std::vector<Slot>{1});
  queue.schedule(1, "b", start + 5h);  // runs at a, is asked at b from now on
  queue.finish(1, start + 1s);
  queue.freeze("a", start, start + 1h);
  BOOST_TEST(start_all(queue, start + 1s) == std::vector<Slot>{1});
  queue.remove(1);
  queue.schedule(1, "b", start);  // put back while it runs
  queue.finish(1, start + 2s);
  BOOST_TEST(queue.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_frozen_host_rests_and_then_releases_with_spread) {
  Queue queue(with_gap(0s, 64, 64));
  for (Slot slot = 0; slot < 20; ++slot) queue.schedule(slot, slot < 10 ? "a" : "b", start + 1min);
  queue.freeze("a", start, start + 30min);
  BOOST_TEST((queue.frozen_until("a", start) == start + 30min));
  BOOST_TEST(!queue.frozen_until("b", start).has_value());
  BOOST_TEST(!queue.frozen_until("a", start + 30min).has_value());
  queue.schedule(20, "a", start);  // one that comes later is held as well
  std::set<Instant> releases;
  std::size_t started = 0;
  for (Instant now = start + 1min; now < start + 61min; now += 1s) {
    for (const Slot slot : start_all(queue, now)) {
      if (slot >= 10 && slot < 20) continue;
      BOOST_TEST((now >= start + 30min));
      releases.insert(now);
      ++started;
    }
  }
  BOOST_TEST(started == 11u);
  BOOST_TEST(releases.size() >= 8u);
}

BOOST_AUTO_TEST_CASE(p33_a_request_to_a_hub_counts_at_its_host_like_a_source) {
  Queue queue(with_gap(10s));
  BOOST_TEST((queue.free_at("a", start) == start));
  queue.schedule(0, "a", start);
  BOOST_TEST(start_all(queue, start) == std::vector<Slot>{0});
  BOOST_TEST((queue.free_at("a", start) == start + 10s));
  BOOST_TEST((queue.free_at("a", start + 20s) > start + 20s));  // it still runs
  BOOST_TEST((queue.free_at("b", start) == start));
  queue.finish(0, start + 30s);
  BOOST_TEST((queue.free_at("a", start + 20s) == start + 20s));
  queue.enter("a", start + 25s);
  BOOST_TEST(start_all(queue, start + 31s) == none);
  queue.leave("a");
  BOOST_TEST(start_all(queue, start + 34s) == none);  // 10 s from start to start
  BOOST_TEST(start_all(queue, start + 35s) == std::vector<Slot>{0});
  queue.freeze("a", start + 40s, start + 1h);
  BOOST_TEST((queue.free_at("a", start + 50s) == start + 1h));
}

BOOST_AUTO_TEST_CASE(an_earlier_freeze_does_not_shorten_a_later_one) {
  Queue queue(with_gap(0s));
  queue.freeze("a", start, start + 2h);
  queue.freeze("a", start, start + 1h);
  queue.freeze("a", start, start - 1h);
  BOOST_TEST((queue.frozen_until("a", start) == start + 2h));
}

BOOST_AUTO_TEST_CASE(p46_what_a_source_waits_for_is_told) {
  using Cause = Queue::Cause;
  Queue queue(with_gap(10s, 2, 1));
  const auto waits = [&](Slot slot, Instant now, Instant at, Cause cause) {
    const auto wait = queue.wait_of(slot, now);
    return wait && wait->at == at && wait->cause == cause;
  };
  for (const Slot slot : {0u, 1u}) queue.schedule(slot, "a", start);
  queue.schedule(2, "b", start + 1h);
  BOOST_TEST(waits(2, start, start + 1h, Cause::due));
  BOOST_TEST((start_all(queue, start) == std::vector<Slot>{0}));
  BOOST_TEST(!queue.wait_of(0, start));  // it runs
  BOOST_TEST(!queue.wait_of(99, start));
  BOOST_TEST(waits(1, start + 2s, start + 10s, Cause::host_gap));
  BOOST_TEST(waits(1, start + 20s, start, Cause::host_connections));
  queue.schedule(3, "c", start + 20s);
  queue.schedule(4, "d", start + 20s);
  BOOST_TEST((start_all(queue, start + 20s) == std::vector<Slot>{3}));
  BOOST_TEST(waits(4, start + 20s, start + 20s, Cause::connections));
  queue.finish(0, start + 2h);
  queue.freeze("a", start + 30s, start + 3h);
  const auto paused = queue.wait_of(1, start + 30s);
  BOOST_TEST_REQUIRE(paused.has_value());
  BOOST_TEST((paused->cause == Cause::host_pause));
  BOOST_TEST((paused->at >= start + 3h));
  queue.schedule(5, "a", start + 9h);  // due long after the pause
  BOOST_TEST(waits(5, start + 30s, start + 9h, Cause::due));
}

BOOST_AUTO_TEST_CASE(after_a_pause_of_our_own_a_crowd_is_spread_and_a_handful_is_not) {
  for (const Slot crowd : {Slot{200}, Slot{4}}) {
    Queue queue(with_gap(0s, 8, 8));
    for (Slot slot = 0; slot < crowd; ++slot) queue.schedule(slot, "h" + std::to_string(slot) + "", start);
    queue.spread_overdue(start + 10min, 10min);
    std::size_t at_once = 0;
    while (const auto slot = queue.start_next(start + 10min)) {
      ++at_once;
      queue.finish(*slot, start + 9h);
    }
    if (crowd == 4u)
      BOOST_TEST(at_once == 4u);
    else
      BOOST_TEST(at_once < 3u);
    std::size_t later = 0;
    for (Instant now = start + 10min; now <= start + 20min; now += 10s)
      while (const auto slot = queue.start_next(now)) {
        ++later;
        queue.finish(*slot, start + 9h);
      }
    BOOST_TEST(at_once + later == crowd);
  }
}

BOOST_AUTO_TEST_CASE(p35_after_a_sleep_less_than_all_connections_are_used_at_once) {
  Queue queue(with_gap(10s));
  for (Slot slot = 0; slot < 30; ++slot) queue.schedule(slot, "h" + std::to_string(slot), start + 1min);
  BOOST_TEST(start_all(queue, start) == none);
  const Instant woken = start + 8h;
  std::size_t within_a_minute = 0, within_an_hour = 0;
  for (Instant now = woken; now < woken + 1h; now += 10s) {
    const std::size_t count = start_all(queue, now).size();
    within_an_hour += count;
    if (now < woken + 1min) within_a_minute += count;
  }
  BOOST_TEST(within_a_minute < 5u);  // by the hash: 30 over an hour
  BOOST_TEST(within_an_hour == 30u);
}

BOOST_AUTO_TEST_CASE(p35_a_queue_that_was_full_before_a_sleep_spreads_what_is_overdue_too) {
  Queue queue(with_gap(10s, 2));
  for (Slot slot = 0; slot < 30; ++slot) queue.schedule(slot, "h" + std::to_string(slot), start);
  BOOST_TEST(start_all(queue, start).size() == 2u);
  const Instant woken = start + 8h;
  queue.look(woken);
  std::size_t within_a_minute = 0;
  for (const Slot slot : {0u, 1u}) queue.finish(slot, woken + 9h);
  for (Instant now = woken; now < woken + 1min; now += 10s)
    for (const Slot slot : start_all(queue, now)) {
      ++within_a_minute;
      queue.finish(slot, woken + 9h);
    }
  BOOST_TEST(within_a_minute < 5u);
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_moves_what_was_known_before_it_and_nothing_newer) {
  Queue queue(with_gap(10s));
  queue.schedule(0, "a", start + 3h);
  queue.schedule(1, "b", start);
  queue.freeze("c", start, start + 4h);
  BOOST_TEST(start_all(queue, start) == std::vector<Slot>{1});
  queue.set_out(1, start);
  const Instant back = start - 2h;
  queue.freeze("d", back, back + 4h);  // looks at the clock first
  queue.finish(1, back + 1h);
  BOOST_TEST(start_all(queue, back) == none);
  BOOST_TEST((queue.next_wake(back) == back + 1h));
  BOOST_TEST((queue.wait_of(0, back)->at == back + 3h));
  BOOST_TEST((queue.frozen_until("c", back) == back + 4h));
  BOOST_TEST((queue.frozen_until("d", back) == back + 4h));
  BOOST_TEST((queue.last_start(1) == back));
  BOOST_TEST(!queue.last_start(0));
}

BOOST_AUTO_TEST_CASE(p33_a_redirect_waits_for_the_host_it_leads_to_and_goes_before_its_sources) {
  Queue queue(with_gap(10s));
  const auto way = [](const char* from, Instant asked) { return Queue::Passage{from, "c", "c", asked, asked + 1min}; };
  for (Slot slot = 0; slot < 4; ++slot) queue.schedule(slot, std::string(1, static_cast<char>('a' + slot)), start);
  queue.schedule(4, "c", start);
  BOOST_TEST(start_all(queue, start).size() == 4u);
  BOOST_TEST((queue.expect(way("a", start), start + 1s) == start + 10s));
  BOOST_TEST((queue.expect(way("b", start), start + 2s) == start + 20s));  // one after the other
  BOOST_TEST(queue.is_busy("c"));
  queue.finish(2, start + 1h);
  BOOST_TEST(!queue.is_busy("c"));
  BOOST_TEST(start_all(queue, start + 30s) == none);  // two are expected
  for (int count = 0; count < 2; ++count) {
    queue.expect_no_more("c");
    queue.enter("c", start + 31s);
    queue.leave("c");
  }
  BOOST_TEST(start_all(queue, start + 40s) == none);
  BOOST_TEST(start_all(queue, start + 41s) == std::vector<Slot>{4});
  BOOST_TEST((queue.expect({"a", "c", "c", start + 42s, start + 45s}, start + 42s) == start + 51s));  // too late for it
  queue.expect_no_more("c");
  queue.finish(4, start + 43s);
  BOOST_TEST(start_all(queue, start + 51s) == std::vector<Slot>{4});  // so nothing was kept
}

BOOST_AUTO_TEST_CASE(a_redirect_within_a_site_is_one_visit) {
  Queue queue(with_gap(10s));
  queue.schedule(0, "www.un.org", start, "un.org");
  BOOST_TEST(start_all(queue, start) == std::vector<Slot>{0});
  queue.set_out(0, start);
  BOOST_TEST((queue.expect({"www.un.org", "un.org", "un.org", start, start + 1min}, start + 2s) == start + 2s));
  queue.expect_no_more("un.org");
  queue.enter("un.org", start + 2s);
  queue.leave("un.org");
  queue.schedule(1, "news.un.org", start, "un.org");
  BOOST_TEST((queue.next_wake(start + 2s) == start + 12s));
}

BOOST_AUTO_TEST_CASE(hosts_without_a_source_are_forgotten) {
  Queue queue(with_gap(10s));
  for (Slot slot = 0; slot < 10; ++slot) queue.schedule(slot, "h" + std::to_string(slot), start);
  queue.schedule(10, "moving", start);
  Instant now = start;
  queue.look(now);
  queue.freeze("frozen", now, now + 1000h);
  for (int day = 0; day < 100; ++day)
    for (int led = 0; led < 100; ++led) {
      queue.look(now += 15s);
      queue.learn("r" + std::to_string(day) + "." + std::to_string(led), "192.0.2." + std::to_string(led), now);
      while (const auto slot = queue.start_next(now)) {
        if (*slot == 10) {  // on its way while all those come by
          queue.leave("moving");
          queue.schedule(10, "elsewhere", now);
        } else {
          queue.finish(*slot, now + 1h);
        }
      }
    }
  BOOST_TEST(queue.hosts() < 200u);
  BOOST_TEST((queue.frozen_until("frozen", now) == start + 1000h));
  BOOST_TEST(queue.size() == 11u);
  queue.come_back("moving");
  queue.finish(10, now);
  std::set<Slot> asked;
  for (const Instant end = now + 2h; now < end; now += 30s)
    for (const Slot slot : start_all(queue, now)) asked.insert(slot);
  BOOST_TEST(asked.size() == 11u);
}

BOOST_AUTO_TEST_CASE(new_settings_hold_at_once) {
  Queue queue(with_gap(1h, 32, 1));
  for (Slot slot = 0; slot < 4; ++slot) queue.schedule(slot, "a", start);
  BOOST_TEST(start_all(queue, start).size() == 1u);
  queue.configure(with_gap(1s, 32, 3));
  BOOST_TEST(start_all(queue, start + 1s).size() == 1u);
  BOOST_TEST(start_all(queue, start + 2s).size() == 1u);
  BOOST_TEST(start_all(queue, start + 3s).size() == 0u);
}

BOOST_AUTO_TEST_CASE(the_first_due_time_after_a_start) {
  const schedule::Settings settings;
  const std::string url = "https://a.example/feed";
  BOOST_TEST((schedule::first_due(url, std::nullopt, start + 9h, start, settings) == start));
  BOOST_TEST((schedule::first_due(url, start - 1h, start + 9h, start, settings) == start + 9h));
  std::set<Instant> spread;
  for (int number = 0; number < 100; ++number) {
    const std::string each = url + std::to_string(number);
    const Instant due = schedule::first_due(each, start - 50h, start - 49h, start, settings);
    BOOST_TEST((due >= start));
    BOOST_TEST((due < start + settings.interval));
    BOOST_TEST((due == schedule::first_due(each, start - 50h, start - 49h, start, settings)));
    spread.insert(due);
    // A short restart delays by no more than it took.
    BOOST_TEST((schedule::first_due(each, start - 1h, start - 20s, start, settings) < start + 20s));
  }
  BOOST_TEST(spread.size() > 95u);
  // The clock was a year ahead: an hour stays an hour.
  BOOST_TEST((schedule::first_due(url, start + 8760h, start + 8761h, start, settings) == start + 1h));
}

BOOST_AUTO_TEST_SUITE_END()
