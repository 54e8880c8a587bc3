#include "ops/signals.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>

using namespace std::chrono_literals;
using namespace rapporteur;

BOOST_AUTO_TEST_SUITE(signals_test)

BOOST_AUTO_TEST_CASE(each_signal_calls_its_function) {
  boost::asio::io_context io;
  int ends = 0, reloads = 0;
  const ops::Signals signals(
      io.get_executor(), [&] { ++ends; }, [&] { ++reloads; });
  int raised = 0;
  for (const int signal : {SIGHUP, SIGTERM, SIGHUP, SIGINT}) {
    std::raise(signal);
    ++raised;
    for (int i = 0; i < 10 && ends + reloads < raised; ++i) io.run_one_for(1s);  // Asio takes a step or two of its own
  }
  BOOST_TEST(reloads == 2);
  BOOST_TEST(ends == 2);
}

BOOST_AUTO_TEST_CASE(writing_to_a_closed_socket_is_an_error_and_no_death) {
  boost::asio::io_context io;
  const ops::Signals signals(
      io.get_executor(), [] {}, [] {});
  int ends[2];
  BOOST_TEST_REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  close(ends[0]);
  BOOST_TEST(write(ends[1], "x", 1) == -1);
  close(ends[1]);
}

BOOST_AUTO_TEST_CASE(the_object_may_go_inside_its_own_function_and_is_silent_afterwards) {
  boost::asio::io_context io;
  int ends = 0;
  std::unique_ptr<ops::Signals> signals;
  signals = std::make_unique<ops::Signals>(
      io.get_executor(),
      [&] {
        ++ends;
        signals.reset();
      },
      [] {});
  std::raise(SIGTERM);
  io.run_for(5s);  // ends by itself: no wait is left
  BOOST_TEST(ends == 1);
  BOOST_TEST(io.stopped());
}

BOOST_AUTO_TEST_SUITE_END()
