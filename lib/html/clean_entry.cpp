// clean_entry and clean_head of html/clean.h: every field of what a document said made safe, once, in one place.
#include <algorithm>
#include <functional>

#include "base/text.h"
#include "base/url.h"
#include "html/clean.h"
#include "html/policy.h"
#include "html/readable.h"
#include "html/to_text.h"
#include "html/tokens.h"

namespace rapporteur::html {
namespace {

// "How to use <div> and <span>" opens elements in the middle and ends none: words, no markup. "<i>Half" and
// "one<br>two" are markup.
bool speaks_of_tags(std::string_view text) {
  if (text.find('<') == std::string_view::npos || base::trim(text).front() == '<') return false;
  bool has_tag = false;
  Tokens tokens(text);
  for (Token token = tokens.next(); token.kind != Token::Kind::none; token = tokens.next()) {
    if (token.kind == Token::Kind::text || token.element == nullptr) continue;
    if (token.kind == Token::Kind::end || token.element->has(is_void)) return false;
    has_tag = true;
  }
  return has_tag;
}

void unwrap(std::string& text) {
  const std::string_view inside = without_wrapping(text);
  if (inside.size() < base::trim(text).size()) text = std::string(inside);
}

// Titles, names, rights, labels: plain text by definition, markup in practice.
void clean_plain(std::string& text) {
  unwrap(text);
  if (!looks_like_html(text)) return make_readable(text);
  text = speaks_of_tags(text) ? decode_references(text) : to_text(text);
}

// What clean() made, decoded, when as a whole it is markup that was escaped once more than its format asks for, and
// would show the source of a page: "&lt;p&gt;…&lt;/p&gt;". What only speaks of tags has other words around them. "": it
// is not.
std::string decoded_once_more(std::string_view cleaned) {
  if (!cleaned.starts_with("&lt;") || !cleaned.ends_with("&gt;") || cleaned.find('<') != std::string_view::npos)
    return {};
  std::string decoded = decode_references(cleaned);
  Tokens tokens(decoded);
  for (Token token = tokens.next(); token.kind != Token::Kind::none; token = tokens.next()) {
    if (token.kind == Token::Kind::end && token.element != nullptr) return decoded;
  }
  return {};
}

// To the end, so that cleaning once more changes nothing; each step makes the text shorter.
void clean_markup(std::string& markup, std::string_view base_url) {
  markup = clean(markup, base_url);
  for (std::string decoded = decoded_once_more(markup); !decoded.empty(); decoded = decoded_once_more(markup)) {
    markup = clean(decoded, base_url);
  }
}

std::string_view base_of(const std::string& own, std::string_view document_base) {
  return own.empty() ? document_base : std::string_view(own);
}

void clean_title(feed::TextValue& title) {
  if (title.type == feed::TextType::html) title.value = to_text(title.value);
  if (title.type == feed::TextType::unstated) clean_plain(title.value);
  title.value = base::collapse_space(title.value);
  title.type = feed::TextType::text;
  make_readable(title.value);
  make_readable(title.language);
  make_readable(title.base);
}

void clean_text(feed::TextValue& text, std::string_view document_base) {
  if (text.type == feed::TextType::unstated) {
    unwrap(text.value);
    text.type = looks_like_html(text.value) ? feed::TextType::html : feed::TextType::text;
  }
  if (text.type == feed::TextType::html) {
    clean_markup(text.value, base_of(text.base, document_base));
  } else {
    make_readable(text.value);
  }
  make_readable(text.language);
  make_readable(text.base);
}

// What a reader's program would take for markup. Other media types keep their name: nothing but text/plain is shown
// under it, yet their value is freed of what could run.
bool is_html_type(std::string_view type) {
  return base::equals_ignoring_case(type, "html") || base::equals_ignoring_case(type, "xhtml") ||
         base::starts_with_ignoring_case(type, "text/html") ||
         base::starts_with_ignoring_case(type, "application/xhtml+xml");
}

bool is_text_type(std::string_view type) {
  return base::equals_ignoring_case(type, "text") || base::starts_with_ignoring_case(type, "text/plain");
}

void clean_content(feed::Content& content, std::string_view document_base) {
  make_readable(content.type);
  make_readable(content.language);
  make_readable(content.base);
  if (content.type.empty() && !content.value.empty()) content.type = looks_like_html(content.value) ? "html" : "text";
  if (is_text_type(content.type)) return make_readable(content.value);
  if (is_html_type(content.type)) content.type = "html";
  if (content.type == "html") {
    clean_markup(content.value, base_of(content.base, document_base));
  } else if (content.value.find('<') != std::string::npos) {
    content.value = clean(content.value, base_of(content.base, document_base));
  } else {
    make_readable(content.value);
  }
}

// A relative address stays where no base is known: it cannot name a scheme, and a reader takes it for what it says.
bool is_plainly_relative(std::string_view url) {
  const std::size_t colon = url.find(':');
  return colon == std::string_view::npos || url.find_first_of("/?#") < colon;
}

// Addresses are absolute and safe, or empty.
void clean_address(std::string& url, bool (*is_safe)(std::string_view), std::string_view document_base) {
  if (url.empty()) return;
  make_readable(url);
  if (is_safe(url)) return;
  if (base::scheme_of(url).empty()) {
    auto resolved = base::resolve_url(document_base, url);
    if (resolved && is_safe(*resolved)) {
      url = std::move(*resolved);
      return;
    }
    if (!resolved && is_plainly_relative(url)) return;
  }
  url.clear();
}

// The lists of one entry or head, with the base their addresses have.
class Lists {
 public:
  explicit Lists(std::string_view document_base) : base_(document_base) {}

