#include "engine/rounds.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "unit/engine/desk.h"

using namespace rapporteur;
using namespace std::chrono_literals;
using engine::Desk;

BOOST_AUTO_TEST_SUITE(rounds_test)

namespace {

using Slots = std::vector<schedule::Slot>;

// A desk at which `poll` asks.
struct Office {
  explicit Office(const std::vector<std::string>& urls) : desk(urls) { desk.planner.set_single_round(true); }
  void start(const engine::PollRequest& request) {
    rounds.start(
        request, [this](std::size_t total) { begun = total; },
        [this](const engine::PollLine& line) { lines[line.source] = line; }, [this] { has_ended = true; });
    desk.io.poll();
  }
  void settle(schedule::Slot slot, int status, base::Duration wait) {
    desk.settle(slot, status, wait, {{"a.example", "", {}, wait}});
    feed::Change change;
    change.outcome = status == 200 ? base::Outcome::fresh : base::Outcome::refused;
    change.state = desk.roster.state_of(slot);
    rounds.settled(slot, change);
    desk.io.poll();
  }

  Desk desk;
  engine::Rounds rounds{desk.clock, desk.roster, desk.planner};
  std::size_t begun = 0;
  std::map<std::string, engine::PollLine> lines;
  bool has_ended = false;
};

}  // namespace

BOOST_AUTO_TEST_CASE(p20_a_round_of_all_leaves_out_who_skips_this_hour_and_now_does_not) {
  for (const bool is_now : {false, true}) {
    Office office({"https://a.example/", "https://b.example/"});
    office.desk.set(0, [](feed::SourceState& state) { state.skip_hours = {10}; });
    office.start({is_now, {}});
    BOOST_TEST(office.begun == (is_now ? 2u : 1u));
    BOOST_TEST(office.desk.started() == (is_now ? Slots{0, 1} : Slots{1}));
    BOOST_TEST(office.lines["s0"].is_skipped == !is_now);
    if (!is_now) BOOST_TEST(office.lines["s0"].text.starts_with("not before 2026-03-02T11:00:00Z"));
  }
  Office named({"https://a.example/"});
  named.desk.set(0, [](feed::SourceState& state) { state.skip_hours = {10}; });
  named.start({false, {"s0"}});
  BOOST_TEST(named.desk.started() == Slots{0});
}

BOOST_AUTO_TEST_CASE(p20_a_round_ends_when_skipped_hours_begin_before_a_turn_comes) {
  Office office({"https://a.example/", "https://a.example/2"});
  office.desk.set(1, [](feed::SourceState& state) { state.skip_hours = {11}; });
  office.start({});
  BOOST_TEST(office.begun == 2u);
  BOOST_TEST(office.desk.started() == Slots{0});
  office.desk.clock.at += 1h;
  office.settle(0, 200, 1h);
  BOOST_TEST(office.desk.started() == Slots{});
  BOOST_TEST(office.has_ended);
  BOOST_TEST(office.lines["s1"].is_skipped);
  BOOST_TEST(office.lines["s1"].text.starts_with("not asked before 2026-03-02T12:00:00Z"), office.lines["s1"].text);
}

BOOST_AUTO_TEST_CASE(p23_a_round_does_not_wait_for_the_end_of_a_pause) {
  Office office({"https://a.example/", "https://a.example/2", "https://a.example/3"});
  office.start({});
  BOOST_TEST(office.begun == 3u);
  BOOST_TEST(office.desk.started() == Slots{0});
  office.settle(0, 429, 5h);
  BOOST_TEST(office.has_ended);
  for (const char* id : {"s1", "s2"}) {
    BOOST_TEST(office.lines[id].is_skipped);
    BOOST_TEST(office.lines[id].text == "not asked before 2026-03-02T15:00:00Z: its host asked for a pause");
  }
  BOOST_TEST(!office.lines["s0"].is_good);
  BOOST_TEST(!office.desk.planner.outlook(1).next_poll);  // nothing of the round is left in the queue
}

BOOST_AUTO_TEST_SUITE_END()
