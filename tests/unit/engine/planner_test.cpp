#include "engine/planner.h"

#include <boost/test/unit_test.hpp>

#include "unit/engine/desk.h"

using namespace rapporteur;
using namespace std::chrono_literals;
using engine::Desk;

BOOST_AUTO_TEST_SUITE(planner_test)

namespace {

using Slots = std::vector<schedule::Slot>;

}  // namespace

BOOST_AUTO_TEST_CASE(p20_a_turn_that_comes_within_skipped_hours_is_put_off) {
  Desk desk({"https://a.example/", "https://a.example/2"});
  desk.set(0, [](feed::SourceState& state) { state.skip_hours = {10}; });
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == Slots{1});  // and the gap of the host was not spent
  BOOST_TEST((desk.roster.state_of(0).next_poll == desk.clock.at + 1h));
  BOOST_TEST(desk.roster.state_of(0).next_poll_reason.find("skipHours") != std::string::npos);
  std::string why;
  desk.settle(1, 200, 1h, {{"a.example", ""}});
  desk.clock.at += 10s;
  BOOST_TEST(desk.planner.plan_now(0, false, why), why);  // asked for by name
  desk.io.poll();
  BOOST_TEST(desk.started() == Slots{0});
}

BOOST_AUTO_TEST_CASE(p27_both_of_two_hosts_out_of_reach_are_an_outage_for_a_command_too) {
  for (const bool is_command : {false, true}) {
    Desk desk({"https://a.example/", "https://b.example/"});
    if (is_command)
      desk.planner.set_single_round(true);
    else
      desk.planner.plan_all();
    BOOST_TEST(desk.planner.judge(0, desk.roster.at(0), engine::Reach::unreachable).empty());
    BOOST_TEST(desk.planner.judge(1, desk.roster.at(1), engine::Reach::unreachable).size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(p23_a_plea_is_of_the_host_that_made_it) {
  Desk desk({"https://a.example/", "https://a.example/2", "https://b.example/"});
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == (Slots{0, 2}));
  desk.settle(2, 200, 1s, {{"b.example", ""}});
  desk.settle(0, 429, 2h, {{"a.example", "192.0.2.1"}, {"b.example", "192.0.2.2"}});
  std::string why;
  desk.clock.at += 20s;
  BOOST_TEST(!desk.planner.plan_now(2, false, why));
  BOOST_TEST(why.find("pause") != std::string::npos);
  BOOST_TEST(desk.planner.plan_now(1, false, why), why);
}

BOOST_AUTO_TEST_CASE(p23_a_plea_holds_for_its_host_at_every_port) {
  Desk desk({"http://a.example/", "http://a.example/2", "https://a.example/3", "https://b.example/"});
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == (Slots{0, 3}));                      // one connection a host (P33)
  desk.settle(0, 429, 2h, {{"a.example", ""}, {"a.example", ""}});  // from http to https, which said it
  std::string why;
  desk.clock.at += 20s;
  for (const schedule::Slot slot : {1u, 2u}) {
    BOOST_TEST(!desk.planner.plan_now(slot, false, why));
    BOOST_TEST(why.find("pause") != std::string::npos);
  }
  BOOST_TEST(desk.started() == Slots{});
}

BOOST_AUTO_TEST_CASE(p23_what_a_redirect_asks_for_says_nothing_for_the_host_it_leads_to) {
  for (const int status : {429, 503}) {
    Desk desk({"https://evil.example/", "https://victim.example/"});
    desk.set(1, [&](feed::SourceState& state) {
      state.last_attempt = desk.clock.at - 1h;
      state.next_poll = desk.clock.at + 1h;
    });
    desk.planner.plan_all();
    BOOST_TEST(desk.started() == Slots{0});
    desk.settle(0, status, 24h * 7, {{"evil.example", "", {}, 24h * 7}, {"victim.example", ""}});
    std::string why;
    desk.clock.at += 6h;  // a plea without a time is good for four hours
    BOOST_TEST(desk.planner.plan_now(1, false, why), why);
  }
}

BOOST_AUTO_TEST_CASE(p23_how_dear_a_source_is_says_nothing_of_the_pause_of_its_host) {
  struct Row {
    int status;
    base::Duration asked;
    bool is_frozen;
  };
  for (const Row& row : {Row{429, 60s, true}, Row{503, 1h, true}, Row{503, 5s, false}}) {
    Desk desk({"https://a.example/", "https://a.example/2"});
    desk.planner.plan_all();
    BOOST_TEST(desk.started() == Slots{0});
    desk.settle(0, row.status, 24h, {{"a.example", "", {}, row.asked}});  // once a day: it has no validators
    std::string why;
    desk.clock.at += 20s;
    BOOST_TEST(desk.planner.plan_now(1, false, why) != row.is_frozen, row.status << why);
    desk.clock.at += 1h;
    BOOST_TEST(desk.planner.plan_now(1, false, why), why);
  }
}

BOOST_AUTO_TEST_CASE(p23_a_host_has_the_pause_it_asked_for_behind_a_redirect_too) {
  Desk desk({"https://a.example/", "https://b.example/"});
  desk.set(1, [&](feed::SourceState& state) {
    state.last_attempt = desk.clock.at - 1h;
    state.next_poll = desk.clock.at + 1h;
  });
  desk.planner.plan_all();
  desk.settle(0, 503, 24h * 3, {{"a.example", "", {}, 24h}, {"b.example", "", {}, 24h * 3}});
  std::string why;
  desk.clock.at += 70h;
  BOOST_TEST(!desk.planner.plan_now(1, false, why));
}

BOOST_AUTO_TEST_CASE(p23_after_a_restart_the_host_rests_that_pleaded_and_no_other_on_the_way) {
  const std::vector<std::string> urls = {"https://way.example/", "https://way.example/2", "https://busy.example/"};
  Desk before(urls);
  before.planner.plan_all();
  before.settle(0, 429, 24h * 7, {{"way.example", "", {}, 24h * 7}, {"busy.example", "", {}, 24h}});
  Desk after(urls);
  after.set(0, [&](feed::SourceState& state) {
    state = before.roster.state_of(0);
    state.last_attempt = before.clock.at;
  });
  after.clock.at += 20s;
  after.planner.plan_all();
  BOOST_TEST(after.started() == Slots{1});
  std::string why;
  after.clock.at += 23h;
  BOOST_TEST(!after.planner.plan_now(2, false, why));
  BOOST_TEST(why.find("its host asked for a pause") != std::string::npos, why);
  after.clock.at += 1h;
  BOOST_TEST(after.planner.plan_now(2, false, why), why);
}

BOOST_AUTO_TEST_CASE(what_holds_a_source_back_is_explained) {
  Desk desk({"https://a.example/", "https://a.example/2", "https://b.example/"});
  desk.planner.plan_all();
  desk.settle(0, 200, 1h, {{"a.example", "", 30s}});
  const engine::Outlook held = desk.planner.outlook(1);
  BOOST_TEST(std::string(held.reason).starts_with("a gap is kept"));
  BOOST_TEST((held.next_poll == desk.clock.at + 30s));  // the host asks for more than host_gap
  desk.settle(2, 429, 2h, {{"a.example", ""}});
  const engine::Outlook paused = desk.planner.outlook(1);
  BOOST_TEST(std::string(paused.reason) == "its host asked for a pause");
  BOOST_TEST((*paused.next_poll >= desk.clock.at + 2h));
  BOOST_TEST(!desk.planner.outlook(2).reason);  // its own due time needs no other reason
}

BOOST_AUTO_TEST_CASE(p33_the_gap_of_a_host_is_kept_over_a_restart) {
  Desk desk({"https://a.example/", "https://a.example/2"});
  desk.set(0, [&](feed::SourceState& state) {
    state.last_attempt = desk.clock.at - 4s;
    state.next_poll = desk.clock.at + 1h;
  });
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == Slots{});
  desk.clock.at += 6s;
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == Slots{1});
}

