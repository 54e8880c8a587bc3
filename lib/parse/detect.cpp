#include "parse/detect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "parse/names.h"
#include "parse/notes.h"
#include "parse/repair_entities.h"
#include "parse/repair_references.h"

namespace rapporteur::parse {

namespace {

constexpr auto npos = std::string_view::npos;

struct Root {
  std::string_view name;  // local, in lower case
  Kind kind;
};
constexpr Root roots[] = {{"rss", Kind::rss},
                          {"rdf", Kind::rdf},
                          {"feed", Kind::atom},
                          {"entry", Kind::atom},
                          {"channel", Kind::channel},
                          {"html", Kind::html},
                          {"body", Kind::html},
                          {"head", Kind::html},
                          // pages without their frame: messages of servers, tests for robots
                          {"script", Kind::html},
                          {"style", Kind::html},
                          {"meta", Kind::html},
                          {"div", Kind::html},
                          {"p", Kind::html},
                          {"br", Kind::html},
                          {"b", Kind::html},
                          {"h1", Kind::html},
                          {"center", Kind::html},
                          {"form", Kind::html},
                          {"iframe", Kind::html},
                          {"pre", Kind::html}};

// Other XML that sources hand out where a feed was expected.
constexpr std::pair<std::string_view, std::string_view> known_others[] = {
    {"opml", "an OPML list of feeds"},
    {"urlset", "a sitemap"},
    {"sitemapindex", "an index of sitemaps"},
    {"svg", "an SVG image"},
    {"error", "an XML error message"},
    {"opensearchdescription", "a description of a search engine"},
    {"envelope", "a SOAP message"},
    {"service", "an AtomPub service document"},
    {"alert", "a CAP alert"},
    {"redirect", "an XML redirection"}};

bool is_name(char c) {
  return base::is_alpha(c) || base::is_digit(c) || c == '_' || c == ':' || c == '-' || c == '.' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view name_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_name(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string_view local(std::string_view name) { return name.substr(name.rfind(':') + 1); }

Kind kind_of(std::string_view name) {
  for (const Root& root : roots)
    if (names::equals(root.name, local(name))) return root.kind;
  return Kind::xml;
}

bool is_feed(Kind kind) {
  return kind == Kind::rss || kind == Kind::rdf || kind == Kind::atom || kind == Kind::channel;
}

// Behind the comment, instruction or declaration at `at`; `at` when none begins there; npos when it never ends.
std::size_t skip_aside(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const auto behind = [&](std::string_view closing) {
    const std::size_t end = text.find(closing, at + 2);
    return end == npos ? npos : end + closing.size();
  };
  if (rest.starts_with("<!--")) return behind("-->");
  if (rest.starts_with("<?")) return behind("?>");
  if (!rest.starts_with("<!")) return at;
  const std::size_t end = text.find_first_of("[>", at);
  if (end == npos || text[end] == '>') return end == npos ? npos : end + 1;
  const std::size_t subset_end = text.find(']', end);  // a document type with declarations of its own
  return subset_end == npos || text.find('>', subset_end) == npos ? npos : text.find('>', subset_end) + 1;
}

// The root: the first tag that opens an element. npos when there is none.
std::size_t find_root(std::string_view text, std::size_t at) {
  int endless = 0;  // each costs a walk to the end of the text
  for (at = text.find('<', at); at != npos && endless < 8; at = text.find('<', at)) {
    const std::size_t behind = skip_aside(text, at);
    if (behind == at && at + 1 < text.size() && !name_at(text, at + 1).empty()) return at;
    if (behind == npos) ++endless;
    at = behind == at || behind == npos ? at + 1 : behind;
  }
  return npos;
}

// Scripts on a server print their complaints, with markup of their own, ahead of the feed.
std::size_t find_feed_root(std::string_view text, std::size_t at) {
  for (at = text.find('<', at); at != npos; at = text.find('<', at + 1)) {
    const std::string_view name = name_at(text, at + 1);
    const bool ends = at + 1 + name.size() < text.size() &&
                      (base::is_space(text[at + 1 + name.size()]) || text[at + 1 + name.size()] == '>');
    if (!name.empty() && ends && is_feed(kind_of(name)) && !names::equals("entry", local(name))) return at;
  }
  return npos;
}

// An XML declaration shortly before the root belongs to it.
std::size_t start_before(std::string_view text, std::size_t root) {
  const std::size_t declaration = text.substr(0, root).rfind("<?xml");
  if (declaration == npos) return root;
  return find_root(text, declaration) == root ? declaration : root;
}

// What servers put before JSON so that no script of another page can run it.
constexpr std::string_view guards[] = {")]}',", ")]}'", "while(1);", "for(;;);"};

// "name.of.function(" as in JSONP; 0: none stands there.
std::size_t call_at(std::string_view text) {
  std::size_t end = 0;
  while (end < std::min<std::size_t>(text.size(), 128) && (base::is_alpha(text[end]) || base::is_digit(text[end]) ||
                                                           text[end] == '_' || text[end] == '.' || text[end] == '$'))
    ++end;
  return end > 0 && end < text.size() && text[end] == '(' ? end + 1 : 0;
}

// Behind the comment, guard or call at `at`; `at` when none stands there; npos when it never ends.
std::size_t skip_before_json(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  for (const std::string_view guard : guards)
    if (rest.starts_with(guard)) return at + guard.size();
  const bool is_line = rest.starts_with("//");
  if (!is_line && !rest.starts_with("/*")) return at + call_at(rest);
  const std::size_t end = text.find(is_line ? "\n" : "*/", at + 2);
  return end == npos ? npos : end + (is_line ? 1 : 2);
}

// Where JSON begins, as it stands or behind comments, guards and calls; npos: this is none.
std::size_t find_json(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '{' || text[at] == '[') return at;
    const std::size_t behind = base::is_space(text[at]) ? at + 1 : skip_before_json(text, at);
    if (behind == at || behind == npos) return npos;
    at = behind;
  }
  return npos;
}

bool is_html(std::string_view text) {
  const std::string_view start = base::trim(text.substr(0, 2048));
  return base::contains_ignoring_case(start, "<!doctype html") || base::contains_ignoring_case(start, "<html");
}

bool is_binary(std::string_view text) {
  const std::string_view start = text.substr(0, 2048);
  const auto odd = std::count_if(start.begin(), start.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x20 && !base::is_space(c); });
  return odd * 50 > static_cast<std::ptrdiff_t>(start.size());
}

// Text of the first title element, "" when there is none.
std::string_view title_of(std::string_view text) {
  const std::string_view start = text.substr(0, 65536);
  for (std::size_t at = start.find('<'); at != npos; at = start.find('<', at + 1)) {
    if (!names::equals("title", name_at(start, at + 1))) continue;
    const std::size_t from = start.find('>', at);
    if (from == npos) return {};
    return base::trim(start.substr(from + 1, start.find('<', from) - from - 1));
  }
  return {};
}

// As a browser shows it: with its references read.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Spotted spotted = text[at] == '&' ? spot_reference(text, at) : Spotted{};
    const bool is_character = spotted.kind == Spotted::Kind::character && is_xml_character(spotted.character);
    const bool is_name = spotted.kind == Spotted::Kind::name || spotted.kind == Spotted::Kind::predefined;
    if (is_character)
      base::append_utf8(out, spotted.character);
    else if (!is_name || !append_html_entity(out, spotted.name))
      out += text.substr(at, spotted.length);
    at += spotted.length;
  }
  return out;
}

