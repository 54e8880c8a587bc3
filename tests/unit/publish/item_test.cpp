#include "publish/item.h"

#include <boost/test/unit_test.hpp>

#include "stories.h"

namespace rapporteur::publish {

BOOST_AUTO_TEST_SUITE(item_test)

BOOST_AUTO_TEST_CASE(updated_is_the_instant_of_issue_but_never_before_publication) {
  feed::Story story = plain_story(1);
  story.lead.updated = at("2099-01-01T00:00:00Z");
  story.lead.issued = at("2017-12-01T10:20:00Z");
  BOOST_TEST((make_item(story, sample_settings()).updated == at("2017-12-01T10:20:00Z")));
  story.lead.issued = at("2017-12-01T06:00:00Z");
  BOOST_TEST((make_item(story, sample_settings()).updated == *story.lead.published));
}

BOOST_AUTO_TEST_CASE(a_date_that_was_not_stated_is_the_first_sight) {
  feed::Story story = plain_story(1);
  BOOST_TEST(!make_item(story, sample_settings()).stated.has_value());
  story.lead.published.reset();
  story.lead.published_text = "last Tuesday";
  const Item item = make_item(story, sample_settings());
  BOOST_TEST((item.published == story.lead.first_seen));
  BOOST_TEST((item.stated == "last Tuesday"));
}

BOOST_AUTO_TEST_CASE(a_date_too_far_ahead_is_withheld_and_its_words_are_kept) {
  feed::Story story = plain_story(1);
  story.lead.published = story.lead.first_seen + std::chrono::hours(24);
  BOOST_TEST((make_item(story, sample_settings()).published == *story.lead.published));
  story.lead.published = story.lead.first_seen + std::chrono::hours(25);
  story.lead.published_text = "1 Dec 2099";
  const Item item = make_item(story, sample_settings());
  BOOST_TEST((item.published == story.lead.first_seen));
  BOOST_TEST((item.stated == "1 Dec 2099"));
}

BOOST_AUTO_TEST_CASE(ids_are_absolute_and_stable) {
  feed::Story story = plain_story(1);
  BOOST_TEST(make_item(story, sample_settings()).id == "tag:example.org,2017:1");
  story.lead.atom_id = "abc-123";
  const std::string minted = make_item(story, sample_settings()).id;
  BOOST_TEST(minted.starts_with("urn:uuid:"));
  Settings elsewhere = sample_settings();
  elsewhere.base_url = "http://127.0.0.1:1";
  BOOST_TEST(make_item(story, elsewhere).id == minted);
}

BOOST_AUTO_TEST_CASE(a_story_without_a_page_of_its_own_gets_ours) {
  feed::Story story = plain_story(17);
  story.lead.link.clear();
  BOOST_TEST(make_item(story, sample_settings()).link == "https://news.example.org/story/17");
}

BOOST_AUTO_TEST_CASE(titles_and_agencies_are_never_empty) {
  feed::Story story = plain_story(1);
  story.lead.title = " \n ";
  BOOST_TEST(make_item(story, sample_settings()).title == story.lead.summary);
  story.lead.summary.clear();
  BOOST_TEST(make_item(story, sample_settings()).title == story.lead.link);
  auto source = std::make_shared<feed::SourceFacts>();
  source->id = "who";
  story.source = source;
  story.lead.agency.clear();
  BOOST_TEST(make_item(story, sample_settings()).agency == "who");
}

BOOST_AUTO_TEST_CASE(only_web_addresses_are_published) {
  const feed::Story story = hostile_story();
  const Item item = make_item(story, sample_settings());
  BOOST_TEST(item.enclosures.size() == 1u);
  BOOST_TEST(item.also.size() == 1u);
  BOOST_TEST(item.siblings.size() == 0u);
  BOOST_TEST(item.language == "");
  for (const feed::Category& category : item.categories) BOOST_TEST(category.scheme == "");
  for (const feed::Person& author : item.authors) BOOST_TEST(author.uri == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
