#include "publish/item.h"

#include <boost/test/unit_test.hpp>

#include "stories.h"

namespace rapporteur::publish {

BOOST_AUTO_TEST_SUITE(item_test)

BOOST_AUTO_TEST_CASE(the_significant_change_is_never_noise_nor_future_nor_before_publication) {
  struct Row {
    const char *published, *updated, *revised, *first_seen, *expected;
  };
  const Row rows[] = {
      // nothing but a publication
      {"2017-12-01T07:00:00Z", "", "", "2017-12-01T07:30:00Z", "2017-12-01T07:00:00Z"},
      // the origin's word, before we saw it first
      {"2017-12-01T07:00:00Z", "2017-12-01T07:10:00Z", "", "2017-12-01T07:30:00Z", "2017-12-01T07:10:00Z"},
      // the origin moves its date without changing a word: noise
      {"2017-12-01T07:00:00Z", "2017-12-02T07:00:00Z", "", "2017-12-01T07:30:00Z", "2017-12-01T07:30:00Z"},
      // an edit with the origin's word for it, then one without
      {"2017-12-01T07:00:00Z", "2017-12-01T10:00:00Z", "2017-12-01T10:20:00Z", "2017-12-01T07:30:00Z", "2017-12-01T10:00:00Z"},
      {"2017-12-01T07:00:00Z", "", "2017-12-01T10:20:00Z", "2017-12-01T07:30:00Z", "2017-12-01T10:20:00Z"},
      // an origin that repeats the publication says nothing
      {"2017-12-01T07:00:00Z", "2017-12-01T07:00:00Z", "2017-12-01T10:20:00Z", "2017-12-01T07:30:00Z", "2017-12-01T10:20:00Z"},
      // updated before published
      {"2017-12-01T07:00:00Z", "2016-01-01T00:00:00Z", "", "2017-12-01T07:30:00Z", "2017-12-01T07:00:00Z"},
      // the far future
      {"2017-12-01T07:00:00Z", "2099-01-01T00:00:00Z", "", "2017-12-01T07:30:00Z", "2017-12-01T07:30:00Z"},
      // published a little ahead of our clock
      {"2017-12-01T09:00:00Z", "", "", "2017-12-01T07:30:00Z", "2017-12-01T09:00:00Z"},
  };
  for (const Row& row : rows) {
    feed::Article article;
    if (*row.updated != '\0') article.updated = at(row.updated);
    if (*row.revised != '\0') article.revised = at(row.revised);
    article.first_seen = at(row.first_seen);
    BOOST_TEST(base::to_rfc3339(significant_change(article, at(row.published))) == row.expected, row.updated << ' ' << row.revised);
  }
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
