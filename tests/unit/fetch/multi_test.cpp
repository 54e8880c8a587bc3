#include <malloc.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "fetch/budget.h"
#include "fetch/client.h"
#include "unit/fetch/asking.h"

// Many transfers at once, ends before the end, and the common budget.
using namespace rapporteur;
using namespace rapporteur::fetch;
using base::Outcome;
using test::Answer;
using test::End;
using test::Seen;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

// Runs the loop until `is_done`; false when that takes too long.
template <class Predicate>
bool run_until(asio::io_context& io, Predicate is_done) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  io.restart();
  while (!is_done() && std::chrono::steady_clock::now() < end) io.run_one_for(10ms);
  return is_done();
}

bool is_settled(const Reply& reply) { return !reply.hops.empty(); }

}  // namespace

BOOST_AUTO_TEST_SUITE(multi_test)

BOOST_AUTO_TEST_CASE(connections_that_end_while_nobody_uses_them_do_not_keep_the_loop_turning) {
  Asking asking;
  asking.server.listen("127.0.0.2");
  asking.server.route("/slow", Answer(200, "late").delay(600ms));
  asking.server.route("/ends", Answer::raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnews", End::close));
  asking.server.route("/stays", Answer(200, "news"));
  Reply slow, ends, stays;
  asking.begin(Asking::request(asking.server.url("/slow")), slow);
  asking.begin(Asking::request(asking.server.url("/ends", "127.0.0.2")), ends);
  asking.begin(Asking::request(asking.server.url("/stays", "127.0.0.2")), stays);
  BOOST_TEST_REQUIRE(run_until(asking.io, [&] { return is_settled(ends) && is_settled(stays); }));
  std::size_t turns = 0;
  const auto end = std::chrono::steady_clock::now() + 200ms;
  while (std::chrono::steady_clock::now() < end) turns += asking.io.run_one_for(10ms);
  BOOST_TEST(!is_settled(slow));
  BOOST_TEST(turns < 20u);
  BOOST_TEST(asking.get(asking.server.url("/stays", "127.0.0.2")).body == "news");
  BOOST_TEST(asking.get(asking.server.url("/ends", "127.0.0.2")).body == "news");
  BOOST_TEST_REQUIRE(run_until(asking.io, [&] { return is_settled(slow); }));
}

BOOST_AUTO_TEST_CASE(two_hundred_transfers_run_at_once) {
  auto settings = Asking::settings();
  settings.connections = 200;
  Asking asking(settings);
  const std::string body(50000, 'b');
  asking.server.otherwise([&body](const Seen& seen) {
    const auto number = std::stoi(seen.target.substr(2));
    const auto text = seen.target + body;
    switch (number % 7) {
      case 0:
        return Answer(200, text).delay(50ms);
      case 1:
        return Answer(200, text).chunked(3000);
      case 2:
        return Answer(200, test::gzip(text)).header("Content-Encoding", "gzip");
      case 3:
        return Answer(200, text).no_length();
      case 4:
        return seen.target[1] == 'r' ? Answer(200, text) : Answer::redirect(302, "/r" + std::to_string(number));
      case 5:
        return Answer::raw("", End::reset);
      default:
        return Answer(404, "no");
    }
  });
  for (int round = 0; round < 3; ++round) {
    std::vector<Request> requests;
    for (int i = 0; i < 200; ++i) requests.push_back(Asking::request(asking.server.url("/n" + std::to_string(i))));
    const auto replies = asking.get_all(std::move(requests));
    for (int i = 0; i < 200; ++i) {
      const auto& reply = replies[static_cast<std::size_t>(i)];
      const auto expected = i % 7 == 5 ? Outcome::failed : i % 7 == 6 ? Outcome::refused : Outcome::fresh;
      BOOST_TEST(base::to_string(reply.outcome) == base::to_string(expected), i << " " << reply.reason);
      const auto target = (i % 7 == 4 ? "/r" : "/n") + std::to_string(i);
      if (expected == Outcome::fresh) BOOST_TEST((reply.body == target + body), i);
    }
    BOOST_TEST(asking.client->in_flight() == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_loop_ends_when_nothing_is_in_flight) {
  Asking asking;
  asking.server.route("/", Answer(200, "x"));
  for (int i = 0; i < 3; ++i) {
    asking.get(asking.server.url("/"));  // returns only because run() did
    BOOST_TEST(asking.client->in_flight() == 0);
    BOOST_TEST(asking.io.stopped());
  }
}

BOOST_AUTO_TEST_CASE(a_cancelled_request_ends_as_cancelled) {
  Asking asking;
  asking.server.route("/silent", Answer::raw("", End::hang));
  asking.server.route("/fine", Answer(200, "x"));
  for (int round = 0; round < 20; ++round) {
    asio::cancellation_signal signal;
    Reply reply, other;
    auto request = Asking::request(asking.server.url("/silent"));
    asio::co_spawn(asking.io, asking.client->get(std::move(request)),
                   asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error, Reply got) {
                     BOOST_TEST(!error);
                     reply = std::move(got);
                   }));
    asking.begin(Asking::request(asking.server.url("/fine")), other);
    BOOST_TEST_REQUIRE(run_until(asking.io, [&] { return is_settled(other); }));
    BOOST_TEST(asking.client->in_flight() == 1);
    signal.emit(asio::cancellation_type::terminal);
    signal.emit(asio::cancellation_type::terminal);
    BOOST_TEST_REQUIRE(run_until(asking.io, [&] { return is_settled(reply); }));
    BOOST_TEST((reply.outcome == Outcome::cancelled));
    BOOST_TEST((other.outcome == Outcome::fresh));
  }
}

BOOST_AUTO_TEST_CASE(a_stopped_client_cancels_what_is_and_what_comes) {
  Asking asking;
  asking.server.route("/silent", Answer::raw("", End::hang));
  asking.server.route("/drip", Answer(200).endless("x", 5ms));
  asking.server.route("/hop", Answer::redirect(302, "/silent"));
  std::vector<Reply> replies(4);
  asking.begin(Asking::request(asking.server.url("/silent")), replies[0]);
  asking.begin(Asking::request(asking.server.url("/drip")), replies[1]);
  asking.begin(Asking::request(asking.server.url("/hop")), replies[2]);
  BOOST_TEST_REQUIRE(run_until(asking.io, [&] { return asking.server.count("/silent") == 2; }));
  BOOST_TEST(asking.client->in_flight() == 3);
  asking.client->stop();
  asking.begin(Asking::request(asking.server.url("/late")), replies[3]);
  asking.io.restart();
  asking.io.run();
  for (const auto& reply : replies) {
    BOOST_TEST((reply.outcome == Outcome::cancelled));
    BOOST_TEST(reply.failure == Failure::none);
    BOOST_TEST(reply.body.empty());
    BOOST_TEST(!reply.is_permanent_move);
  }
  BOOST_TEST(asking.server.count("/late") == 0);
}

BOOST_AUTO_TEST_CASE(a_client_may_go_before_its_requests) {
  Asking asking;
  asking.server.route("/silent", Answer::raw("", End::hang));
  Reply reply;
  asking.begin(Asking::request(asking.server.url("/silent")), reply);
  BOOST_TEST_REQUIRE(run_until(asking.io, [&] { return asking.server.count("/silent") == 1; }));
  asking.client.reset();
  asking.io.restart();
  asking.io.run();
  BOOST_TEST((reply.outcome == Outcome::cancelled));
}

// Nobody runs the loop again: everything must still be given back (the leak checker sees to it).
BOOST_AUTO_TEST_CASE(a_loop_may_go_with_requests_in_flight) {
  Reply reply;
  {
    Asking asking;
    asking.server.route("/silent", Answer::raw("", End::hang));
    asking.begin(Asking::request(asking.server.url("/silent")), reply);
    BOOST_TEST_REQUIRE(run_until(asking.io, [&] { return asking.server.count("/silent") == 1; }));
  }
  BOOST_TEST(!is_settled(reply));
}

BOOST_AUTO_TEST_CASE(a_lease_may_outlive_client_and_loop) {
  Reply reply;
  {
    Asking asking;
    asking.server.route("/", Answer(200, "x"));
    reply = asking.get(asking.server.url("/"));
  }
  BOOST_TEST_REQUIRE((reply.lease != nullptr));
  reply.lease.reset();
}

// The first body is held as if it were being parsed and fills the budget; the second drips or stands still, so it is
// the oldest one coming in and may; the third, quick as it is, has to wait for one of them.
struct Budgeted : Asking {
  static Settings tight() {
    auto settings = Asking::settings();
    settings.body_budget = 100000;
    return settings;
  }
  Budgeted() : Asking(tight()) {
    server.route("/big", Answer(200, std::string(150000, 'a')));
    server.route("/drip", Answer(200).endless("d", 5ms));
    server.route("/still", Answer(200, "s").length(10).then(End::hang));
    server.route("/slow", Answer(200, std::string(40, 's')).drip(1, 10ms));
    server.route("/modest", Answer(200, std::string(60000, 'm')));
    server.route("/quick", Answer(200, std::string(3000000, 'q')));
  }
  void begin_oldest(const char* path, Reply& into) {
    begin(Asking::request(server.url(path)), into);
    run_until(io, [&] { return server.count(path) == 1; });
    const auto end = std::chrono::steady_clock::now() + 50ms;  // the first of its bytes came in
    run_until(io, [&] { return std::chrono::steady_clock::now() > end; });
  }
};

BOOST_AUTO_TEST_CASE(a_body_over_the_budget_waits_until_a_lease_is_let_go) {
  Budgeted asking;
  auto held = asking.get(asking.server.url("/big"));
  BOOST_TEST_REQUIRE((held.lease != nullptr));
  Reply still, modest;
  asking.begin_oldest("/still", still);  // no event of its own: only the lease can wake the loop
  asking.begin(Asking::request(asking.server.url("/modest")), modest);
  const auto end = std::chrono::steady_clock::now() + 300ms;
  run_until(asking.io, [&] { return std::chrono::steady_clock::now() > end; });
  BOOST_TEST(!is_settled(modest));
  std::thread worker([lease = std::move(held.lease)]() mutable { lease.reset(); });
  BOOST_TEST(run_until(asking.io, [&] { return is_settled(modest); }));
  worker.join();
  BOOST_TEST((modest.body == std::string(60000, 'm')));
  BOOST_TEST(!is_settled(still));
  asking.client->stop();
  asking.io.restart();
  asking.io.run();
}

BOOST_AUTO_TEST_CASE(the_oldest_body_always_goes_on_and_then_the_next) {
  Budgeted asking;
  const auto held = asking.get(asking.server.url("/big"));
  Reply slow, quick, other;
  asking.begin_oldest("/slow", slow);
  asking.begin(Asking::request(asking.server.url("/quick")), quick);
  asking.begin(Asking::request(asking.server.url("/quick")), other);
  BOOST_TEST(run_until(asking.io, [&] { return is_settled(slow) && is_settled(quick) && is_settled(other); }));
  for (const auto* reply : {&slow, &quick, &other}) BOOST_TEST((reply->outcome == Outcome::fresh), reply->reason);
  BOOST_TEST(quick.body.size() == 3000000);
}

BOOST_AUTO_TEST_CASE(waiting_for_the_budget_ends_with_the_time) {
  auto settings = Budgeted::tight();
  settings.timeout = 700ms;
  Budgeted asking;
  asking.client->configure(settings);
  const auto held = asking.get(asking.server.url("/big"));
  Reply dripping, quick;
  asking.begin_oldest("/drip", dripping);
  asking.begin(Asking::request(asking.server.url("/quick")), quick);
  BOOST_TEST(run_until(asking.io, [&] { return is_settled(dripping) && is_settled(quick); }));
  BOOST_TEST((dripping.failure == Failure::timeout));
}

// The budget is full of what comes no further. Those that wait for it go on after a fraction of the timeout, at the end
// of which the silent one, first of all, would have gone.
BOOST_AUTO_TEST_CASE(bodies_that_stall_with_the_budget_in_their_hands_delay_others_for_a_while_only) {
  Budgeted asking;
  asking.server.route("/most", Answer(200, std::string(70000, 'm')).length(80000).then(End::hang));
  asking.server.route("/trickle", Answer(200, std::string(70000, 't')).length(80000).endless("t", 100ms));
  asking.server.route("/silent", Answer::raw("", End::hang));
  Reply silent, most, trickle;
  asking.begin(Asking::request(asking.server.url("/silent")), silent);
  asking.begin_oldest("/most", most);
  asking.begin_oldest("/trickle", trickle);
  std::vector<Reply> fine(5);
  for (Reply& one : fine) asking.begin(Asking::request(asking.server.url("/modest")), one);
  while (!std::all_of(fine.begin(), fine.end(), is_settled)) asking.io.run_one();
  for (const Reply& one : fine) BOOST_TEST((one.outcome == Outcome::fresh), one.reason);
  BOOST_TEST(!is_settled(silent));
  for (const Reply* one : {&most, &trickle}) {
    BOOST_TEST(one->failure == Failure::timeout);
    BOOST_TEST(one->reason == "127.0.0.1 all but stopped sending, while others waited for room in fetch.body_budget");
  }
  asking.client->stop();
  asking.io.restart();
  asking.io.run();
}

BOOST_AUTO_TEST_CASE(many_bodies_share_a_budget_smaller_than_each) {
  auto settings = Asking::settings();
  settings.body_budget = 50000;
  settings.connections = 40;
  Asking asking(settings);
  asking.server.otherwise([](const Seen&) { return Answer(200, std::string(400000, 'x')).drip(50000, 1ms); });
  std::vector<Request> requests;
  for (int i = 0; i < 40; ++i) requests.push_back(Asking::request(asking.server.url("/")));
  for (const auto& reply : asking.get_all(std::move(requests))) {
    BOOST_TEST((reply.outcome == Outcome::fresh), reply.reason);
    BOOST_TEST(reply.body.size() == 400000);
  }
}

// Neither by us nor by libcurl: the loop is everybody's.
BOOST_AUTO_TEST_CASE(a_bomb_arrives_as_it_was_sent) {
  Asking asking;
  const std::string packed = test::gzip(std::string(40u << 20, '\0'));
  asking.server.route("/bomb", Answer(200, packed).header("Content-Encoding", "gzip").drip(20000, 1ms));
  const auto in_use = [] {
    const auto heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
  };
  const auto before = in_use();
  Reply bomb;
  asking.begin(Asking::request(asking.server.url("/bomb")), bomb);
  BOOST_TEST(run_until(asking.io, [&] { return is_settled(bomb); }));
  BOOST_TEST((bomb.outcome == Outcome::fresh));
  BOOST_TEST((bomb.coding == Coding::gzip));
  BOOST_TEST((bomb.body == packed));
  BOOST_TEST(bomb.lease->bytes() == packed.size());
  BOOST_TEST(in_use() < before + (8u << 20));
}

BOOST_AUTO_TEST_CASE(many_coded_bodies_share_a_budget_smaller_than_each_and_arrive_whole) {
  auto settings = Asking::settings();
  settings.body_budget = 50000;
  settings.connections = 40;
  Asking asking(settings);
  std::string text;
  for (int i = 0; text.size() < 400000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string packed = test::gzip(text);
  asking.server.otherwise([&](const Seen& seen) {
    Answer answer(200, packed);
    answer.header("Content-Encoding", "gzip").drip(20000, 1ms);
    return seen.target.ends_with('c') ? answer.chunked(3000) : answer;
  });
  std::vector<Request> requests;
  for (int i = 0; i < 40; ++i) requests.push_back(Asking::request(asking.server.url(i % 2 == 0 ? "/" : "/c")));
  for (const auto& reply : asking.get_all(std::move(requests))) {
    BOOST_TEST((reply.outcome == Outcome::fresh), reply.reason);
    BOOST_TEST((reply.body == text));
  }
}

BOOST_AUTO_TEST_SUITE_END()
