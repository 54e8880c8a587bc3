#include "engine/numbers.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

using namespace rapporteur;
using base::Outcome;

BOOST_AUTO_TEST_SUITE(numbers_test)

namespace {

engine::Status status_of(std::size_t sources) {
  engine::Status status;
  status.now = base::Instant(std::chrono::hours(24 * 20780));
  for (std::size_t i = 0; i < sources; ++i) {
    auto settings = std::make_shared<feed::SourceSettings>();
    settings->id = "s" + std::to_string(i);
    feed::SourceState state;
    state.state = i == 0 ? feed::State::failing : feed::State::ok;
    state.failures = i == 0 ? 3 : 0;
    if (i > 0) state.last_ok = base::Instant(std::chrono::seconds(1700000000));
    status.sources.push_back({{settings, feed::PackedState(state, settings->url)}, {}});
  }
  return status;
}

bool has(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(polls_are_counted_by_how_they_ended) {
  engine::Numbers numbers;
  feed::SourceState before;
  before.bytes = 100;
  feed::Change change;
  change.outcome = Outcome::fresh;
  change.added = 5;
  change.state.bytes = 350;
  numbers.count(before, change);
  change.outcome = Outcome::unchanged;
  change.added = 0;
  change.state.bytes = 100;
  numbers.count(before, change);
  engine::Status status = status_of(2);
  status.in_flight = 7;
  const std::string text = numbers.to_text(status);
  BOOST_TEST(has(text, "rapporteur_polls_total{outcome=\"fresh\"} 1"), text);
  BOOST_TEST(has(text, "rapporteur_polls_total{outcome=\"unchanged\"} 1"));
  BOOST_TEST(has(text, "rapporteur_polls_total{outcome=\"cancelled\"} 0"));
  BOOST_TEST(has(text, "rapporteur_received_bytes_total 250"));
  BOOST_TEST(has(text, "rapporteur_entries_added_total 5"));
  BOOST_TEST(has(text, "rapporteur_polls_in_flight 7"));
}

BOOST_AUTO_TEST_CASE(sources_are_counted_by_state_and_listed_while_they_are_few) {
  const engine::Numbers numbers;
  const std::string few = numbers.to_text(status_of(3));
  BOOST_TEST(has(few, "rapporteur_sources{state=\"ok\"} 2"), few);
  BOOST_TEST(has(few, "rapporteur_sources{state=\"failing\"} 1"));
  BOOST_TEST(has(few, "rapporteur_sources{state=\"gone\"} 0"));
  BOOST_TEST(has(few, "rapporteur_source_up{source=\"s0\"} 0"));
  BOOST_TEST(has(few, "rapporteur_source_failures{source=\"s0\"} 3"));
  BOOST_TEST(few.find("rapporteur_source_last_ok_timestamp_seconds{source=\"s0\"}") == std::string::npos);
  BOOST_TEST(few.find("rapporteur_source_last_ok_timestamp_seconds{source=\"s1\"} 1") != std::string::npos);
  const std::string many = numbers.to_text(status_of(1001));
  BOOST_TEST(has(many, "rapporteur_sources{state=\"ok\"} 1000"));
  BOOST_TEST(many.find("{source=") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_loop_counts_each_of_its_turns_and_ends_as_run_does) {
  boost::asio::io_context io;
  ops::Histogram held;
  int done = 0;
  for (int i = 0; i < 3; ++i) boost::asio::post(io, [&] { ++done; });
  boost::asio::steady_timer timer(io, std::chrono::milliseconds(5));
  timer.async_wait([&](const boost::system::error_code&) {
    ++done;
    boost::asio::post(io, [&] { ++done; });
  });
  engine::run_measured(io, held);
  BOOST_TEST(done == 5);
  BOOST_TEST(held.up_to(ops::Histogram::bounds.size()) == 5u);
  io.restart();
  boost::asio::post(io, [&] { io.stop(); });
  boost::asio::post(io, [&] { ++done; });
  engine::run_measured(io, held);
  BOOST_TEST(done == 5);  // stopped: what was left waits
}

BOOST_AUTO_TEST_SUITE_END()
