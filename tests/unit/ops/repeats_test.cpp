#include "ops/repeats.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using rapporteur::ops::Repeats;

namespace {
std::vector<std::string> settled(Repeats& repeats, Repeats::Time now) {
  std::vector<std::string> lines;
  repeats.settle(now, [&](const std::string& line, int level, std::size_t count) {
    lines.push_back(std::to_string(level) + " " + line + " " + std::to_string(count));
  });
  return lines;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(repeats_test)

BOOST_AUTO_TEST_CASE(the_first_are_said_the_rest_counted_and_the_count_told) {
  Repeats repeats;
  const Repeats::Time start{};
  int said = 0;
  for (int i = 0; i < 100; ++i) said += repeats.may_say("disk full", 3, start + i * 100ms);
  BOOST_TEST(said == Repeats::said_per_window);
  BOOST_TEST(settled(repeats, start + 59s).empty());
  BOOST_TEST(settled(repeats, start + 60s) == std::vector<std::string>{"3 disk full 95"});
  BOOST_TEST(settled(repeats, start + 61s).empty());
  BOOST_TEST(repeats.may_say("disk full", 3, start + 62s));
}

BOOST_AUTO_TEST_CASE(lines_that_differ_do_not_hold_each_other_back) {
  Repeats repeats;
  int said = 0;
  for (int i = 0; i < 1000; ++i) said += repeats.may_say("source " + std::to_string(i), 4, Repeats::Time{});
  BOOST_TEST(said == 1000);
}

BOOST_AUTO_TEST_CASE(two_lines_in_turn_are_both_held_back) {
  Repeats repeats;
  int said = 0;
  for (int i = 0; i < 100; ++i) said += repeats.may_say("one", 4, {}) + repeats.may_say("other", 4, {});
  BOOST_TEST(said <= 2 * Repeats::said_per_window);
}

BOOST_AUTO_TEST_CASE(a_new_window_says_the_line_again_and_loses_no_count) {
  Repeats repeats;
  const Repeats::Time start{};
  for (int i = 0; i < 8; ++i) repeats.may_say("again", 4, start);
  BOOST_TEST(repeats.may_say("again", 4, start + 2min));
  BOOST_TEST(settled(repeats, start + 2min) == std::vector<std::string>{"4 again 3"});
}

BOOST_AUTO_TEST_SUITE_END()