BOOST_AUTO_TEST_CASE(what_is_brought_forward_waits_for_what_binds_it) {
  struct Row {
    const char* what;
    bool is_binding;
    int failures;
    base::Duration earliest;
  };
  const Row rows[] = {{"well", false, 0, 10min}, {"max-age or Retry-After", true, 0, 5h}, {"403", false, 1, 5h}};
  for (const Row& row : rows) {
    Desk desk({"https://a.example/"});
    const base::Instant begin = desk.clock.at;
    desk.set(0, [&](feed::SourceState& state) {
      state.last_attempt = begin;
      state.next_poll = begin + 5h;
      state.next_poll_is_binding = row.is_binding;
      state.failures = row.failures;
    });
    desk.planner.plan_all();
    desk.planner.bring_forward(0);
    BOOST_TEST((desk.planner.outlook(0).next_poll == begin + row.earliest), row.what);
  }
}

BOOST_AUTO_TEST_CASE(p33_the_gap_of_a_host_is_kept_from_one_poll_command_to_the_next) {
  Desk desk({"https://a.example/", "https://a.example/2"});
  desk.set(0, [&](feed::SourceState& state) { state.last_attempt = desk.clock.at - 4s; });
  desk.planner.set_single_round(true);
  std::string why;
  BOOST_TEST(desk.planner.plan_now(1, false, why), why);
  desk.io.poll();
  BOOST_TEST(desk.started() == Slots{});
  desk.clock.at += 6s;
  BOOST_TEST(desk.planner.plan_now(1, false, why), why);
  desk.io.poll();
  BOOST_TEST(desk.started() == Slots{1});
}

