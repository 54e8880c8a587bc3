#include "html/references.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "html/readable.h"

namespace rapporteur::html {
namespace {

struct Name {
  std::string_view name;  // without '&'
  char32_t first, second;
};

constexpr Name names[] = {
#define R(name, first, second) {name, first, second},
#include "html/references.def"
#undef R
};
// Asked first: what every writer of markup must escape.
constexpr std::pair<std::string_view, char> commonest[] = {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}};
constexpr std::size_t longest_name = 32;      // CounterClockwiseContourIntegral;
constexpr std::size_t longest_old_name = 6;   // Aacute
constexpr std::size_t shortest_old_name = 2;  // lt

bool is_alphanumeric(char c) { return base::is_alpha(c) || base::is_digit(c); }

const Name* find_name(std::string_view name) {
  const auto* found = std::lower_bound(std::begin(names), std::end(names), name,
                                       [](const Name& row, std::string_view wanted) { return row.name < wanted; });
  return found != std::end(names) && found->name == name ? found : nullptr;
}

int digit_value(char c, bool is_hex) {
  if (base::is_digit(c)) return c - '0';
  const char lower = base::to_lower(c);
  return is_hex && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// 0x80 to 0x9F mean windows-1252 (HTML 13.2.5.80).
char32_t to_character(std::uint32_t number) {
  if (number >= 0x80 && number <= 0x9F && readable_character(number) != 0) return readable_character(number);
  if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF)) return 0xFFFD;
  return number;
}

Reference read_number(std::string_view text, std::size_t at) {
  std::size_t end = at + 2;
  const bool is_hex = end < text.size() && (text[end] == 'x' || text[end] == 'X');
  if (is_hex) ++end;
  const std::size_t digits = end;
  std::uint32_t number = 0;
  for (int digit; end < text.size() && (digit = digit_value(text[end], is_hex)) >= 0; ++end) {
    if (number <= 0x10FFFF) number = number * (is_hex ? 16 : 10) + static_cast<std::uint32_t>(digit);
  }
  if (end == digits) return {};
  if (end < text.size() && text[end] == ';') ++end;
  return {end - at, to_character(number), 0};
}

}  // namespace

Reference read_reference(std::string_view text, std::size_t at, Where where) {
  const std::size_t start = at + 1;
  if (start >= text.size()) return {};
  if (text[start] == '#') return read_number(text, at);
  for (const auto& [name, character] : commonest)
    if (text.substr(start, name.size()) == name) return {1 + name.size(), static_cast<char32_t>(character), 0};
  std::size_t end = start;
  while (end < text.size() && end - start < longest_name && is_alphanumeric(text[end])) ++end;
  if (end == start) return {};
  if (end < text.size() && text[end] == ';') {
    if (const Name* name = find_name(text.substr(start, end - start + 1)))
      return {end - at + 1, name->first, name->second};
  }
  for (std::size_t size = std::min(end - start, longest_old_name); size >= shortest_old_name; --size) {
    const Name* name = find_name(text.substr(start, size));
    if (name == nullptr) continue;
    const std::size_t next = start + size;
    const bool is_part_of_word = next < text.size() && (text[next] == '=' || is_alphanumeric(text[next]));
    if (where == Where::attribute && is_part_of_word) return {};
    return {next - at, name->first, name->second};
  }
  return {};
}

void append_decoded(std::string& out, std::string_view text, Where where) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t ampersand = std::min(text.find('&', at), text.size());
    out.append(text, at, ampersand - at);
    at = ampersand;
    if (at == text.size()) return;
    const Reference reference = read_reference(text, at, where);
    if (reference.length == 0) {
      out += '&';
      ++at;
      continue;
    }
    base::append_utf8(out, reference.first);
    if (reference.second != 0) base::append_utf8(out, reference.second);
    at += reference.length;
  }
}

bool has_reference(std::string_view text) {
  for (std::size_t at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    const Reference reference = read_reference(text, at, Where::text);
    if (reference.length != 0 && text[at + reference.length - 1] == ';') return true;
  }
  return false;
}

}  // namespace rapporteur::html
