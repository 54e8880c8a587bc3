#include "publish/edition.h"

#include <boost/test/unit_test.hpp>

#include "base/text.h"
#include "parse/parse.h"
#include "stories.h"

namespace rapporteur::publish {

namespace {

using Pages = std::map<std::string, Page, std::less<>>;

Pages pages_of(const View& view, const Settings& settings = sample_settings()) {
  Pages pages;
  compose(view, sample_sources(), settings, pages);
  pages.erase("/favicon.ico");  // a picture, the same for all
  return pages;
}

feed::Feed read(const Page& page) {
  auto parsed = parse::parse({page.body, page.media_type, "https://news.example.org/x"});
  BOOST_REQUIRE(parsed.has_value());
  return std::move(*parsed);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(edition_test)

BOOST_AUTO_TEST_CASE(a_view_has_its_three_documents_under_its_name) {
  View view = sample_view();
  Pages pages = pages_of(view);
  BOOST_TEST(pages.size() == 3u);
  for (const char* path : {"/", "/feed.atom", "/feed.json"}) BOOST_TEST(pages.contains(path), path);
  view.name = "human-rights-kg";
  view.title = "Human rights in Kyrgyzstan";
  pages = pages_of(view);
  for (const char* path : {"/human-rights-kg/", "/human-rights-kg/feed.atom", "/human-rights-kg/feed.json"})
    BOOST_TEST(pages.contains(path), path);
  const feed::Feed back = read(pages.at("/human-rights-kg/feed.atom"));
  BOOST_TEST(back.head.title.value == "Human rights in Kyrgyzstan");
  BOOST_TEST(back.head.self == "https://news.example.org/human-rights-kg/feed.atom");
}

BOOST_AUTO_TEST_CASE(the_same_stories_give_the_same_bytes) {
  const Pages one = pages_of(sample_view()), two = pages_of(sample_view());
  for (const auto& [path, page] : one) {
    const Page& other = two.at(path);
    BOOST_TEST(
        (page.body == other.body && page.gzip == other.gzip && page.brotli == other.brotli && page.etag == other.etag),
        path);
  }
}

BOOST_AUTO_TEST_CASE(the_tag_follows_the_bytes) {
  View view = sample_view();
  const Pages before = pages_of(view);
  view.stories[1].lead.title += "!";
  const Pages after = pages_of(view);
  for (const auto& [path, page] : before) {
    BOOST_TEST(page.etag != after.at(path).etag, path);
    BOOST_TEST(page.etag.size() == 34u);
    BOOST_TEST((page.etag.front() == '"' && page.etag.back() == '"'));
  }
}

BOOST_AUTO_TEST_CASE(the_id_of_a_feed_depends_on_the_name_of_the_view_alone) {
  View view = sample_view();
  Settings settings = sample_settings();
  const std::string id = read(pages_of(view, settings).at("/feed.atom")).head.id;
  settings.base_url = "http://elsewhere.example";
  settings.title = "Another title";
  view.stories.clear();
  BOOST_TEST(read(pages_of(view, settings).at("/feed.atom")).head.id == id);
  view.name = "health";
  BOOST_TEST(read(pages_of(view, settings).at("/health/feed.atom")).head.id != id);
}

BOOST_AUTO_TEST_CASE(all_formats_agree) {
  const Pages pages = pages_of(sample_view());
  const feed::Feed atom = read(pages.at("/feed.atom")), json = read(pages.at("/feed.json"));
  BOOST_REQUIRE(atom.entries.size() == json.entries.size());
  for (std::size_t i = 0; i < atom.entries.size(); ++i) {
    BOOST_TEST(atom.entries[i].id == json.entries[i].id);
    // Our reader takes references in JSON titles for what they mean, and then its "<" for words.
    std::string title = atom.entries[i].title.value;
    if (title.find('&') != std::string::npos)
      for (std::size_t at = 0; (at = title.find('<', at)) != std::string::npos;) title.replace(at, 1, "&lt;");
    BOOST_TEST(title == json.entries[i].title.value);
    BOOST_TEST(atom.entries[i].link == json.entries[i].link);
    BOOST_TEST((atom.entries[i].published == json.entries[i].published));
    BOOST_TEST((atom.entries[i].updated == json.entries[i].updated));
  }
}

BOOST_AUTO_TEST_CASE(pages_carry_what_the_server_sends) {
  const Pages pages = pages_of(sample_view());
  for (const auto& [path, page] : pages) {
    BOOST_TEST((page.last_modified == at("2017-12-01T09:00:00Z")), path);
    BOOST_TEST((page.gzip.size() > 0 && page.gzip.size() < page.body.size()), path);
    BOOST_TEST((page.brotli.size() > 0 && page.brotli.size() < page.gzip.size()), path);
  }
  const Page& atom = pages.at("/feed.atom");
  BOOST_TEST(atom.media_type == "application/atom+xml; charset=utf-8");
  BOOST_TEST(atom.cache_control == "max-age=300");
  BOOST_TEST(atom.csp == "default-src 'none'; sandbox");
  BOOST_TEST(atom.allow_any_origin);
  BOOST_REQUIRE(atom.links.size() == 1u);
  BOOST_TEST(atom.links[0] == "<https://news.example.org/feed.atom>; rel=\"self\"");
  BOOST_TEST(pages.at("/feed.json").media_type == "application/feed+json; charset=utf-8");
  BOOST_TEST(pages.at("/").cache_control.starts_with("max-age=60"));
  BOOST_TEST(!pages.at("/").allow_any_origin);
}

BOOST_AUTO_TEST_CASE(what_does_not_shrink_is_not_kept_compressed) {
  const Pages pages = pages_of(View());
  for (const auto& [path, page] : pages) BOOST_TEST((page.gzip.empty() || page.gzip.size() < page.body.size()), path);
}

BOOST_AUTO_TEST_CASE(a_day_has_one_path_and_nothing_else_is_one) {
  const std::chrono::sys_days day = std::chrono::year{2026} / 11 / 24;
  BOOST_TEST(path_of_day(day) == "/day/2026-11-24/");
  BOOST_TEST((day_of_path("/day/2026-11-24/") == day));
  for (const char* other :
       {"/day/2026-11-24", "/day/2026-11-31/", "/day/2026-1-24/", "/day//", "/day/", "/", "", "/day/2026-11-24/x",
        "/day/2026-11-24T/", "/days/2026-11-24/", "/day/-026-11-24/", "/day/2026-11-24//"})
    BOOST_TEST(!day_of_path(other), other);
}

BOOST_AUTO_TEST_CASE(the_page_of_a_day_leads_to_its_neighbours_and_back) {
  View view = sample_view();
  view.older = std::chrono::year{2017} / 11 / 3;
  view.newer = std::chrono::year{2017} / 12 / 24;
  const std::chrono::sys_days day = std::chrono::year{2017} / 12 / 1;
  const Page page = compose_day(view, day, sample_settings());
  const auto holds = [&page](std::string_view part) { return page.body.find(part) != std::string::npos; };
  BOOST_TEST(holds("<title>" + base::escaped(sample_settings().title) + ", Friday, 1 December 2017</title>"));
  BOOST_TEST(holds("<link rel=\"canonical\" href=\"https://news.example.org/day/2017-12-01/\">"));
  BOOST_TEST(holds("<a rel=\"next\" href=\"https://news.example.org/day/2017-11-03/\">Older"));
  BOOST_TEST(holds("<a rel=\"prev\" href=\"https://news.example.org/day/2017-12-24/\">"));
  BOOST_TEST(holds("<a href=\"https://news.example.org/\">Latest stories</a>"));
  BOOST_TEST(!holds("id=\"sources\""));
  BOOST_TEST(page.etag != pages_of(view).at("/").etag);
  view.older.reset();
  view.newer.reset();
  BOOST_TEST(compose_day(view, day, sample_settings()).body.find("class=\"pager\"") == std::string::npos);
  const Pages front = pages_of(view);
  BOOST_TEST(front.at("/").body.find("class=\"pager\"") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_story_has_one_path) {
  BOOST_TEST((story_of_path("/story/17") == base::StoryId{17}));
  for (const char* other : {"/story/", "/story/0", "/story/-1", "/story/+1", "/story/017", "/story/17/", "/story/1x",
                            "/story/99999999999999999999", "/story"})
    BOOST_TEST(!story_of_path(other), other);
}

BOOST_AUTO_TEST_CASE(the_page_of_a_story_says_what_it_said_before) {
  const feed::Story story = full_story();
  const Page page = compose_story(story, {{at("2017-12-01T08:00:00Z"), "An <old> title"}}, sample_settings());
  const auto holds = [&page](std::string_view part) { return page.body.find(part) != std::string::npos; };
  BOOST_TEST(holds("<link rel=\"canonical\" href=\"" + base::escaped(story.lead.link) + "\">"));
  BOOST_TEST(holds("An &lt;old&gt; title"));
  BOOST_TEST(holds("First seen "));
  feed::Story without = plain_story(1);
  without.lead.link.clear();
  BOOST_TEST(compose_story(without, {}, sample_settings()).body.find("Its source names no page of it.") !=
             std::string::npos);
}

// Two editions in one second, or a change that no date tells of: caches that compare dates alone must see it.
BOOST_AUTO_TEST_CASE(a_page_that_changed_is_younger_and_one_that_did_not_keeps_its_date) {
  Edition before;
  before.pages = pages_of(sample_view());
  View view = sample_view();
  view.stories[1].lead.title += "!";
  Pages pages = pages_of(view);
  pages.at("/feed.json") = before.pages.at("/feed.json");
  before.pages.at("/feed.json").last_modified += std::chrono::seconds(7);
  keep_dates_apart(&before, pages);
  BOOST_TEST(
      (pages.at("/feed.atom").last_modified == before.pages.at("/feed.atom").last_modified + std::chrono::seconds(1)));
  BOOST_TEST((pages.at("/feed.json").last_modified == before.pages.at("/feed.json").last_modified));
  keep_dates_apart(nullptr, pages);
}

BOOST_AUTO_TEST_CASE(a_story_with_an_old_date_makes_the_documents_younger_though_not_what_they_say_of_themselves) {
  View view = sample_view();
  view.changed = view.updated + std::chrono::hours(5);
  const Pages pages = pages_of(view);
  for (const char* path : {"/", "/feed.atom", "/feed.json"})
    BOOST_TEST((pages.at(path).last_modified == std::chrono::floor<std::chrono::seconds>(view.changed)), path);
  BOOST_TEST((*read(pages.at("/feed.atom")).head.updated == std::chrono::floor<std::chrono::seconds>(view.updated)));
}

BOOST_AUTO_TEST_CASE(the_parts_of_the_atom_document_are_its_entries_and_the_rest_is_a_document_too) {
  const View view = sample_view();
  const Page page = pages_of(view).at("/feed.atom");
  BOOST_REQUIRE(page.parts.size() == view.stories.size());
  std::string rest = page.body;
  for (auto part = page.parts.rbegin(); part != page.parts.rend(); ++part) {
    const std::string entry = rest.substr(part->begin, part->end - part->begin);
    BOOST_TEST((entry.starts_with("<entry") && entry.ends_with("</entry>\n")));
    rest.erase(part->begin, part->end - part->begin);
  }
  Page without = page;
  without.body = rest;
  BOOST_TEST(read(without).entries.empty());
  BOOST_TEST(pages_of(View()).at("/feed.atom").parts.empty());
  View rebuilt = view;
  for (feed::Story& story : rebuilt.stories) {
    auto facts = std::make_shared<feed::SourceFacts>(*story.source);
    facts->updated = at("2017-12-24T00:00:00Z");
    story.source = facts;
  }
  const Page again = pages_of(rebuilt).at("/feed.atom");
  BOOST_TEST(again.etag != page.etag);
  for (std::size_t i = 0; i < page.parts.size(); ++i) BOOST_TEST(again.parts[i].hash == page.parts[i].hash);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