  void link(std::string& url) const { clean_address(url, is_safe_link, base_); }
  void media(std::string& url) const { clean_address(url, is_safe_media, base_); }

  void clean(std::vector<feed::Person>& people) const {
    for (feed::Person& person : people) {
      clean_plain(person.name);
      clean_plain(person.email);
      link(person.uri);
    }
    std::erase_if(people, [](const feed::Person& person) { return person.empty(); });
  }

  void clean(std::vector<feed::Link>& links) const {
    for (feed::Link& each : links) {
      link(each.href);
      clean_plain(each.title);
      for (std::string* text : {&each.rel, &each.type, &each.hreflang}) make_readable(*text);
    }
    std::erase_if(links, [](const feed::Link& each) { return each.href.empty(); });
  }

  void clean(std::vector<feed::Category>& categories) const {
    for (feed::Category& category : categories) {
      clean_plain(category.term);
      clean_plain(category.label);
      clean_plain(category.scheme);  // any string in RSS, an IRI in Atom; never followed
    }
    const auto says_nothing = [](const feed::Category& each) { return each.term.empty() && each.label.empty(); };
    std::erase_if(categories, says_nothing);
  }

  void clean(std::vector<feed::Enclosure>& enclosures) const {
    for (feed::Enclosure& enclosure : enclosures) {
      media(enclosure.url);
      make_readable(enclosure.type);
    }
    std::erase_if(enclosures, [](const feed::Enclosure& each) { return each.url.empty(); });
  }

  void clean(std::vector<feed::Media>& all) const {
    for (feed::Media& each : all) {
      media(each.url);
      media(each.thumbnail);
      make_readable(each.type);
      make_readable(each.medium);
    }
    std::erase_if(all, [](const feed::Media& each) { return each.url.empty() && each.thumbnail.empty(); });
  }

 private:
  std::string_view base_;
};

}  // namespace

void clean_head(feed::Head& head, std::string_view document_base) {
  const Lists lists(document_base);
  clean_title(head.title);
  clean_text(head.subtitle, document_base);
  make_readable(head.id);
  lists.link(head.link);
  lists.media(head.self);
  for (std::string& hub : head.hubs) lists.media(hub);
  std::erase_if(head.hubs, std::mem_fn(&std::string::empty));
  lists.clean(head.links);
  lists.clean(head.authors);
  lists.clean(head.contributors);
  lists.clean(head.categories);
  for (std::string* text : {&head.rights, &head.generator, &head.language, &head.update_period}) clean_plain(*text);
  for (std::string& day : head.skip_days) clean_plain(day);
  lists.media(head.icon);
  lists.media(head.logo);
  if (head.image) {
    lists.media(head.image->url);
    lists.link(head.image->link);
    clean_plain(head.image->title);
    if (head.image->url.empty()) head.image.reset();
  }
}

void clean_entry(feed::Entry& entry, std::string_view document_base) {
  const Lists lists(document_base);
  make_readable(entry.id);
  clean_title(entry.title);
  lists.link(entry.link);
  lists.clean(entry.links);
  lists.clean(entry.authors);
  lists.clean(entry.contributors);
  make_readable(entry.published_text);
  clean_text(entry.summary, document_base);
  for (feed::Content& content : entry.content) {
    clean_content(content, document_base);
    lists.media(content.src);
  }
  std::erase_if(entry.content, [](const feed::Content& each) { return each.value.empty() && each.src.empty(); });
  lists.clean(entry.categories);
  lists.clean(entry.enclosures);
  for (std::string* text : {&entry.rights, &entry.language}) clean_plain(*text);
  lists.link(entry.comments);
  lists.clean(entry.media);
  if (entry.source) clean_head(*entry.source, document_base);
}

}  // namespace rapporteur::html
