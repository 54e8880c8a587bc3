#include "publish/html_page.h"

#include <boost/test/unit_test.hpp>

#include "publish/html_style.h"
#include "scanner.h"
#include "stories.h"

namespace rapporteur::publish {

namespace {

Page page_of(const View& view, const SourceList& sources = sample_sources()) {
  std::map<std::string, Page, std::less<>> pages;
  compose(view, sources, sample_settings(), pages);
  return pages.at("/");
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(html_page_test)

BOOST_AUTO_TEST_CASE(the_page_is_as_it_was_reviewed) {
  const std::string page = page_of(sample_view()).body;
  BOOST_TEST(page == golden("sample.html", page));
}

BOOST_AUTO_TEST_CASE(nothing_hostile_gets_through) {
  for (const std::string& danger : dangers_in_html(page_of(sample_view()).body)) BOOST_ERROR(danger);
}

BOOST_AUTO_TEST_CASE(the_policy_allows_this_style_and_nothing_else) {
  const Page page = page_of(sample_view());
  BOOST_TEST(page.csp.starts_with("default-src 'none'; style-src 'sha256-"));
  for (const char* part : {"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"})
    BOOST_TEST(holds(page.csp, part), part);
  BOOST_TEST(!holds(page.csp, "unsafe"));
  BOOST_TEST(count(page.body, "<style>") == 1u);
  BOOST_TEST(holds(page.body, "<style>" + std::string(page_style()) + "</style>"));
  BOOST_TEST(count(page.body, " style=") == 0u);
  BOOST_TEST(count(std::string(page_style()), "url(") == 0u);
}

BOOST_AUTO_TEST_CASE(languages_are_marked_with_their_direction) {
  const std::string page = page_of(sample_view()).body;
  BOOST_TEST(holds(page, "<li class=\"h-entry\" lang=\"ar\" dir=\"rtl\">"));
  BOOST_TEST(holds(page, "<li class=\"h-entry\" lang=\"zh\" dir=\"ltr\">"));
  View view = sample_view();
  view.stories[1].lead.language.clear();
  BOOST_TEST(holds(page_of(view).body, "<li class=\"h-entry\" dir=\"auto\">"));
}

BOOST_AUTO_TEST_CASE(stories_stand_under_the_days_they_are_ordered_by) {
  View view = sample_view();
  view.stories.pop_back();
  const std::string page = page_of(view).body;
  BOOST_TEST(count(page, "<h2><time") == 3u);
  BOOST_TEST(page.find("Friday, 1 December 2017") < page.find("Thursday, 30 November 2017"));
  BOOST_TEST(count(page, "<ol") == count(page, "</ol>"));
  BOOST_TEST(count(page, "<li class=\"h-entry\"") == 4u);
  // The date of a story that stands elsewhere, because it was corrected, is written out.
  BOOST_TEST(holds(page, ">1 December 2017, 07:00 UTC</time>"));
}

BOOST_AUTO_TEST_CASE(long_summaries_end_at_a_word) {
  View view = sample_view();
  view.stories.resize(1);
  view.stories[0].lead.summary.clear();
  for (int i = 0; i < 100; ++i) view.stories[0].lead.summary += "humanitarian ";
  const std::string page = page_of(view).body;
  const std::size_t begin = page.find("<bdi>human"), end = page.find("</bdi>", begin);
  BOOST_REQUIRE(begin != std::string::npos);
  BOOST_TEST(end - begin < 320u);
  BOOST_TEST(holds(page.substr(begin, end - begin), "humanitarian\xE2\x80\xA6"));
}

BOOST_AUTO_TEST_CASE(the_health_of_sources_is_said_in_words) {
  const std::string page = page_of(sample_view()).body;
  for (const char* words : {"in order", "failing: <bdi>HTTP 503, next try 14:20", "not asked yet", "refuses us"})
    BOOST_TEST(holds(page, words), words);
}

BOOST_AUTO_TEST_CASE(an_empty_page_says_what_will_happen) {
  const std::string page = page_of(View()).body;
  BOOST_TEST(holds(page, "No stories yet"));
  BOOST_TEST(holds(page, "4 sources are followed"));
  BOOST_TEST(!holds(page, "1970"));
  BOOST_TEST(holds(page_of(View(), {}).body, "No source is followed yet"));
}

BOOST_AUTO_TEST_CASE(feeds_can_be_found_and_copied) {
  const std::string page = page_of(sample_view()).body;
  BOOST_TEST(holds(page, "<link rel=\"alternate\" type=\"application/atom+xml\""));
  BOOST_TEST(holds(page, "readonly dir=\"ltr\" value=\"https://news.example.org/feed.atom\""));
  BOOST_TEST(holds(page, "readonly dir=\"ltr\" value=\"https://news.example.org/feed.json\""));
  BOOST_TEST(count(page, "<label for=") == 2u);
}

BOOST_AUTO_TEST_CASE(many_sources_have_a_page_of_their_own_and_the_front_page_names_the_ill) {
  SourceList many = sample_sources();
  many.followed = 10'000;
  many.lines.erase(many.lines.begin());
  const std::string page = page_of(sample_view(), many).body;
  BOOST_TEST(holds(page, "href=\"https://news.example.org/sources/\">All 10000 sources"));
  BOOST_TEST(holds(page, "HTTP 503, next try 14:20"));
  BOOST_TEST(!holds(page_of(sample_view()).body, "/sources/"));
}

BOOST_AUTO_TEST_CASE(the_page_of_sources_says_how_each_fares_and_lets_nothing_through) {
  const base::Instant now = at("2017-12-02T10:00:00Z");
  const Page page = compose_sources(sample_sources().lines, now, sample_settings());
  BOOST_TEST(holds(page.body, "4 sources are followed, 2 of them not in order."));
  BOOST_TEST(page.body.find("HTTP 503, next try 14:20") < page.body.find("UNAIDS stories"));
  BOOST_TEST(!holds(page.body, "<script"));
  BOOST_TEST(!holds(page.body, "href=\"javascript:"));
  BOOST_TEST(holds(page.body, "rel=\"canonical\" href=\"https://news.example.org/sources/\""));
  BOOST_CHECK(page.last_modified == now);
}

BOOST_AUTO_TEST_CASE(fifty_stories_stay_under_fifteen_kilobytes) {
  // Words of a fixed pseudo-random order, so that compression is no better than on real summaries (360 bytes).
  static constexpr const char* words[] = {"aid",    "health",   "report",     "children", "refugees", "climate",
                                          "rights", "conflict", "women",      "food",     "agency",   "crisis",
                                          "region", "support",  "government", "people"};
  View view;
  view.updated = at("2017-12-01T09:00:00Z");
  std::uint32_t seed = 12345;
  for (int i = 0; i < 50; ++i) {
    feed::Story story = plain_story(i);
    story.lead.summary.clear();
    while (story.lead.summary.size() < 360) {
      seed = seed * 1664525 + 1013904223;
      story.lead.summary += words[seed >> 28];
      story.lead.summary += std::to_string(seed >> 24 & 15) + ' ';
    }
    story.lead.title = story.lead.summary.substr(0, 87);
    view.stories.push_back(story);
  }
  BOOST_TEST(page_of(view).gzip.size() < 15u * 1024u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
