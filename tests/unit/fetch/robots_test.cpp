#include "fetch/robots.h"

#include <boost/test/unit_test.hpp>
#include <chrono>

using rapporteur::fetch::Robots;
using namespace std::chrono_literals;

namespace {

bool allows(std::string_view text, std::string_view target) { return Robots::parse(text, "rapporteur").allows(target); }

std::string for_all(std::string_view rules) { return "User-agent: *\n" + std::string(rules); }

}  // namespace

BOOST_AUTO_TEST_SUITE(robots_test)

BOOST_AUTO_TEST_CASE(the_groups_of_our_name_are_joined_and_stand_before_those_of_all) {
  const std::string_view text =
      "# who may do what\r\nuser-agent: other\r\nUSER-AGENT: Rapporteur/2.0 (x)\r\nDisallow: /a # no\r\n\r\n"
      "User-agent: *\r\nDisallow: /\r\nUser-agent: rapporteur\r\nDisallow: /b\r\n";
  BOOST_TEST(!allows(text, "/a"));
  BOOST_TEST(!allows(text, "/b"));
  BOOST_TEST(allows(text, "/c"));
  BOOST_TEST(!Robots::parse(text, "somebody").allows("/c"));
  BOOST_TEST(allows("User-agent: rapporteurs\nDisallow: /\n", "/"));  // another name
  BOOST_TEST(allows("Disallow: /\n", "/"));                           // of nobody
  BOOST_TEST(allows("User-agent: rapporteur\nUser-agent: *\nDisallow:\n", "/"));
}

BOOST_AUTO_TEST_CASE(unknown_lines_do_not_part_a_list_of_agents) {
  const std::string_view text =
      "User-agent: rapporteur\nCrawl-delay: 5\nSitemap: https://a.test/\nUser-agent: x\nDisallow: /\n";
  BOOST_TEST(!allows(text, "/"));
}

