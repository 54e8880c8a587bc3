#include "parse/directions.h"

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "parse/repair_references.h"

namespace rapporteur::parse {

namespace {

constexpr char32_t pop_embedding = 0x202C, left_override = 0x202D, right_override = 0x202E;
constexpr char32_t first_isolate = 0x2066, pop_isolate = 0x2069;

bool is_control(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

// U+202A is E2 80 AA in UTF-8, U+2066 is E2 81 A6; dashes and quotation marks begin with E2 80 too.
bool has_controls(std::string_view text) {
  for (std::size_t at = text.find('\xE2'); at != std::string_view::npos; at = text.find('\xE2', at + 1)) {
    std::size_t behind = at;
    if (is_control(base::next_character(text, behind))) return true;
  }
  return false;
}

bool is_balanced(std::string_view text) {
  std::vector<char32_t> open;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::next_character(text, at);
    if (!is_control(c)) continue;
    if (c == left_override || c == right_override) return false;
    if (c != pop_embedding && c != pop_isolate) {
      open.push_back(c);
      continue;
    }
    const bool fits = !open.empty() && (open.back() >= first_isolate) == (c == pop_isolate);
    if (!fits) return false;
    open.pop_back();
  }
  return open.empty();
}

std::string without_controls(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    if (!is_control(base::next_character(text, at))) kept += text.substr(from, at - from);
  }
  return kept;
}

std::string without_references(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const Spotted spotted = text[at] == '&' ? spot_reference(text, at) : Spotted{};
    if (spotted.kind == Spotted::Kind::character && is_control(spotted.character)) {
      at += spotted.length;
      continue;
    }
    kept += text[at++];
  }
  return kept;
}

}  // namespace

void settle_directions(feed::TextValue& title) {
  std::string& text = title.value;
  if (has_controls(text) && !is_balanced(text)) text = without_controls(text);
  const bool may_have_references = title.type != feed::TextType::text && text.find("&#") != std::string::npos;
  if (may_have_references) text = without_references(text);
}

}  // namespace rapporteur::parse
