#include "fetch/redirects.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur::fetch;

namespace {

struct Row {
  const char* from;
  const char* location;
  const char* to;  // nullptr: refused
};

const Row rows[] = {
    {"http://a.test/feed", "http://a.test/new", "http://a.test/new"},
    {"http://a.test/feed", "/new", "http://a.test/new"},
    {"http://a.test/dir/feed", "new", "http://a.test/dir/new"},
    {"http://a.test/dir/feed", "../new", "http://a.test/new"},
    {"http://a.test/feed?x=1", "?x=2", "http://a.test/feed?x=2"},
    {"http://a.test/feed", "//b.test/feed", "http://b.test/feed"},
    {"https://a.test/feed", "//b.test/feed", "https://b.test/feed"},
    {"http://a.test/feed", "https://a.test/feed", "https://a.test/feed"},
    {"http://a.test/feed", "http://a.test/new#part", "http://a.test/new"},
    {"http://a.test/feed", "http://user:secret@b.test/new", "http://b.test/new"},
    {"http://user:secret@a.test/feed", "/new", "http://a.test/new"},
    {"http://a.test/feed", "/two words", "http://a.test/two%20words"},
    {"http://a.test/feed", "HTTP://B.test:80/x", "http://b.test/x"},
    {"https://a.test/feed", "http://a.test/feed", nullptr},
    {"https://a.test/feed", "http://b.test/feed", nullptr},
    {"http://a.test/feed", "ftp://a.test/feed", nullptr},
    {"http://a.test/feed", "file:///etc/passwd", nullptr},
    {"http://a.test/feed", "gopher://127.0.0.1:6379/_FLUSHALL", nullptr},
    {"http://a.test/feed", "javascript:alert(1)", nullptr},
    {"http://a.test/feed", "data:text/plain,hi", nullptr},
    {"http://a.test/feed", "", nullptr},
    {"http://a.test/feed", "http://", nullptr},
    {"http://a.test/feed", "#part", nullptr},
    {"http://a.test/feed", "http://a.test/feed", nullptr},
    {"http://a.test/feed", "/feed#again", nullptr},
    {"https://a.test", "https://a.test/", nullptr},
    {"https://a.test", "https://A.test:443", nullptr},
    {"https://a.test?x", "https://a.test/?x", nullptr},
    {"https://a.test", "https://a.test/feed", "https://a.test/feed"},
    {"http://a.test", "https://a.test/", "https://a.test/"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(redirects_test)

BOOST_AUTO_TEST_CASE(a_location_is_resolved_or_refused) {
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.from << " -> " << row.location) {
      const auto next = next_hop({row.from}, row.location, 5);
      BOOST_TEST_REQUIRE(next.has_value() == (row.to != nullptr));
      if (row.to)
        BOOST_TEST(*next == row.to);
      else
        BOOST_TEST(!next.error().sentence.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_circle_is_found_over_several_hops) {
  const auto next = next_hop({"http://a.test/1", "http://a.test/2", "http://a.test/3"}, "/1", 5);
  BOOST_TEST_REQUIRE(next.has_error());
  BOOST_TEST((next.error().fault == RedirectFault::circle));
}

BOOST_AUTO_TEST_CASE(the_number_of_hops_is_limited) {
  std::vector<std::string> asked{"http://a.test/0"};
  for (int hop = 1; hop <= 5; ++hop) {
    const auto path = "/" + std::to_string(hop);
    const auto next = next_hop(asked, path, 5);
    BOOST_TEST_REQUIRE(next.has_value());
    asked.push_back(*next);
  }
  const auto last = next_hop(asked, "/6", 5);
  BOOST_TEST_REQUIRE(last.has_error());
  BOOST_TEST((last.error().fault == RedirectFault::too_many));
  BOOST_TEST(next_hop({"http://a.test/0"}, "/1", 0).has_error());
}

BOOST_AUTO_TEST_CASE(no_sentence_repeats_a_password) {
  for (const auto* location : {"ftp://u:hush@b.test/", "http://u:hush@a.test/feed", ""}) {
    const auto next = next_hop({"https://me:hush@a.test/feed"}, location, 5);
    BOOST_TEST_REQUIRE(next.has_error());
    BOOST_TEST(next.error().sentence.find("hush") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_address_of_more_than_8_kib_is_not_asked) {
  const std::string most = "http://a.test/" + std::string(8192 - 14, 'x');
  BOOST_TEST(next_hop({"http://a.test/"}, most, 5).has_value());
  const auto more = next_hop({"http://a.test/"}, most + "x", 5);
  BOOST_TEST_REQUIRE(more.has_error());
  BOOST_TEST((more.error().fault == RedirectFault::too_long));
  BOOST_TEST(more.error().sentence.starts_with(
      "the redirect from http://a.test/ leads to an address of more than 8 KiB, http://a.test/xxx"));
}

BOOST_AUTO_TEST_CASE(a_sentence_does_not_grow_with_the_location) {
  const auto next = next_hop({"http://a.test/"}, "ftp://b.test/" + std::string(100000, 'x'), 5);
  BOOST_TEST_REQUIRE(next.has_error());
  BOOST_TEST(next.error().sentence.size() < 1000);
}

BOOST_AUTO_TEST_CASE(five_statuses_redirect_and_two_of_them_for_good) {
  for (int status = 100; status < 600; ++status) {
    const bool is_one = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    BOOST_TEST(is_redirect(status) == is_one);
    BOOST_TEST(is_permanent_redirect(status) == (status == 301 || status == 308));
  }
}

BOOST_AUTO_TEST_SUITE_END()
