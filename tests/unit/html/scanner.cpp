#include "unit/html/scanner.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace rapporteur::test {
namespace {

const std::set<std::string, std::less<>> void_elements = {"br", "hr", "img", "wbr", "col"};
const std::set<std::string, std::less<>> elements = {
    "a",     "abbr",       "acronym", "address", "article", "aside",      "audio",    "b",      "bdi",     "bdo",
    "big",   "blockquote", "caption", "center",  "cite",    "code",       "colgroup", "dd",     "del",     "details",
    "dfn",   "div",        "dl",      "dt",      "em",      "figcaption", "figure",   "footer", "h1",      "h2",
    "h3",    "h4",         "h5",      "h6",      "header",  "hgroup",     "i",        "ins",    "kbd",     "li",
    "main",  "mark",       "nav",     "ol",      "p",       "pre",        "q",        "rp",     "rt",      "ruby",
    "s",     "samp",       "section", "small",   "span",    "strike",     "strong",   "sub",    "summary", "sup",
    "table", "tbody",      "td",      "tfoot",   "th",      "thead",      "time",     "tr",     "tt",      "u",
    "ul",    "var",        "video"};
const std::set<std::string, std::less<>> attributes = {
    "alt",      "cite",    "colspan", "controls", "datetime", "dir",   "height", "href", "hreflang", "lang", "poster",
    "reversed", "rowspan", "scope",   "span",     "src",      "start", "title",  "type", "value",    "width"};

class Scanner {
 public:
  explicit Scanner(std::string_view fragment) : text_(fragment) {}

  std::vector<std::string> run() {
    while (at_ < text_.size() && findings_.size() < 10) {
      if (text_[at_] == '<') {
        read_tag();
      } else {
        read_text();
      }
    }
    for (const auto& name : open_) find("never closed", name);
    return findings_;
  }

 private:
  void find(std::string_view what, std::string_view where) {
    findings_.push_back(std::string(what) + ": " + std::string(where.substr(0, 60)));
  }

  void check_characters(std::string_view piece) {
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const auto byte = static_cast<unsigned char>(piece[i]);
      if (byte < 0x20 && byte != '\n' && byte != '\t') find("control character", piece);
      if (byte == '<' || byte == '>') find("bare bracket", piece);
      if (byte == '&' && !starts_reference(piece.substr(i))) find("bare ampersand", piece);
    }
  }

  static bool starts_reference(std::string_view piece) {
    const auto stands_here = [piece](std::string_view reference) { return piece.starts_with(reference); };
    constexpr std::string_view known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#39;", "&#34;"};
    return std::any_of(std::begin(known), std::end(known), stands_here);
  }

  void read_text() {
    const std::size_t end = std::min(text_.find('<', at_), text_.size());
    check_characters(text_.substr(at_, end - at_));
    at_ = end;
  }

  // <name( name="value")*/?> or </name>, nothing else: no comment, no instruction, no unquoted value.
  void read_tag() {
    const std::size_t start = at_++;
    const bool is_end = take('/');
    const std::string name = take_name();
    bool is_proper = !name.empty();
    std::set<std::string> seen;
    while (is_proper && take(' ')) {
      const std::string attribute = take_name();
      is_proper = !is_end && !attribute.empty() && take('=') && take('"');
      const std::size_t close = text_.find('"', at_);
      if (!is_proper || close == std::string_view::npos) break;
      if (!seen.insert(attribute).second) find("repeated attribute", attribute);
      check_attribute(name, attribute, text_.substr(at_, close - at_));
      at_ = close + 1;
    }
    const bool is_void = take('/');
    if (is_proper && take('>')) return check_element(name, is_end, is_void);
    find("no proper tag", text_.substr(start));
    at_ = start + 1;
  }

  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::string take_name() {
    const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const std::size_t start = at_;
    while (at_ < text_.size() && is_part(text_[at_])) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  void check_element(const std::string& name, bool is_end, bool is_void) {
    if (!elements.contains(name) && !void_elements.contains(name)) find("element", name);
    if (is_void != void_elements.contains(name)) find("void form", name);
    if (is_void) return;
    if (!is_end) return open_.push_back(name);
    if (open_.empty() || open_.back() != name) return find("end tag out of order", name);
    open_.pop_back();
  }

  void check_attribute(const std::string& element, const std::string& name, std::string_view value) {
    if (!attributes.contains(name)) find("attribute", name);
    check_characters(value);
    const bool is_loaded = name == "src" || name == "poster";
    if (is_loaded || name == "href" || name == "cite") check_address(value, is_loaded || element == "img");
  }

  void check_address(std::string_view value, bool is_loaded) {
    const bool is_web = value.starts_with("http://") || value.starts_with("https://");
    const bool is_mail = value.starts_with("mailto:") && !is_loaded;
    const std::string_view rest = value.substr(std::min(value.find(':') + (is_web ? 3 : 1), value.size()));
    const bool has_host = !rest.empty() && std::string_view("/?#&").find(rest[0]) == std::string_view::npos;
    const bool is_tidy = value.find_first_of(" \t\n\r\"'<>\\") == std::string_view::npos;
    if (!is_tidy || !(is_mail || (is_web && has_host))) find("address", value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> open_, findings_;
};

}  // namespace

std::vector<std::string> find_active_content(std::string_view fragment) { return Scanner(fragment).run(); }

}  // namespace rapporteur::test
