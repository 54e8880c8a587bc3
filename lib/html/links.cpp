// feed_links of html/clean.h: what a page that is no feed says of its feeds (HTML 4.6.7.1, "autodiscovery").
#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "html/clean.h"
#include "html/readable.h"
#include "html/references.h"
#include "html/to_text.h"
#include "html/tokens.h"

namespace rapporteur::html {
namespace {

constexpr std::size_t most_page_bytes = std::size_t{256} * 1024;
constexpr std::size_t most_links = 100;

std::string decoded_value(std::string_view attributes, std::string_view name) {
  std::string value;
  append_decoded(value, attribute_value(attributes, name), Where::attribute);
  make_readable(value);
  return value;
}

bool has_word(std::string_view words, std::string_view wanted) {
  while (!(words = base::trim(words)).empty()) {
    const auto end = std::find_if(words.begin(), words.end(), base::is_space);
    const auto size = static_cast<std::size_t>(end - words.begin());
    if (base::equals_ignoring_case(words.substr(0, size), wanted)) return true;
    words.remove_prefix(size);
  }
  return false;
}

// The media type without its parameters, in lower case.
std::string media_type(std::string_view type) {
  return base::to_lower(base::trim(type.substr(0, std::min(type.find(';'), type.size()))));
}

// application/json is what WordPress puts on links to its own interface, which is no feed.
bool is_feed_type(std::string_view type) {
  return type == "application/rss+xml" || type == "application/atom+xml" || type == "application/feed+json" ||
         type == "application/rdf+xml";
}

}  // namespace

std::vector<FeedLink> feed_links(std::string_view page, std::string_view base_url) {
  std::vector<FeedLink> links;
  std::string base(base_url);
  bool has_base = false;
  Tokens tokens(page.substr(0, most_page_bytes));
  for (Token token = tokens.next(); token.kind != Token::Kind::none; token = tokens.next()) {
    if (token.kind != Token::Kind::start || token.element == nullptr || links.size() == most_links) continue;
    const std::string_view name = token.element->name;
    if (token.element->has(is_raw)) tokens.take_raw(token.name);
    if (name == "base" && !has_base) {  // the first that has an address counts (HTML 4.2.3)
      const std::string href = decoded_value(token.attributes, "href");
      has_base = !href.empty();
      const auto resolved = base::resolve_url(base_url, href);
      if (has_base && resolved && base::is_http_url(*resolved)) base = *resolved;
    }
    if (name != "link" || !has_word(decoded_value(token.attributes, "rel"), "alternate")) continue;
    const std::string type = media_type(decoded_value(token.attributes, "type"));
    const std::string href = decoded_value(token.attributes, "href");
    if (!is_feed_type(type) || href.empty()) continue;
    const auto resolved = base::resolve_url(base, href);
    if (!resolved || !base::is_http_url(*resolved)) continue;
    const auto is_same = [&](const FeedLink& link) { return link.href == *resolved; };
    if (std::any_of(links.begin(), links.end(), is_same)) continue;
    links.push_back({*resolved, type, base::collapse_space(decoded_value(token.attributes, "title"))});
  }
  return links;
}

}  // namespace rapporteur::html
