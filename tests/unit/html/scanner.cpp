#include "unit/html/scanner.h"

#include <algorithm>
#include <regex>
#include <set>

namespace rapporteur::test {
namespace {

const std::set<std::string, std::less<>> void_elements = {"br", "hr", "img", "wbr", "col"};
const std::set<std::string, std::less<>> elements = {
    "a",       "abbr",   "acronym", "address", "article", "aside",   "audio",  "b",      "bdi",        "bdo",   "big",
    "blockquote", "caption", "center", "cite", "code",    "colgroup", "dd",    "del",    "details",    "dfn",   "div",
    "dl",      "dt",     "em",      "figcaption", "figure", "footer", "h1",    "h2",     "h3",         "h4",    "h5",
    "h6",      "header", "hgroup",  "i",       "ins",     "kbd",     "li",     "main",   "mark",       "nav",   "ol",
    "p",       "pre",    "q",       "rp",      "rt",      "ruby",    "s",      "samp",   "section",    "small", "span",
    "strike",  "strong", "sub",     "summary", "sup",     "table",   "tbody",  "td",     "tfoot",      "th",    "thead",
    "time",    "tr",     "tt",      "u",       "ul",      "var",     "video"};
const std::set<std::string, std::less<>> attributes = {
    "alt",  "cite",     "colspan", "controls", "datetime", "dir",  "height", "href", "hreflang", "lang",
    "poster", "reversed", "rowspan", "scope",  "span",     "src",  "start",  "title", "type",    "value", "width"};

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
    static const std::regex reference("&(amp|lt|gt|quot|apos|#39|#34);");
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const auto byte = static_cast<unsigned char>(piece[i]);
      if (byte < 0x20 && byte != '\n' && byte != '\t') find("control character", piece);
      if (byte == '<' || byte == '>') find("bare bracket", piece);
      const auto begin = piece.begin() + static_cast<std::ptrdiff_t>(i);
      if (byte == '&' && !std::regex_search(begin, piece.end(), reference, std::regex_constants::match_continuous)) {
        find("bare ampersand", piece);
      }
    }
  }

  void read_text() {
    const std::size_t end = std::min(text_.find('<', at_), text_.size());
    check_characters(text_.substr(at_, end - at_));
    at_ = end;
  }

  // <name( name="value")*( /|/)?> or </name>, nothing else: no comment, no instruction, no unquoted value.
  void read_tag() {
    static const std::regex tag("<(/?)([a-z][a-z0-9]*)((?: [a-z]+=\"[^\"]*\")*)(/?)>");
    std::match_results<std::string_view::const_iterator> match;
    const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(at_);
    const std::size_t close = std::min(text_.find('>', at_), text_.size() - 1);
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(close + 1);
    if (!std::regex_match(begin, end, match, tag)) {
      find("no proper tag", text_.substr(at_));
      ++at_;
      return;
    }
    at_ += static_cast<std::size_t>(match.length(0));
    check_element(match[2].str(), match[1].length() > 0, match[4].length() > 0);
    check_attributes(match[2].str(), match[3].str());
  }

  void check_element(const std::string& name, bool is_end, bool is_void) {
    if (!elements.contains(name) && !void_elements.contains(name)) find("element", name);
    if (is_void != void_elements.contains(name)) find("void form", name);
    if (is_void) return;
    if (!is_end) return open_.push_back(name);
    if (open_.empty() || open_.back() != name) return find("end tag out of order", name);
    open_.pop_back();
  }

  void check_attributes(const std::string& element, const std::string& list) {
    static const std::regex one(" ([a-z]+)=\"([^\"]*)\"");
    std::set<std::string> seen;
    for (std::sregex_iterator at(list.begin(), list.end(), one), end; at != end; ++at) {
      const std::string name = (*at)[1], value = (*at)[2];
      if (!attributes.contains(name)) find("attribute", name);
      if (!seen.insert(name).second) find("repeated attribute", name);
      check_characters(value);
      const bool is_loaded = name == "src" || name == "poster";
      if (is_loaded || name == "href" || name == "cite") check_address(value, is_loaded || element == "img");
    }
  }

  void check_address(const std::string& value, bool is_loaded) {
    static const std::regex loaded("https?://[^\\s/?#\"'<>\\\\][^\\s\"<>\\\\]*"), followed("mailto:[^\\s\"<>\\\\]*");
    if (std::regex_match(value, loaded)) return;
    if (is_loaded || !std::regex_match(value, followed)) find("address", value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> open_, findings_;
};

}  // namespace

std::vector<std::string> find_active_content(std::string_view fragment) { return Scanner(fragment).run(); }

}  // namespace rapporteur::test