BOOST_AUTO_TEST_CASE(p24_no_command_asks_a_source_again_that_was_turned_away) {
  for (const int status : {401, 403, 429, 503, 500, 0}) {
    Desk desk({"https://a.example/"});
    desk.set(0, [&](feed::SourceState& state) {
      state.http_status = status;
      state.failures = 1;
      state.state = feed::State::failing;
      state.last_attempt = desk.clock.at - 15min;
      state.next_poll = desk.clock.at + 3h;
      state.next_poll_reason = "waits 4 h after HTTP " + std::to_string(status);
    });
    std::string why;
    const bool is_let = status == 500 || status == 0;
    BOOST_TEST(desk.planner.plan_now(0, false, why) == is_let, status);
    if (is_let) continue;
    BOOST_TEST(why == "not before 2026-03-02T13:00:00Z: waits 4 h after HTTP " + std::to_string(status));
    desk.clock.at += 3h;
    BOOST_TEST(desk.planner.plan_now(0, false, why), why);
  }
}

BOOST_AUTO_TEST_CASE(p13_the_floor_holds_when_the_clock_was_set_back) {
  Desk desk({"https://a.example/", "https://b.example/"});
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == (Slots{0, 1}));
  const base::Instant asked = desk.clock.at;
  desk.planner.set_out(0);
  desk.clock.at += 10s;
  desk.set(0, [&](feed::SourceState& state) { state.last_attempt = asked; });
  desk.settle(0, 200, 1h, {{"a.example", ""}});
  desk.clock.at += 1min - 2h;
  std::string why;
  BOOST_TEST(!desk.planner.plan_now(0, false, why));
  BOOST_TEST(why.starts_with("asked 10 s ago"), why);
  desk.clock.at += 10min;
  BOOST_TEST(desk.planner.plan_now(0, false, why), why);
}

BOOST_AUTO_TEST_CASE(a_refresh_that_ends_after_the_clock_was_set_back_keeps_its_new_due_time) {
  Desk desk({"https://a.example/"});
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == Slots{0});
  desk.clock.at -= 2h;
  desk.settle(0, 200, 1h, {{"a.example", ""}});
  desk.io.poll();
  BOOST_TEST(desk.started() == Slots{});
  BOOST_TEST((desk.planner.outlook(0).next_poll == desk.clock.at + 1h));
}

BOOST_AUTO_TEST_CASE(p46_what_is_overdue_and_spread_says_so) {
  Desk desk({"https://a.example/", "https://b.example/"});
  for (const schedule::Slot slot : {0u, 1u})
    desk.set(slot, [&](feed::SourceState& state) {
      state.last_attempt = desk.clock.at - 10h;
      state.next_poll = desk.clock.at - 9h;
      state.next_poll_reason = "every 1 h";
    });
  desk.planner.plan_all();
  const engine::Outlook spread = desk.planner.outlook(0);
  BOOST_TEST_REQUIRE((spread.next_poll > desk.clock.at));
  BOOST_TEST_REQUIRE(spread.reason);
  BOOST_TEST(std::string(spread.reason).starts_with("overdue"));
}

BOOST_AUTO_TEST_SUITE_END()
