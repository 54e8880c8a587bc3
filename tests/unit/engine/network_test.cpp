#include "engine/network.h"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/planner.h"

using namespace rapporteur;
using engine::Network;
using engine::Reach;
using std::chrono::hours;
using std::chrono::seconds;

BOOST_AUTO_TEST_SUITE(network_test)

namespace {

const base::Instant now = base::Instant(hours(24 * 20780));

feed::Source source_at(const std::string& url) {
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = settings->url = url;
  feed::Source source;
  source.settings = settings;
  source.state.last_ok = now - hours(1);
  source.state.state = feed::State::ok;
  return source;
}

struct Watched {
  std::size_t fails(schedule::Slot slot, const feed::Source& before) {
    excused = network.note(slot, before, Reach::unreachable, now, event);
    return excused.size();
  }
  std::size_t fails(schedule::Slot slot) {
    return fails(slot, source_at("https://host" + std::to_string(slot) + ".example/feed"));
  }
  void answers(schedule::Slot slot) {
    BOOST_TEST(
        network.note(slot, source_at("https://host" + std::to_string(slot) + ".example/"), Reach::answered, now, event)
            .empty());
  }
  Network network;
  Network::Event event = Network::Event::none;
  std::vector<Network::Excused> excused;
};

struct SetClock final : base::Clock {
  base::Instant at = network_test::now;
  base::Instant now() const override { return at; }
};

// Two hundred sources of as many hosts that were well, all due at once in a while; the planner over them, on a clock
// that the test sets. It looks whenever a refresh ends, so no test waits for its timer.
struct Planned {
  explicit Planned(base::Duration due) {
    engine::Roster::List list;
    std::vector<feed::PackedState> states;
    for (int i = 0; i < 200; ++i) {
      feed::Source source = source_at("https://host" + std::to_string(i) + ".example/feed");
      source.state.last_attempt = now;
      source.state.next_poll = now + due;
      list.push_back(source.settings);
      states.emplace_back(source.state, source.settings->url);
    }
    roster.follow(list, std::move(states));
    planner.plan_all();
    run();
  }
  // Turns of the loop until nothing is left to do at this instant; how many started meanwhile.
  std::size_t run() {
    const std::size_t before = started.size();
    io.restart();
    io.poll();
    return started.size() - before;
  }
  // The oldest that runs ends so; due again in nine hours.
  void ends(engine::Reach reach) {
    const schedule::Slot slot = started.at(ended++);
    feed::Change change;
    change.state = roster.state_of(slot);
    change.state.next_poll = clock.at + hours(9);
    planner.judge(slot, roster.at(slot), reach);
    planner.settle(slot, change, {});
  }

  boost::asio::io_context io;
  SetClock clock;
  engine::Roster roster;
  std::vector<schedule::Slot> started;
  std::size_t ended = 0;
  engine::Planner planner{io, clock, roster, schedule::Settings{},
                          [this](schedule::Slot slot) { started.push_back(slot); }};
};

}  // namespace

BOOST_AUTO_TEST_CASE(p35_after_a_sleep_of_hours_the_overdue_come_spread_over_an_interval) {
  Planned all{hours(1)};
  BOOST_TEST(all.started.empty());
  all.clock.at += hours(9);
  all.planner.drop(0);
  std::size_t most = all.run();
  BOOST_TEST(most < 5u);
  for (int minute = 0; minute <= 60; ++minute) {
    while (all.ended < all.started.size()) all.ends(Reach::answered);
    all.clock.at += std::chrono::minutes(1);
    all.planner.drop(0);
    most = std::max(most, all.run());
  }
  BOOST_TEST(most < 15u);
  BOOST_TEST(all.started.size() == 199u);
}

