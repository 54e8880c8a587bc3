// What the book of robots.txt files keeps, for how long, and what it forgets.
#include "fetch/robots_book.h"

#include <boost/test/unit_test.hpp>
#include <chrono>

using namespace rapporteur;
using namespace rapporteur::fetch;
using namespace std::chrono_literals;

namespace {

const base::Instant start{784111777s};

Reply answer(const std::string& origin, std::string text) {
  Reply reply;
  reply.outcome = base::Outcome::fresh;
  reply.status = 200;
  Hop hop;
  hop.url = origin + "/robots.txt";
  reply.hops.push_back(std::move(hop));
  reply.body = std::move(text);
  return reply;
}

Reply refusal(int status, std::optional<base::Duration> retry_after) {
  Reply reply;
  reply.outcome = base::Outcome::refused;
  reply.status = status;
  reply.reason = "HTTP " + std::to_string(status);
  reply.hints.retry_after = retry_after;
  return reply;
}

void bring(RobotsBook& book, const std::string& origin, Reply reply, base::Instant now = start) {
  book.ask(origin);
  book.take(origin, std::move(reply), now);
}

std::string host(int number) { return "http://h" + std::to_string(number) + ".test"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(robots_book_test)

BOOST_AUTO_TEST_CASE(those_that_were_not_wanted_for_longest_are_forgotten_when_there_are_too_many) {
  std::string large = "User-agent: *\n";
  while (large.size() < 450 * 1024) large += "Disallow: /a\n";
  RobotsBook book;
  for (int i = 0; i < 100; ++i) {
    bring(book, host(i), answer(host(i), large));
    BOOST_TEST(book.objection(host(0), host(0) + "/a").has_value());  // wanted again and again
  }
  int kept = 0;
  for (int i = 0; i < 100; ++i) kept += book.is_missing(host(i), start) ? 0 : 1;
  BOOST_TEST(kept > 10);
  BOOST_TEST(kept < 60);
  BOOST_TEST(!book.is_missing(host(0), start));
  BOOST_TEST(book.is_missing(host(1), start));
  BOOST_TEST(!book.is_missing(host(99), start));
}

BOOST_AUTO_TEST_CASE(ten_thousand_small_ones_are_remembered) {
  RobotsBook book;
  for (int i = 0; i < 10000; ++i) bring(book, host(i), answer(host(i), "User-agent: *\nDisallow: /private\n"));
  for (int i = 0; i < 10000; ++i) BOOST_TEST_REQUIRE(!book.is_missing(host(i), start));
}

BOOST_AUTO_TEST_CASE(who_asked_to_be_left_alone_is_asked_again_when_he_said) {
  RobotsBook book;
  bring(book, host(1), refusal(503, 3h));
  BOOST_TEST_REQUIRE(book.plea(host(1)) != nullptr);
  BOOST_TEST(book.plea(host(1))->status == 503);
  BOOST_TEST((book.plea(host(1))->hints.retry_after == 3h));
  BOOST_TEST(!book.is_missing(host(1), start + 2h));
  BOOST_TEST(book.is_missing(host(1), start + 3h));
  bring(book, host(2), refusal(429, std::nullopt));
  BOOST_TEST(book.is_missing(host(2), start + 1h));
  bring(book, host(3), refusal(503, 240h));
  BOOST_TEST(book.is_missing(host(3), start + 24h));
  bring(book, host(1), answer(host(1), ""), start + 3h);
  BOOST_TEST((book.plea(host(1)) == nullptr));
}

BOOST_AUTO_TEST_CASE(an_asking_that_came_to_nothing_leaves_no_trace) {
  RobotsBook book;
  book.ask(host(1));
  BOOST_TEST(book.is_being_asked(host(1)));
  book.give_up(host(1));
  BOOST_TEST(!book.is_being_asked(host(1)));
  BOOST_TEST(book.is_missing(host(1), start));
  BOOST_TEST(!book.objection(host(1), host(1) + "/").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