Shape shape_without_feed(std::string_view text, std::size_t root) {
  if (is_html(text)) return {Kind::html, 0, root == npos ? std::string_view{} : name_at(text, root + 1)};
  if (is_binary(text)) return {Kind::binary, 0, {}};
  if (root == npos) return {Kind::text, 0, {}};
  return {kind_of(name_at(text, root + 1)), 0, name_at(text, root + 1)};
}

}  // namespace

bool has_binary_signature(std::string_view bytes) {
  using namespace std::string_view_literals;
  static constexpr std::array signatures = {"\x1F\x8B"sv,
                                            "\x89PNG"sv,
                                            "GIF8"sv,
                                            "\xFF\xD8\xFF"sv,
                                            "%PDF-"sv,
                                            "PK\x03\x04"sv,
                                            "BZh"sv,
                                            "\xFD\x37zXZ"sv,
                                            "\x28\xB5\x2F\xFD"sv,
                                            "OggS"sv,
                                            "ID3"sv,
                                            "\x7F"
                                            "ELF"sv};
  return std::any_of(signatures.begin(), signatures.end(),
                     [&](std::string_view known) { return bytes.starts_with(known); });
}

Shape detect(std::string_view text) {
  const std::string_view body = base::trim(text);
  if (body.empty()) return {Kind::empty, 0, {}};
  const auto start = static_cast<std::size_t>(body.data() - text.data());
  if (body.front() != '<')
    if (const std::size_t json = find_json(text, start); json != npos) return {Kind::json, json, {}};
  std::size_t root = find_root(text, start);
  if (root != npos && is_feed(kind_of(name_at(text, root + 1)))) {
    // White space, comments and instructions may stand before the root; text may not.
    const bool is_clean = body.front() == '<';
    return {kind_of(name_at(text, root + 1)), is_clean ? start : start_before(text, root), name_at(text, root + 1)};
  }
  const std::size_t feed = is_html(text) ? npos : find_feed_root(text, start);
  if (feed == npos) return shape_without_feed(text, root);
  return {kind_of(name_at(text, feed + 1)), start_before(text, feed), name_at(text, feed + 1)};
}

std::string describe(const Shape& shape, std::string_view text) {
  switch (shape.kind) {
    case Kind::empty:
      return "the document is empty";
    case Kind::html: {
      const std::string title = decoded(title_of(text));
      return title.empty() ? "this is an HTML page, not a feed"
                           : "this is an HTML page titled " + quoted(title) + ", not a feed";
    }
    case Kind::json:
      return "this is JSON, but not a JSON Feed";
    case Kind::binary:
      return "this is binary data, not a feed";
    case Kind::text:
      return "this is plain text, not a feed: it begins " + quoted(base::trim(text));
    default:
      break;
  }
  for (const auto& [name, what] : known_others)
    if (names::equals(name, local(shape.root))) return "this is " + std::string{what} + ", not a feed";
  return "this is XML with the root element <" + std::string{shape.root.substr(0, 80)} + ">, not a feed";
}

}  // namespace rapporteur::parse
