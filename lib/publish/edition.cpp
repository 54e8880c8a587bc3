#include "publish/edition.h"

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
  document.page_url = address_of(view, settings, "");
  document.atom_url = address_of(view, settings, "feed.atom");
  document.json_url = address_of(view, settings, "feed.json");
  return document;
}

Page finish(std::string media_type, std::string body, base::Instant updated) {
  Page page;
  page.media_type = std::move(media_type);
  page.body = std::move(body);
  const base::Sha256 digest = base::sha256(page.body);
  page.etag = '"' + base::to_hex(digest.data(), digest.size()).substr(0, etag_hex_digits) + '"';
  if (std::string packed = gzip(page.body); packed.size() < page.body.size()) page.gzip = std::move(packed);
  if (std::string packed = brotli(page.body); packed.size() < page.body.size()) page.brotli = std::move(packed);
  page.last_modified = std::chrono::floor<std::chrono::seconds>(updated);
  return page;
}

std::string link_field(std::string_view url, std::string_view rel, std::string_view type = {}) {
  std::string field = "<" + std::string(url) + ">; rel=\"" + std::string(rel) + '"';
  if (!type.empty()) field += "; type=\"" + std::string(type) + '"';
  return field;
}

Page feed_page(std::string media_type, std::string body, const Document& document, std::string_view self) {
  Page page = finish(std::move(media_type), std::move(body), document.updated);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(document.settings->max_age).count();
  page.cache_control = "max-age=" + std::to_string(seconds);
  page.csp = feed_policy;
  page.links.push_back(link_field(self, "self"));
  page.allow_any_origin = true;
  return page;
}

Page html_page(std::string body, const Document& document) {
  Page page = finish("text/html; charset=utf-8", std::move(body), document.updated);
  page.cache_control = "max-age=60, stale-while-revalidate=600";
  page.csp = page_policy();
  page.links.push_back(link_field(document.atom_url, "alternate", "application/atom+xml"));
  page.links.push_back(link_field(document.json_url, "alternate", "application/feed+json"));
  return page;
}

}  // namespace

void compose(const View& view, const std::vector<FollowedSource>& sources, const Settings& settings,
             std::map<std::string, Page, std::less<>>& pages) {
  const Document document = describe(view, settings);
  std::vector<Item> items;
  items.reserve(view.stories.size());
  for (const feed::Story& story : view.stories) items.push_back(make_item(story, settings));

  const std::string prefix = view.name.empty() ? std::string() : '/' + view.name;
  pages.insert_or_assign(prefix + "/feed.atom", feed_page("application/atom+xml; charset=utf-8", write_atom(document, items),
                                                          document, document.atom_url));
  pages.insert_or_assign(prefix + "/feed.json", feed_page("application/feed+json; charset=utf-8",
                                                          write_json_feed(document, items), document, document.json_url));
  pages.insert_or_assign(prefix + "/", html_page(write_html_page(document, items, sources), document));
}

}  // namespace rapporteur::publish
