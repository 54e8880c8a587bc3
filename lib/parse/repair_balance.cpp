#include "parse/repair_balance.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t deepest = 200;  // libxml2 gives up at 256
constexpr std::array<std::string_view, 13> empty_elements{"area",   "br",    "col",   "embed", "enclosure",
                                                          "hr",     "img",   "input", "param", "media:thumbnail",
                                                          "spacer", "track", "wbr"};
// Of RSS: none of the first stands in one of the second.
constexpr std::array<std::string_view, 11> parts_of_items{"author",     "category",    "comments",  "content:encoded",
                                                          "dc:creator", "description", "enclosure", "guid",
                                                          "link",       "pubDate",     "title"};
constexpr std::array<std::string_view, 5> plain_elements{"comments", "guid", "link", "pubDate", "title"};

template <class Names>
bool is_among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Balancer {
 public:
  explicit Balancer(std::string_view text) : text_(text) { out_.reserve(text.size() + text.size() / 16); }

  std::string run() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t tag = std::min(text_.find('<', at), text_.size());
      out_ += text_.substr(at, tag - at);
      if (tag == text_.size()) break;
      const std::size_t end = end_of_markup(tag);
      if (end == npos) {  // not what repair() writes
        base::append_escaped(out_, text_.substr(tag));
        break;
      }
      const std::string_view markup = text_.substr(tag, end - tag);
      if (markup[1] == '!' || markup[1] == '?')
        out_ += markup;
      else if (markup[1] == '/')
        close(name_of(markup.substr(2)));
      else
        open(markup);
      at = end;
    }
    while (!stack_.empty()) pop();
    return std::move(out_);
  }

 private:
  struct Open {
    std::string_view name;
    bool is_written = false;
  };

  static std::string_view name_of(std::string_view text) { return text.substr(0, text.find_first_of(" \t\r\n/>")); }

  std::size_t end_of_markup(std::size_t at) const {
    const std::string_view rest = text_.substr(at);
    if (rest.size() < 2) return npos;
    for (const auto& [start, end] :
         {std::pair<std::string_view, std::string_view>{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}})
      if (rest.starts_with(start)) {
        const std::size_t found = text_.find(end, at + start.size());
        return found == npos ? npos : found + end.size();
      }
    for (std::size_t p = text_.find_first_of("\"'>", at); p != npos; p = text_.find_first_of("\"'>", p + 1)) {
      if (text_[p] == '>') return p + 1;
      p = text_.find(text_[p], p + 1);
      if (p == npos) return npos;
    }
    return npos;
  }

  void open(std::string_view tag) {
    const std::string_view name = name_of(tag.substr(1));
    if (name == "item" || name == "entry") close(name);
    const bool lacks_end =
        !stack_.empty() && is_among(plain_elements, stack_.back().name) && is_among(parts_of_items, name);
    if (lacks_end) pop();
    const bool is_written = stack_.size() < deepest;
    if (tag.ends_with("/>") || is_empty_element(name)) {
      if (!is_written) return;
      out_ += tag.substr(0, tag.size() - (tag.ends_with("/>") ? 2 : 1));
      out_ += "/>";
      return;
    }
    if (is_written) out_ += tag;
    stack_.push_back({name, is_written});
    ++open_[name];
  }

  void close(std::string_view name) {
    const auto found = open_.find(name);
    if (found == open_.end() || found->second == 0) return;
    while (stack_.back().name != name) pop();
    pop();
  }

  void pop() {
    const Open last = stack_.back();
    stack_.pop_back();
    --open_[last.name];
    if (!last.is_written) return;
    out_ += "</";
    out_ += last.name;
    out_ += '>';
  }

  static bool is_empty_element(std::string_view name) {
    return std::any_of(empty_elements.begin(), empty_elements.end(),
                       [&](std::string_view known) { return base::equals_ignoring_case(known, name); });
  }

  std::string_view text_;
  std::string out_;
  std::vector<Open> stack_;
  std::unordered_map<std::string_view, std::size_t>
      open_;  // how often each name is on the stack: lookups stay constant
};

}  // namespace

std::string balance(std::string_view repaired) { return Balancer(repaired).run(); }

}  // namespace rapporteur::parse
