#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/digest.h"
#include "unit/engine/desk.h"

// Redirects from one host to another.
using namespace rapporteur;
using namespace std::chrono_literals;
using engine::Desk;

BOOST_AUTO_TEST_SUITE(hops_test)

namespace {

using Slots = std::vector<schedule::Slot>;
const std::string target = "https://c.example/feed";

// One redirect that wants to go on.
struct Passing {
  Passing(Desk& its_desk, const std::string& from) : desk(its_desk) {
    boost::asio::co_spawn(desk.io, desk.planner.pass(from, desk.clock.at, target),
                          [this](std::exception_ptr, std::optional<fetch::Postponement> answer) {
                            is_over = true;
                            held = std::move(answer);
                          });
    desk.io.poll();
  }
  // Runs the loop until it is over, for half a second at most.
  bool ends() {
    for (int tries = 0; tries < 50 && !is_over; ++tries) desk.io.run_for(10ms);
    return is_over;
  }
  Desk& desk;
  bool is_over = false;
  std::optional<fetch::Postponement> held;
};

}  // namespace

BOOST_AUTO_TEST_CASE(p33_redirects_to_one_host_go_one_by_one_at_its_gap) {
  Desk desk({"https://a.example/", "https://b.example/", target});
  desk.set(2, [&](feed::SourceState& state) {
    state.last_attempt = desk.clock.at - 1h;
    state.next_poll = desk.clock.at + 1s;
  });
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == (Slots{0, 1}));
  Passing first(desk, "https://a.example/");
  BOOST_TEST_REQUIRE(first.is_over);
  BOOST_TEST(!first.held);
  Passing second(desk, "https://b.example/");
  BOOST_TEST(!second.ends());
  desk.clock.at += 10s;
  BOOST_TEST(!second.ends());  // the first is still there
  desk.planner.passed(target);
  BOOST_TEST(second.ends());
  BOOST_TEST(!second.held);
  BOOST_TEST(desk.started() == Slots{});  // the source there waits for both
  desk.planner.passed(target);
  desk.clock.at += 10s;
  desk.planner.passed("https://elsewhere.example/");
  desk.io.poll();
  BOOST_TEST(desk.started() == Slots{2});
}

BOOST_AUTO_TEST_CASE(p33_who_would_wait_for_long_comes_another_time) {
  Desk desk({"https://a.example/"});
  desk.planner.plan_all();
  std::vector<std::unique_ptr<Passing>> crowd;
  for (int number = 0; number < 10; ++number) crowd.push_back(std::make_unique<Passing>(desk, "https://a.example/"));
  const auto is_held = [](const std::unique_ptr<Passing>& one) { return one->held.has_value(); };
  BOOST_TEST(std::count_if(crowd.begin(), crowd.end(), is_held) == 3);  // seven in a minute
  BOOST_TEST((crowd.back()->held->until == desk.clock.at + 70s));       // and nothing was kept for who was turned away
  BOOST_TEST(crowd.back()->held->why.starts_with("its redirect leads to c.example"));
  desk.planner.stop();
  for (const auto& one : crowd) BOOST_TEST(one->ends());
}

BOOST_AUTO_TEST_CASE(p23_a_redirect_to_a_host_that_asked_for_a_pause_is_put_off) {
  Desk desk({"https://a.example/", target});
  desk.planner.plan_all();
  BOOST_TEST(desk.started() == (Slots{0, 1}));
  desk.settle(1, 429, 2h, {{"c.example", "", {}, 2h}});
  Passing passing(desk, "https://a.example/");
  BOOST_TEST_REQUIRE(passing.is_over);
  BOOST_TEST_REQUIRE(passing.held.has_value());
  BOOST_TEST((passing.held->until == desk.clock.at + 2h));
  BOOST_TEST(passing.held->why ==
             "its redirect leads to c.example, which asked for a pause until 2026-03-02T12:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_postponed_source_is_as_it_was_and_due_when_the_pause_is_over) {
  feed::Source source;
  auto configured = std::make_shared<feed::SourceSettings>();
  configured->id = "a";
  configured->url = "https://a.example/";
  source.settings = configured;
  source.state.state = feed::State::ok;
  source.state.http_status = 200;
  source.state.polls = 5;
  source.state.validators = {{target, {std::string("\"a\""), std::nullopt}}};
  const base::Instant start = Desk({}).clock.at;
  source.state.last_ok = start - 1h;
  for (const base::Duration pause : {base::Duration(10min), base::Duration(5h)}) {
    fetch::Reply reply;
    reply.outcome = base::Outcome::postponed;
    reply.status = 302;
    reply.reason = "its redirect leads to c.example, which asked for a pause";
    reply.started = start;
    reply.hints.retry_after = pause;
    reply.hops.emplace_back().url = configured->url;
    const feed::SourceState after =
        engine::digest(source, {}, std::move(reply), std::make_shared<engine::DigestSettings>(), start).state;
    const base::Duration wait = std::max<base::Duration>(pause, 1h);  // and its own host was asked (P13)
    BOOST_TEST((after.next_poll >= start + wait && after.next_poll <= start + wait + wait / 10));
    BOOST_TEST(after.next_poll_reason == "its redirect leads to c.example, which asked for a pause");
    BOOST_TEST((after.last_attempt == start));
    BOOST_TEST((after.state == feed::State::ok && after.failures == 0 && after.http_status == 200));
    BOOST_TEST((after.validators == source.state.validators));
  }
}

BOOST_AUTO_TEST_SUITE_END()
