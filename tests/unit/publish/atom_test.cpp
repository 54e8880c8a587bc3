#include "publish/atom.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "parse/parse.h"
#include "scanner.h"
#include "stories.h"

namespace rapporteur::publish {

namespace {

std::string atom_of(const View& view) {
  std::map<std::string, Page, std::less<>> pages;
  compose(view, sample_sources(), sample_settings(), pages);
  return pages.at("/feed.atom").body;
}

View view_of(std::vector<feed::Story> stories) {
  View view;
  view.updated = at("2017-12-01T09:00:00Z");
  view.stories = std::move(stories);
  return view;
}

feed::Feed read(const std::string& document) {
  auto parsed = parse::parse({document, "application/atom+xml", "https://news.example.org/feed.atom"});
  BOOST_REQUIRE(parsed.has_value());
  return std::move(*parsed);
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(atom_test)

BOOST_AUTO_TEST_CASE(the_document_is_as_it_was_reviewed) {
  const std::string document = atom_of(sample_view());
  BOOST_TEST(document == golden("sample.atom", document));
}

BOOST_AUTO_TEST_CASE(it_reads_back_without_a_single_warning) {
  const feed::Feed back = read(atom_of(sample_view()));
  BOOST_TEST((back.format == feed::Format::atom10));
  BOOST_TEST(!back.recovered);
  for (const feed::Warning& warning : back.warnings) BOOST_ERROR(warning.text);
  BOOST_TEST(back.entries.size() == 5u);
  BOOST_TEST(back.head.title.value == "News of the United Nations");
  BOOST_TEST(back.head.self == "https://news.example.org/feed.atom");
  BOOST_TEST(back.head.link == "https://news.example.org/");
  BOOST_TEST(back.head.language == "en");
  BOOST_TEST((back.head.updated == at("2017-12-01T09:00:00Z")));
  BOOST_TEST(back.entries[1].language == "ar");
}

BOOST_AUTO_TEST_CASE(everything_of_a_story_arrives) {
  const feed::Feed back = read(atom_of(view_of({full_story()})));
  const feed::Entry& entry = back.entries.at(0);
  BOOST_TEST(entry.id == "tag:example.org,2017:900");
  BOOST_TEST(entry.link == "https://www.example.org/story/900");
  BOOST_TEST((entry.published == at("2017-12-01T07:00:00Z")));
  BOOST_TEST((entry.updated == at("2017-12-01T08:30:00Z")));
  BOOST_REQUIRE(entry.authors.size() == 3u);
  BOOST_TEST(entry.authors[0].name == "UNAIDS");
  BOOST_TEST(entry.authors[1].name == "A. Writer");
  BOOST_TEST(entry.authors[2].name == "b@example.org");
  BOOST_TEST(entry.rights == "\xC2\xA9 UNAIDS \xC2\xB7 UNAIDS / CC BY 3.0 IGO");
  BOOST_REQUIRE(entry.enclosures.size() == 2u);
  BOOST_TEST((entry.enclosures[0].length == 12345u));
  BOOST_TEST(entry.content.at(0).value ==
             "<p>Agencies call on governments to make good on the right to health.</p><p>Q&amp;A</p>");
  BOOST_REQUIRE(entry.source != nullptr);
  BOOST_TEST(entry.source->id == "urn:example:source-en");
  BOOST_TEST(entry.source->title.value == "UNAIDS news");
  BOOST_TEST(entry.source->authors.at(0).name == "UNAIDS web desk");
  BOOST_TEST(entry.source->rights == "\xC2\xA9 UNAIDS");
  const auto has_link = [&entry](std::string_view rel, std::string_view href, std::string_view hreflang) {
    return std::any_of(entry.links.begin(), entry.links.end(), [&](const feed::Link& link) {
      return link.rel == rel && link.href == href && link.hreflang == hreflang;
    });
  };
  BOOST_TEST(has_link("related", "https://wire.example.org/1", ""));
  BOOST_TEST(has_link("alternate", "https://www.example.org/fr/900", "fr"));
  const auto has_category = [&entry](const feed::Category& wanted) {
    return std::find(entry.categories.begin(), entry.categories.end(), wanted) != entry.categories.end();
  };
  BOOST_TEST(has_category({"UNAIDS", "https://news.example.org/agency/", "UNAIDS"}));
  BOOST_TEST(has_category({"KG", "https://news.example.org/country/", ""}));
  BOOST_TEST(has_category({"human-rights", "https://news.example.org/topic/", ""}));
  BOOST_TEST(has_category({"hr", "https://www.example.org/scheme", "Human rights"}));
  BOOST_TEST(std::count_if(entry.categories.begin(), entry.categories.end(),
                           [](const feed::Category& one) { return one.term == "health"; }) == 1);
}

BOOST_AUTO_TEST_CASE(the_source_is_the_last_child_and_the_agency_the_first_author) {
  const std::string document = atom_of(sample_view());
  BOOST_TEST(count(document, "</source>\n</entry>") == count(document, "<entry"));
  for (std::size_t entry = document.find("<entry"); entry != std::string::npos;
       entry = document.find("<entry", entry + 1))
    BOOST_TEST(document.find("<author>", entry) < document.find("<source>", entry));
  BOOST_TEST(document.find("xml:base") == std::string::npos);
  BOOST_TEST(document.find("<feed xmlns=\"http://www.w3.org/2005/Atom\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_entry_that_came_with_a_source_keeps_it) {
  feed::Story story = plain_story(1);
  story.lead.is_republished_source = true;
  story.lead.source_id = "urn:example:origin";
  story.lead.source_title = "Origin";
  story.lead.source_link = "https://origin.example/";
  const feed::Feed back = read(atom_of(view_of({story})));
  BOOST_TEST(back.entries.at(0).source->id == "urn:example:origin");
  BOOST_TEST(back.entries.at(0).source->title.value == "Origin");
  BOOST_TEST(back.entries.at(0).source->link == "https://origin.example/");
  BOOST_TEST(!back.entries.at(0).source->updated.has_value());
}

BOOST_AUTO_TEST_CASE(what_a_source_does_not_allow_is_left_out) {
  feed::Story story = plain_story(1);
  auto source = std::make_shared<feed::SourceFacts>(*story.source);
  story.source = source;
  source->republish = feed::Republish::summary;
  std::string document = atom_of(view_of({story}));
  BOOST_TEST(count(document, "<summary>") == 1u);
  BOOST_TEST(count(document, "<content") == 0u);
  source->republish = feed::Republish::headline;
  document = atom_of(view_of({story}));
  BOOST_TEST(count(document, "<summary>") == 0u);
  BOOST_TEST(count(document, "right to health.") == 0u);
  BOOST_TEST(count(document, "Right to Health") == 1u);
}

BOOST_AUTO_TEST_CASE(nothing_hostile_gets_through) {
  const std::string document = atom_of(view_of({hostile_story()}));
  for (const std::string& danger : dangers_in_xml(document)) BOOST_ERROR(danger);
  BOOST_TEST(document.find("javascript:alert(document.cookie)") == std::string::npos);
  BOOST_TEST(document.find("href=\"https://news.example.org/story/666\"") != std::string::npos);
  BOOST_TEST(document.find("<id>abc-123</id>") == std::string::npos);
  BOOST_TEST(read(document).entries.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_empty_view_is_a_valid_feed) {
  View empty;
  const feed::Feed back = read(atom_of(empty));
  BOOST_TEST(back.entries.empty());
  BOOST_TEST(!back.head.id.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