BOOST_AUTO_TEST_CASE(p27_while_it_is_down_one_source_runs_at_a_time_and_the_rest_comes_spread) {
  Planned all{seconds(30)};
  all.clock.at += seconds(30);
  all.planner.drop(0);
  BOOST_TEST(all.run() == 32u);  // all connections
  for (int i = 0; i < 32; ++i) all.ends(Reach::unreachable);
  BOOST_TEST(all.run() == 0u);  // the last try was just now
  for (int tries = 0; tries < 20; ++tries) {
    all.clock.at += seconds(29);
    all.planner.drop(0);
    BOOST_TEST(all.run() == 0u);
    all.clock.at += seconds(1);
    all.planner.drop(0);
    BOOST_TEST(all.run() == 1u);
    if (tries < 19) all.ends(Reach::unreachable);
  }
  all.ends(Reach::answered);
  BOOST_TEST(all.run() < 32u);  // 147 are overdue
  const std::size_t at_once = all.started.size();
  for (int step = 0; step <= 60; ++step) {
    while (all.ended < all.started.size()) all.ends(Reach::answered);
    all.clock.at += seconds(10);
    all.planner.drop(0);
    BOOST_TEST(all.run() < 20u);
  }
  BOOST_TEST(all.started.size() > at_once);
  BOOST_TEST(all.started.size() == 199u);
}

BOOST_AUTO_TEST_CASE(p27_three_hosts_in_a_row_out_of_reach_are_an_outage_of_ours) {
  Watched one;
  BOOST_TEST(one.fails(1) == 0u);
  BOOST_TEST(one.fails(2) == 0u);
  BOOST_TEST(!one.network.is_down());
  BOOST_TEST(one.fails(3) == 3u);  // the two before are taken back with it
  BOOST_TEST((one.event == Network::Event::lost));
  BOOST_TEST(one.network.is_down());
  BOOST_TEST(one.excused[0].slot == 1u);
  BOOST_TEST((one.excused[0].before.state.state == feed::State::ok));
  BOOST_TEST(one.fails(4) == 1u);
  BOOST_TEST((one.event == Network::Event::none));
  BOOST_TEST(one.fails(1) == 1u);  // while it is down nothing counts
  one.answers(5);
  BOOST_TEST((one.event == Network::Event::back));
  BOOST_TEST(!one.network.is_down());
}

BOOST_AUTO_TEST_CASE(any_answer_in_between_clears_the_network) {
  Watched one;
  for (schedule::Slot slot = 0; slot < 60; slot += 3) {
    BOOST_TEST(one.fails(slot) == 0u);
    BOOST_TEST(one.fails(slot + 1) == 0u);
    one.answers(slot + 2);
    BOOST_TEST((one.event == Network::Event::none));
  }
}

BOOST_AUTO_TEST_CASE(p27_a_start_without_a_network_counts_against_nobody) {
  Watched one;
  const auto new_at = [](int host) {
    feed::Source source = source_at("https://host" + std::to_string(host) + ".example/");
    source.state.last_ok.reset();
    return source;
  };
  BOOST_TEST(one.fails(1, new_at(1)) == 0u);
  BOOST_TEST(one.fails(2, new_at(2)) == 0u);
  BOOST_TEST(one.fails(3, new_at(3)) == 3u);
  BOOST_TEST((one.event == Network::Event::lost));
}

BOOST_AUTO_TEST_CASE(p27_what_failed_between_the_outage_and_its_discovery_is_taken_back_with_it) {
  Watched one;
  feed::Source ill = source_at("https://ill.example/");
  ill.state.failures = 4;
  BOOST_TEST(one.fails(9, ill) == 0u);
  BOOST_TEST(one.fails(9, ill) == 0u);
  BOOST_TEST(one.fails(1) == 0u);
  BOOST_TEST(one.fails(2) == 0u);
  BOOST_TEST_REQUIRE(one.fails(3) == 4u);
  BOOST_TEST(one.excused[0].slot == 9u);
  BOOST_TEST(one.excused[0].before.state.failures == 4);
}

