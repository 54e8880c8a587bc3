#include "publish/edition.h"

#include <boost/test/unit_test.hpp>

#include "parse/parse.h"
#include "stories.h"

namespace rapporteur::publish {

namespace {

using Pages = std::map<std::string, Page, std::less<>>;

Pages pages_of(const View& view, const Settings& settings = sample_settings()) {
  Pages pages;
  compose(view, sample_sources(), settings, pages);
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
    BOOST_TEST((page.body == other.body && page.gzip == other.gzip && page.brotli == other.brotli && page.etag == other.etag), path);
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
    BOOST_TEST(atom.entries[i].title.value == json.entries[i].title.value);
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::publish
