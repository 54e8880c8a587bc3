// Markup made safe: an allow-list sanitiser over the HTML5 tree (gumbo), tables in html/policy. Scripts, styles,
// frames, forms and foreign content go with their contents; every URL-bearing attribute is made absolute and filtered
// by scheme. Pure, any thread, bounded (fragment size, depth, attributes), no recursion. Home of gumbo together with
// html/tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.h"

namespace rapporteur::html {

// A fragment as safe, well-formed XHTML: sanitise(serialise(parse(x))) is a fixed point.
std::string clean(std::string_view markup, std::string_view base_url);

// Makes every field of an entry safe, in place: titles decided as text or HTML once and turned into text-type values,
// summary and contents sanitised (type "html") or left plain (type "text"), links filtered to safe schemes, names and
// other plain fields freed of markup. `document_base` resolves what has no base of its own.
void clean_entry(feed::Entry& entry, std::string_view document_base);
void clean_head(feed::Head& head, std::string_view document_base);

// Whether a text without a stated type is markup: it holds a known tag, a comment or a character reference.
bool looks_like_html(std::string_view text);

// For <link rel=alternate> of a page that is no feed (the base is the page's address).
struct FeedLink {
  std::string href, type, title;
};
std::vector<FeedLink> feed_links(std::string_view page, std::string_view base_url);

}  // namespace rapporteur::html