BOOST_AUTO_TEST_CASE(p27_of_two_hosts_both_are_enough_and_of_one_nobody_can_tell) {
  Watched two;
  two.network.expect(2);
  BOOST_TEST(two.fails(1) == 0u);
  BOOST_TEST(two.fails(2) == 2u);
  Watched single;
  single.network.expect(1);
  for (int i = 0; i < 5; ++i) BOOST_TEST(single.fails(1) == 0u);
}

BOOST_AUTO_TEST_CASE(what_never_answered_or_failed_before_is_no_evidence) {
  Watched one;
  one.answers(100);
  for (schedule::Slot slot = 0; slot < 20; ++slot) {
    feed::Source source = source_at("https://host" + std::to_string(slot) + ".example/");
    if (slot % 2 == 0)
      source.state.last_ok.reset();
    else
      source.state.failures = 1;
    BOOST_TEST(one.fails(slot, source) == 0u);
  }
  BOOST_TEST(!one.network.is_down());
  // Many sources of one host, at whatever ports, are one host.
  for (schedule::Slot slot = 0; slot < 20; ++slot)
    BOOST_TEST(one.fails(slot, source_at("http://one.example:" + std::to_string(8000 + slot) + "/")) == 0u);
}

BOOST_AUTO_TEST_CASE(hosts_that_are_dead_indeed_are_excused_once) {
  Watched one;
  for (const schedule::Slot slot : {1u, 2u, 3u}) one.fails(slot);
  BOOST_TEST(one.network.is_down());
  one.answers(9);
  for (const schedule::Slot slot : {1u, 2u, 3u}) BOOST_TEST(one.fails(slot) == 0u);  // now it counts
  BOOST_TEST(!one.network.is_down());
  one.answers(1);
  one.answers(2);
  one.answers(3);
  for (const schedule::Slot slot : {1u, 2u}) BOOST_TEST(one.fails(slot) == 0u);
  BOOST_TEST(one.fails(3) == 3u);
}

BOOST_AUTO_TEST_CASE(while_it_is_down_one_source_is_tried_every_half_minute) {
  Watched one;
  one.network.asked(now);
  BOOST_TEST((one.network.next_try(now, seconds(30)) == now));
  for (const schedule::Slot slot : {1u, 2u, 3u}) one.fails(slot);
  BOOST_TEST((one.network.next_try(now + seconds(10), seconds(30)) == now + seconds(30)));
  BOOST_TEST((one.network.next_try(now + seconds(40), seconds(30)) == now + seconds(40)));
  BOOST_TEST((one.network.next_try(now - hours(9), seconds(30)) == now - hours(9)));  // the clock was set back
  one.answers(1);
  BOOST_TEST((one.network.next_try(now + seconds(10), seconds(30)) == now + seconds(10)));
}

BOOST_AUTO_TEST_CASE(an_answer_of_any_kind_shows_that_the_network_works) {
  struct Row {
    fetch::Failure failure;
    int status;
    Reach expected;
  };
  for (const Row& row :
       {Row{fetch::Failure::none, 500, Reach::answered}, Row{fetch::Failure::resolve, 0, Reach::unreachable},
        Row{fetch::Failure::connect, 0, Reach::unreachable}, Row{fetch::Failure::tls, 0, Reach::answered},
        Row{fetch::Failure::protocol, 0, Reach::answered},
        // It may have been on its way when the network went: neither a sign of life nor of an outage.
        Row{fetch::Failure::timeout, 0, Reach::unknown}, Row{fetch::Failure::guard, 0, Reach::unknown},
        Row{fetch::Failure::other, 0, Reach::unknown}, Row{fetch::Failure::connect, 301, Reach::answered}}) {
    fetch::Reply reply;
    reply.failure = row.failure;
    fetch::Hop hop;
    hop.status = row.status;
    reply.hops.push_back(hop);
    BOOST_TEST((engine::reach_of(reply) == row.expected), row.status);
    reply.outcome = base::Outcome::cancelled;
    BOOST_TEST((engine::reach_of(reply) == Reach::unknown));
  }
}

BOOST_AUTO_TEST_SUITE_END()
