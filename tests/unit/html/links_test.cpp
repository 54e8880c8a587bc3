#include <boost/test/unit_test.hpp>

#include "html/clean.h"

namespace rapporteur {

using html::feed_links;

namespace {
constexpr std::string_view page_url = "https://un.example/news/index.html";
}

BOOST_AUTO_TEST_SUITE(links_test)

BOOST_AUTO_TEST_CASE(a_page_names_its_feeds_in_order) {
  const auto links = feed_links(
      "<!DOCTYPE html><html><head><title>UN <link rel=alternate type=application/rss+xml href=/in-title></title>"
      "<LINK REL='Alternate Stylesheet' TYPE='application/RSS+xml; charset=utf-8' HREF='/rss.xml' TITLE='News &amp;\n  "
      "more'>"
      "<link rel=alternate type=application/atom+xml href=atom.xml>"
      "<link rel=\"alternate\" type=\"application/feed+json\" href=\"//un.example/feed.json\" />"
      "<link rel=alternate type=application/json href=/wp-json/posts/1>"
      "<link rel=alternate hreflang=fr href=/fr/>"
      "<link rel=stylesheet type=application/rss+xml href=/style.xml>"
      "<link rel=alternate type=application/rss+xml>"
      "<link rel=alternate type=application/rss+xml href=''>"
      "<script>document.write('<link rel=alternate type=application/rss+xml href=/in-script>')</script>"
      "<!-- <link rel=alternate type=application/rss+xml href=/in-comment> -->"
      "</head><body><link rel=alternate type=application/rss+xml href=/in-body><p>x",
      page_url);
  BOOST_REQUIRE_EQUAL(links.size(), 4U);
  BOOST_TEST(links[0].href == "https://un.example/rss.xml");
  BOOST_TEST(links[0].type == "application/rss+xml");
  BOOST_TEST(links[0].title == "News & more");
  BOOST_TEST(links[1].href == "https://un.example/news/atom.xml");
  BOOST_TEST(links[1].type == "application/atom+xml");
  BOOST_TEST(links[1].title == "");
  BOOST_TEST(links[2].href == "https://un.example/feed.json");
  BOOST_TEST(links[3].href == "https://un.example/in-body");
}

BOOST_AUTO_TEST_CASE(the_first_base_with_an_address_counts) {
  const auto links = feed_links(
      "<base target=_blank><base href=/fr/><base href=/es/><link rel=alternate type=application/rss+xml href=rss>",
      page_url);
  BOOST_REQUIRE_EQUAL(links.size(), 1U);
  BOOST_TEST(links[0].href == "https://un.example/fr/rss");
}

BOOST_AUTO_TEST_CASE(only_addresses_that_can_be_asked_are_named) {
  const auto links = feed_links(
      "<link rel=alternate type=application/rss+xml href=javascript:x><link rel=alternate type=application/rss+xml "
      "href=feed:x>"
      "<link rel=alternate type=application/rss+xml href=file:///x><link rel=alternate type=application/rss+xml "
      "href=mailto:x@y>"
      "<link rel=alternate type=application/rss+xml href='/a'><link rel=alternate type=application/rss+xml href='/a' "
      "title=again>",
      page_url);
  BOOST_REQUIRE_EQUAL(links.size(), 1U);
  BOOST_TEST(links[0].href == "https://un.example/a");
}

BOOST_AUTO_TEST_CASE(a_page_without_feeds_names_none) {
  BOOST_TEST(feed_links("", page_url).empty());
  BOOST_TEST(feed_links("<html><body>x", page_url).empty());
  BOOST_TEST(feed_links("<link rel=alternate type=application/rss+xml href=/x", page_url).empty());
}

BOOST_AUTO_TEST_CASE(what_stands_far_behind_is_not_read) {
  const std::string far(300 * 1024, ' ');
  BOOST_TEST(feed_links(far + "<link rel=alternate type=application/rss+xml href=/x>", page_url).empty());
  std::string many;
  for (int i = 0; i < 4'000; ++i)
    many += "<link rel=alternate type=application/rss+xml href=" + std::to_string(i) + ">";
  BOOST_TEST(feed_links(many, page_url).size() == 100U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur
