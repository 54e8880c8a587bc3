#include "publish/json_feed.h"

#include <boost/test/unit_test.hpp>

#include "parse/parse.h"
#include "scanner.h"
#include "stories.h"

namespace rapporteur::publish {

namespace {

std::string json_of(const View& view) {
  std::map<std::string, Page, std::less<>> pages;
  compose(view, {}, sample_settings(), pages);
  return pages.at("/feed.json").body;
}

View view_of(feed::Story story) {
  View view;
  view.updated = at("2017-12-01T09:00:00Z");
  view.stories.push_back(std::move(story));
  return view;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(json_feed_test)

BOOST_AUTO_TEST_CASE(the_document_is_as_it_was_reviewed) {
  const std::string document = json_of(sample_view());
  BOOST_TEST(document == golden("sample.json", document));
}

BOOST_AUTO_TEST_CASE(it_reads_back_without_a_single_warning) {
  auto parsed = parse::parse({json_of(sample_view()), "application/feed+json", "https://news.example.org/feed.json"});
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST((parsed->format == feed::Format::json11));
  BOOST_TEST(!parsed->recovered);
  for (const feed::Warning& warning : parsed->warnings) BOOST_ERROR(warning.text);
  BOOST_REQUIRE(parsed->entries.size() == 5u);
  const feed::Entry& entry = parsed->entries[0];
  BOOST_TEST(entry.authors.at(0).name == "UNAIDS");
  BOOST_TEST(entry.language == "en");
  BOOST_TEST(entry.enclosures.size() == 2u);
  BOOST_TEST(parsed->head.self == "https://news.example.org/feed.json");
  BOOST_TEST(parsed->head.link == "https://news.example.org/");
}

BOOST_AUTO_TEST_CASE(the_story_object_has_the_keys_of_the_contract) {
  const std::string document = json_of(view_of(full_story()));
  BOOST_TEST(holds(document,
                   "\"_story\":{\"id\":\"900\",\"agency\":\"UNAIDS\",\"source\":\"source-en\",\"countries\":[\"KG\"],"
                   "\"topics\":[\"human-rights\"],\"also\":[{\"source\":\"wire\",\"agency\":\"Relief wire\","
                   "\"url\":\"https://wire.example.org/1\"},{\"source\":\"team\",\"agency\":\"UNCT\","
                   "\"url\":\"https://team.example.org/1\"}],\"siblings\":[{\"id\":\"901\",\"language\":\"fr\","
                   "\"url\":\"https://www.example.org/fr/900\"},{\"id\":\"902\",\"language\":\"ar\","
                   "\"url\":\"https://www.example.org/ar/900\"}],\"revised\":\"2017-12-01T08:30:00Z\""));
  BOOST_TEST(!holds(document, "\"stated\""));
  BOOST_TEST(holds(json_of(view_of(plain_story(1))), "\"also\":[],\"siblings\":[],\"revised\":null}"));
}

BOOST_AUTO_TEST_CASE(a_withheld_date_is_quoted) {
  feed::Story story = plain_story(1);
  story.lead.published.reset();
  story.lead.published_text = "31 \"Feb\"";
  BOOST_TEST(holds(json_of(view_of(story)), "\"stated\":\"31 \\\"Feb\\\"\""));
  story.lead.published_text.clear();
  BOOST_TEST(holds(json_of(view_of(story)), "\"stated\":\"\""));
}

BOOST_AUTO_TEST_CASE(every_item_has_content_of_one_kind) {
  feed::Story story = plain_story(1);
  BOOST_TEST(holds(json_of(view_of(story)), "\"content_html\":"));
  auto source = std::make_shared<feed::SourceFacts>(*story.source);
  story.source = source;
  source->republish = feed::Republish::summary;
  BOOST_TEST(holds(json_of(view_of(story)), "\"content_text\":\"Agencies call"));
  source->republish = feed::Republish::headline;
  BOOST_TEST(holds(json_of(view_of(story)), "\"content_text\":\"\""));
  BOOST_TEST(!holds(json_of(view_of(story)), "\"summary\""));
}

BOOST_AUTO_TEST_CASE(nothing_hostile_gets_through) {
  const std::string document = json_of(view_of(hostile_story()));
  for (const std::string& danger : dangers_in_text(document)) BOOST_ERROR(danger);
  BOOST_TEST(!holds(document, "</script"));
  BOOST_TEST(!holds(document, "\"url\":\"javascript:"));
  BOOST_TEST(parse::parse({document, "application/feed+json", "https://news.example.org/feed.json"}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
