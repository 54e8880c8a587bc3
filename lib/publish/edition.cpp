#include "publish/edition.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "publish/atom.h"
#include "publish/compress.h"
#include "publish/html_page.h"
#include "publish/html_style.h"
#include "publish/json_feed.h"
#include "publish/language.h"

namespace rapporteur::publish {

namespace {

constexpr std::size_t etag_hex_digits = 32;  // 128 bits of SHA-256
constexpr std::string_view feed_policy = "default-src 'none'; sandbox";

std::string address_of(const View& view, const Settings& settings, std::string_view document) {
  std::string url = settings.base_url;
  if (!view.name.empty()) url += '/' + view.name;
  return url + '/' + std::string(document);
}

Document describe(const View& view, const Settings& settings) {
  Document document;
  document.settings = &settings;
  document.id = base::uuid_of("rapporteur view " + view.name);
  document.title = base::collapse_space(view.title.empty() ? settings.title : view.title);
  if (document.title.empty()) document.title = view.name.empty() ? "News" : view.name;
  document.subtitle = view.name.empty() ? base::collapse_space(settings.subtitle) : std::string();
  document.language = view_language(view.stories, settings.language.empty() ? "en" : settings.language);
  document.updated = view.updated;
  document.changed = std::max(view.changed, view.updated);
  document.page_url = address_of(view, settings, "");
  document.atom_url = address_of(view, settings, "feed.atom");
  document.json_url = address_of(view, settings, "feed.json");
  if (view.older) document.older_url = settings.base_url + path_of_day(*view.older);
  if (view.newer) document.newer_url = settings.base_url + path_of_day(*view.newer);
  return document;
}

std::vector<Item> make_items(const View& view, const Settings& settings) {
  std::vector<Item> items;
  items.reserve(view.stories.size());
  for (const feed::Story& story : view.stories) items.push_back(make_item(story, settings));
  return items;
}

Page finish(std::string media_type, std::string body, base::Instant changed) {
  Page page;
  page.media_type = std::move(media_type);
  page.body = std::move(body);
  page.body.shrink_to_fit();  // it stays on the shelf
  const base::Sha256 digest = base::sha256(page.body);
  page.etag = '"' + base::to_hex(digest.data(), digest.size()).substr(0, etag_hex_digits) + '"';
  if (std::string packed = gzip(page.body); packed.size() < page.body.size()) page.gzip = std::move(packed);
  if (std::string packed = brotli(page.body); packed.size() < page.body.size()) page.brotli = std::move(packed);
  page.last_modified = std::chrono::floor<std::chrono::seconds>(changed);
  return page;
}

// "<entry" stands in the document as our own tag only: whatever others wrote is escaped.
std::vector<Page::Part> entries_in(std::string_view body) {
  constexpr std::string_view opening = "<entry", closing = "</entry>\n";
  std::vector<Page::Part> parts;
  for (std::size_t at = body.find(opening); at != std::string_view::npos;) {
    const std::size_t end = body.find(closing, at) + closing.size();
    // Without atom:source, its last child: that its source was built anew makes no entry a new one.
    const std::size_t own_end = body.rfind("<source>", end);
    parts.push_back({base::change_hash(body.substr(at, own_end - at)), at, end});
    at = body.substr(end).starts_with(opening) ? end : std::string_view::npos;
  }
  return parts;
}

std::string link_field(std::string_view url, std::string_view rel, std::string_view type = {}) {
  std::string field = "<" + std::string(url) + ">; rel=\"" + std::string(rel) + '"';
  if (!type.empty()) field += "; type=\"" + std::string(type) + '"';
  return field;
}

Page feed_page(std::string media_type, std::string body, const Document& document, std::string_view self) {
  Page page = finish(std::move(media_type), std::move(body), document.changed);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(document.settings->max_age).count();
  page.cache_control = "max-age=" + std::to_string(seconds);
  page.csp = feed_policy;
  page.links.push_back(link_field(self, "self"));
  page.allow_any_origin = true;
  return page;
}

Page html_page(std::string body, const Document& document) {
  Page page = finish("text/html; charset=utf-8", std::move(body), document.changed);
  page.cache_control = "max-age=60, stale-while-revalidate=600";
  page.csp = page_policy();
  page.links.push_back(link_field(document.atom_url, "alternate", "application/atom+xml"));
  page.links.push_back(link_field(document.json_url, "alternate", "application/feed+json"));
  return page;
}

// A page with three lines on it, in the colour of the links.
constexpr std::string_view icon =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\"><rect width=\"16\" height=\"16\" rx=\"3\" "
    "fill=\"#00549e\"/>"
    "<path d=\"M4 5h8M4 8h8M4 11h5\" stroke=\"#fff\" stroke-width=\"1.6\" stroke-linecap=\"round\"/></svg>\n";

// When what a page says of a story last changed, whatever date it bears.
base::Instant changed_at(const feed::Story& story) {
  const feed::Article& lead = story.lead;
  return std::max({lead.issued, lead.first_seen, lead.revised.value_or(base::Instant{})});
}

constexpr std::string_view day_prefix = "/day/";
constexpr std::string_view story_prefix = "/story/";

}  // namespace

std::string path_of_day(std::chrono::sys_days day) {
  return std::string(day_prefix) + base::to_rfc3339(day).substr(0, 10) + '/';
}

std::optional<std::chrono::sys_days> day_of_path(std::string_view path) {
  if (!path.starts_with(day_prefix)) return std::nullopt;
  const auto midnight = base::from_rfc3339(std::string(path.substr(day_prefix.size(), 10)) + "T00:00:00Z");
  if (!midnight) return std::nullopt;
  const auto day = std::chrono::floor<std::chrono::days>(*midnight);
  return path_of_day(day) == path ? std::optional(day) : std::nullopt;
}

std::optional<base::StoryId> story_of_path(std::string_view path) {
  if (!path.starts_with(story_prefix)) return std::nullopt;
  path.remove_prefix(story_prefix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  const bool is_whole = error == std::errc{} && end == path.data() + path.size();
  if (!is_whole || number <= 0 || path.front() == '0' || path.front() == '+') return std::nullopt;
  return base::StoryId{number};
}

Page compose_story(const feed::Story& story, const std::vector<feed::Revision>& revisions, const Settings& settings) {
  View view;
  view.changed = changed_at(story);
  Document document = describe(view, settings);
  const Item item = make_item(story, settings);
  document.page_url = item.link;  // rel=canonical: search engines credit the agency
  return html_page(write_html_story(document, item, revisions), document);
}

void keep_dates_apart(const Edition* before, std::map<std::string, Page, std::less<>>& pages) {
  if (!before) return;
  for (auto& [path, page] : pages) {
    const auto old = before->pages.find(path);
    if (old == before->pages.end()) continue;
    const base::Instant last = old->second.last_modified;
    page.last_modified = page.etag == old->second.etag
                             ? last
                             : std::max<base::Instant>(page.last_modified, last + std::chrono::seconds(1));
  }
}

Page compose_day(const View& view, std::chrono::sys_days day, const Settings& settings) {
  Document document = describe(view, settings);
  document.day = day;
  for (const feed::Story& story : view.stories) document.changed = std::max(document.changed, changed_at(story));
  document.page_url = settings.base_url + path_of_day(day);
  return html_page(write_html_page(document, make_items(view, settings), {}), document);
}

Page compose_sources(std::vector<FollowedSource> sources, base::Instant now, const Settings& settings) {
  std::stable_partition(sources.begin(), sources.end(),
                        [](const FollowedSource& source) { return !is_well(source.state); });
  View view;
  view.changed = now;
  Document document = describe(view, settings);
  document.page_url = settings.base_url + std::string(path_of_sources);
  return html_page(write_html_sources(document, sources), document);
}

void compose(const View& view, const SourceList& sources, const Settings& settings,
             std::map<std::string, Page, std::less<>>& pages) {
  const Document document = describe(view, settings);
  const std::vector<Item> items = make_items(view, settings);
  const std::string prefix = view.name.empty() ? std::string() : '/' + view.name;
  Page atom =
      feed_page("application/atom+xml; charset=utf-8", write_atom(document, items), document, document.atom_url);
  atom.parts = entries_in(atom.body);
  pages.insert_or_assign(prefix + "/feed.atom", std::move(atom));
  pages.insert_or_assign(
      prefix + "/feed.json",
      feed_page("application/feed+json; charset=utf-8", write_json_feed(document, items), document, document.json_url));
  if (view.name.empty()) {
    Page picture = finish("image/svg+xml", std::string(icon), {});
    picture.cache_control = "max-age=604800";
    pages.insert_or_assign("/favicon.ico",
                           std::move(picture));  // where browsers look by themselves: no link, no second request
  }
  pages.insert_or_assign(prefix + "/", html_page(write_html_page(document, items, sources), document));
}

}  // namespace rapporteur::publish
