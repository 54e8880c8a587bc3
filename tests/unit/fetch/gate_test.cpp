#include "fetch/gate.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>

#include "unit/fetch/asking.h"

using namespace rapporteur;
using namespace rapporteur::fetch;
using namespace std::chrono_literals;
using base::Outcome;
using test::Answer;

BOOST_AUTO_TEST_SUITE(gate_test)

namespace {

// Lets everybody pass after a while, or nobody, and notes who came.
struct Noting final : Gate {
  explicit Noting(boost::asio::io_context& loop) : io(loop) {}
  boost::asio::awaitable<std::optional<Postponement>> pass(std::string from, base::Instant, std::string to) override {
    notes.push_back(from + " to " + to);
    boost::asio::steady_timer timer(io, wait);
    auto nap = timer.async_wait(boost::asio::use_awaitable);
    co_await std::move(nap);
    if (on_pass) on_pass();
    co_return held;
  }
  void passed(const std::string& to) override { notes.push_back("left " + to); }

  boost::asio::io_context& io;
  std::chrono::milliseconds wait{0};
  std::function<void()> on_pass;
  std::optional<Postponement> held;
  std::vector<std::string> notes;
};

// One origin at two hosts: /a leads to the other's /b, that to /c there, that home to /d, which is the end.
struct Chain : Asking {
  explicit Chain(const Settings& with = settings()) : Asking(with), gate(io) {
    server.listen("127.0.0.2");
    server.route("/a", Answer::redirect(302, b).header("Retry-After", "60"));
    server.route("/b", Answer::redirect(302, c));
    server.route("/c", Answer::redirect(302, d));
    server.route("/d", Answer(200, "news"));
  }
  Request request_of(const std::string& url) {
    Request request = Asking::request(url);
    request.gate = &gate;
    return request;
  }
  Reply ask(const std::string& url) { return get(request_of(url)); }

  Noting gate;
  const std::string a = server.url("/a"), d = server.url("/d");
  const std::string b = server.url("/b", "127.0.0.2"), c = server.url("/c", "127.0.0.2");
};

using Notes = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(p33_a_redirect_to_another_host_asks_first_and_says_when_it_is_done) {
  Chain chain;
  const Reply reply = chain.ask(chain.a);
  BOOST_TEST(reply.body == "news");
  BOOST_TEST(chain.gate.notes == (Notes{chain.a + " to " + chain.b, "left " + chain.b}));
  chain.gate.notes.clear();
  chain.ask(chain.c);
  BOOST_TEST(chain.gate.notes == (Notes{chain.c + " to " + chain.d, "left " + chain.d}));
}

BOOST_AUTO_TEST_CASE(p23_a_redirect_that_is_held_is_a_postponement) {
  Chain chain;
  chain.gate.held = Postponement{chain.clock.now() + 2h, "not now"};
  const Reply reply = chain.ask(chain.a);
  BOOST_TEST((reply.outcome == Outcome::postponed));
  BOOST_TEST(reply.reason == "not now");
  BOOST_TEST((reply.hints.retry_after == 2h));
  BOOST_TEST(reply.hops.size() == 1u);
  BOOST_TEST(chain.server.count("/b") == 0u);
  BOOST_TEST(chain.gate.notes == Notes{chain.a + " to " + chain.b});
}

BOOST_AUTO_TEST_CASE(p13_the_interval_counts_from_the_request_to_the_host_that_was_waited_for) {
  Chain chain;
  const base::Instant begun = chain.clock.time;
  chain.gate.on_pass = [&] { chain.clock.time += 30s; };
  BOOST_TEST((chain.ask(chain.a).started == begun + 30s));
  BOOST_TEST((chain.ask(chain.d).started == begun + 30s));  // nobody was waited for
}

BOOST_AUTO_TEST_CASE(waiting_for_another_host_does_not_count_against_the_timeout) {
  Settings settings = Asking::settings();
  settings.timeout = std::chrono::seconds(2);
  Chain chain(settings);
  chain.gate.wait = 2500ms;
  const Reply reply = chain.ask(chain.a);
  BOOST_TEST(reply.body == "news", reply.reason);
}

namespace {

// Its robots.txt lies at the other host.
Settings obeying() {
  Settings settings = Asking::settings();
  settings.obey_robots = true;
  settings.timeout = std::chrono::seconds(4);
  return settings;
}

struct RulesElsewhere : Chain {
  RulesElsewhere() : Chain(obeying()) {
    server.route("/robots.txt", Answer::redirect(301, rules));
    server.route("/rules", Answer(200, "User-agent: *\nDisallow: /x\n", "text/plain"));
  }
  const std::string robots = server.url("/robots.txt"), rules = server.url("/rules", "127.0.0.2");
};

}  // namespace

BOOST_AUTO_TEST_CASE(p33_a_robots_txt_that_lies_at_another_host_waits_there_too) {
  RulesElsewhere chain;
  chain.gate.wait = 2500ms;  // more than the share of a robots.txt
  const std::vector<Reply> replies = chain.get_all({chain.request_of(chain.d), chain.request_of(chain.d)});
  for (const Reply& reply : replies) BOOST_TEST(reply.body == "news", reply.reason);
  BOOST_TEST(chain.gate.notes == (Notes{chain.robots + " to " + chain.rules, "left " + chain.rules}));
  BOOST_TEST(chain.server.count("/rules") == 1u);
}

BOOST_AUTO_TEST_CASE(p23_a_robots_txt_that_is_held_is_a_postponement_for_all_who_want_it) {
  RulesElsewhere chain;
  chain.gate.held = Postponement{chain.clock.now() + 2h, "not now"};
  std::vector<Reply> replies = chain.get_all({chain.request_of(chain.d), chain.request_of(chain.d)});
  replies.push_back(chain.ask(chain.d));
  for (const Reply& reply : replies) {
    BOOST_TEST((reply.outcome == Outcome::postponed));
    BOOST_TEST(reply.reason.find("/robots.txt: not now") != std::string::npos, reply.reason);
    BOOST_TEST((reply.hints.retry_after == 2h));
  }
  BOOST_TEST(chain.server.count("/robots.txt") == 1u);
  chain.clock.time += 2h;
  chain.gate.held->until = chain.clock.now();  // too many wait there, and it is their turn
  BOOST_TEST((chain.ask(chain.d).outcome == Outcome::postponed));
  BOOST_TEST(chain.server.count("/rules") + chain.server.count("/d") == 0u);
  chain.gate.held.reset();
  BOOST_TEST(chain.ask(chain.d).body == "news");
  BOOST_TEST(chain.server.count("/robots.txt") == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