// The examples of RFC 9309 2.2.2, 2.2.3, 5.1 and 5.2, and what robots.txt files in the wild hold.
BOOST_AUTO_TEST_CASE(the_longest_match_decides) {
  struct Row {
    const char *rules, *target;
    bool is_allowed;
  };
  const Row rows[] = {
      {"Disallow: /", "/robots.txt", true},
      {"Disallow: /publications/", "/publications", true},
      {"Disallow: /publications/", "/publications/a?b", false},
      {"Allow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/disallowed.gif", false},
      {"Disallow: /example/page\nAllow: /example/page", "/example/page", true},  // equal: allow
      {"Allow: /a\nDisallow: /a", "/a/b", true},
      {"Disallow: /foo/bar?baz=quz", "/foo/bar?baz=quz", false},
      {"Disallow: /foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https%3a%2f%2Ffoo.bar", false},
      {"Disallow: /foo/bar/\xe3\x83\x84", "/foo/bar/%E3%83%84", false},
      {"Disallow: /foo/bar/%E3%83%84", "/foo/bar/%e3%83%84", false},
      {"Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false},
      {"Disallow: /a%2Fb", "/a/b", true},  // an escaped slash is another octet
      {"Disallow: /*.gif$", "/a/b.gif", false},
      {"Disallow: /*.gif$", "/a/b.gif?c", true},
      {"Disallow: /*.gif", "/a/b.gif?c", false},
      {"Disallow: *.gif$", "/a.gif.gif", false},
      {"Disallow: /a*b*c", "/a1b2c3", false},
      {"Disallow: /a*b*c", "/a1c2b3", true},
      {"Disallow: /this/*/exactly", "/this/other/exactly", false},
      {"Disallow: /$", "/", false},
      {"Disallow: /$", "/a", true},
      {"Disallow: /a$", "/ab/a", true},
      {"Disallow: /\nAllow: /rss/$", "/rss/", true},
      {"Disallow:", "/", true},
      {"Disallow /", "/", true},  // no colon: no line
      {"Disallow: /%", "/%", false},
      {"Disallow: /%2", "/%2", false},
  };
  for (const Row& row : rows)
    BOOST_TEST(allows(for_all(row.rules), row.target) == row.is_allowed, row.rules << " " << row.target);
}

BOOST_AUTO_TEST_CASE(forms_of_lines_and_the_bound_of_size) {
  BOOST_TEST(!allows("\xef\xbb\xbfUser-agent: *\rDisallow: /", "/"));
  BOOST_TEST(!allows("\tUser-agent :  * \n  disallow\t:/a", "/a"));
  BOOST_TEST(allows("", "/"));
  const std::string noise(500 * 1024, '#');
  BOOST_TEST(allows(noise + "\nUser-agent: *\nDisallow: /", "/"));
  BOOST_TEST(!allows("User-agent: *\nDisallow: /\n" + noise, "/"));
}

BOOST_AUTO_TEST_CASE(a_star_may_go_back_as_often_as_it_must) {
  struct Row {
    const char *pattern, *target;
    bool matches;
  };
  const Row rows[] = {
      {"/*aab", "/aaab", true},
      {"/*ab*ab$", "/abxabab", true},
      {"/*ab*ab$", "/abab", true},
      {"/*ab*ab$", "/aab", false},
      {"*", "/", true},
      {"/**b", "/ab", true},
      {"/*$", "/anything", true},
      {"/a*$", "/b", false},
      {"/*.php?*id=", "/x.php?a=1&id=2", true},
      {"*a$", "/ba", true},
      {"/a**", "/a", true},
      {"/*b", "/aaa", false},
      {"/a$b", "/a$bc", true},
      {"/a$b", "/a", false},
      {"/*a*", "/", false},
  };
  for (const Row& row : rows)
    BOOST_TEST(allows(for_all("Disallow: " + std::string(row.pattern)), row.target) != row.matches,
               row.pattern << " " << row.target);
}

BOOST_AUTO_TEST_CASE(rules_beyond_a_kibibyte_are_passed_over) {
  const std::string long_path = "/" + std::string(1023, 'a');
  BOOST_TEST(!allows(for_all("Disallow: " + long_path), long_path));
  BOOST_TEST(allows(for_all("Disallow: " + long_path + "a"), long_path + "a"));
  BOOST_TEST(!allows(for_all("Disallow: " + long_path + "a\nDisallow: /a"), long_path + "a"));
}

BOOST_AUTO_TEST_CASE(what_would_take_too_long_to_compare_is_undecided_and_not_allowed) {
  using rapporteur::fetch::Verdict;
  std::string hostile = "User-agent: *\n";
  while (hostile.size() < 400 * 1024) hostile += "Disallow: /*a*aa*aaa*aaaaaaaaaaaaaaaab\n";
  const auto robots = Robots::parse(hostile, "rapporteur");
  BOOST_TEST((robots.judge("/" + std::string(8000, 'a')) == Verdict::undecided));
  BOOST_TEST((robots.judge("/feed.xml") == Verdict::allowed));
  std::string many = "User-agent: *\n";
  for (int i = 0; i < 5000; ++i) many += "Disallow: /*/private/" + std::to_string(i) + "/*.html$\n";
  const auto honest = Robots::parse(many, "rapporteur");
  BOOST_TEST((honest.judge("/en/news/" + std::string(200, 'x') + "/feed.xml") == Verdict::allowed));
  BOOST_TEST((honest.judge("/en/private/17/a.html") == Verdict::forbidden));
}

BOOST_AUTO_TEST_CASE(a_delay_is_believed_up_to_a_minute) {
  const auto delay = [](std::string_view value) {
    return Robots::parse(for_all("Crawl-delay: " + std::string(value)), "rapporteur").crawl_delay();
  };
  BOOST_TEST((delay("5") == 5s));
  BOOST_TEST((delay("2.5") == 2500ms));
  BOOST_TEST((delay("86400") == 60s));
  BOOST_TEST((delay("1e300") == 60s));
  for (const char* nonsense : {"", "soon", "-1", "0", "nan"}) BOOST_TEST(!delay(nonsense), nonsense);
}

BOOST_AUTO_TEST_SUITE_END()
