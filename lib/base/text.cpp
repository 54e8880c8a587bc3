#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/block.h"

namespace rapporteur::base {

namespace {

// Offset from `from` on of the first byte that `test` marks in a block of bytes, or text.size().
template <class Test>
std::size_t find_where(std::string_view text, std::size_t from, const Test& test) {
  for (; text.size() - from >= block_size; from += block_size)
    if (const std::size_t place = first_set(test(load(text.data() + from))); place < block_size) return from + place;
  std::array<char, block_size> last{};
  std::memcpy(last.data(), text.data() + from, text.size() - from);
  return std::min(text.size(), from + first_set(test(load(last.data()))));
}

bool is_tail(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t space_at(std::string_view text, std::size_t at) {
  if (is_space(text[at])) return 1;
  return text[at] == '\xC2' && at + 1 < text.size() && text[at + 1] == '\xA0' ? 2 : 0;  // U+00A0
}

// Where words that are already apart by one blank each end, from `from` > 0 on: at a second blank, at white space of
// another kind, at the end. Nearly all text has no such place, so it is looked for in blocks.
std::size_t find_gap(std::string_view text, std::size_t from) {
  while (true) {
    for (; text.size() - from >= block_size; from += block_size) {
      const Block now = load(text.data() + from), before = load(text.data() + from - 1);
      const Mask gap = ((now == ' ') & (before == ' ')) | (now == '\t') | (now == '\n') | (now == '\f') |
                       (now == '\r') | (now == 0xC2);
      if (const std::size_t place = first_set(gap); place < block_size) {
        from += place;
        break;
      }
    }
    while (from < text.size() &&
           (text[from] == ' ' ? text[from - 1] != ' ' : text[from] != '\xC2' && !is_space(text[from])))
      ++from;
    if (from == text.size() || space_at(text, from) > 0) return from;
    ++from;  // a letter that begins like U+00A0
  }
}

const char* xml_reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#39;";
  }
}

void append_json_escape(std::string& out, char c) {
  static constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(c);
  out += "\\u00";
  out += digits[code >> 4];
  out += digits[code & 0xF];
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = to_lower(c);
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && starts_with_ignoring_case(a, b);
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(),
                                                    [](char a, char b) { return to_lower(a) == to_lower(b); });
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return to_lower(a) == to_lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end() || part.empty();
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string collapse_space(std::string_view text, std::size_t enough_bytes) {
  std::string out;
  out.reserve(std::min(text.size(), enough_bytes));
  bool is_apart = false;
  // In portions, so that a long text is not read to its end for the sake of its beginning.
  constexpr std::size_t portion = 4096;
  while (!text.empty() && out.size() < enough_bytes) {
    const std::size_t end = text.size() <= portion ? text.size() : text.find(' ', portion);
    append_collapsed(out, text.substr(0, end), is_apart);
    text.remove_prefix(std::min(end, text.size()));
  }
  return out;
}

void append_collapsed(std::string& out, std::string_view text, bool& is_apart) {
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t space = space_at(text, at); space > 0) {
      is_apart = true;
      at += space;
      continue;
    }
    const std::size_t end = find_gap(text, at + 1);
    const bool ends_apart = text[end - 1] == ' ';  // one blank, and then a second one or the end
    if (is_apart && !out.empty()) out += ' ';
    out.append(text, at, end - at - (ends_apart ? 1 : 0));
    is_apart = ends_apart;
    at = end;
  }
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t first = 0;;) {
    const std::size_t end = text.find(separator, first);
    parts.push_back(text.substr(first, end - first));
    if (end == std::string_view::npos) return parts;
    first = end + 1;
  }
}

std::string cut_at_word(std::string_view text, std::size_t characters) {
  if (text.size() <= characters) return std::string{text};
  if (characters == 0) return {};
  // A character has a byte at least: what cannot be beyond the cut is counted at once.
  std::size_t count = 0, at = 0;
  for (std::size_t sure = characters; sure > 0; sure = std::min(characters - count, text.size() - at)) {
    count += count_leads(text.substr(at, sure));
    at += sure;
  }
  while (at < text.size() && is_tail(text[at])) ++at;
  if (at == text.size()) return std::string{text};
  std::size_t end = at - 1;  // leaves room for the dots
  while (end > 0 && is_tail(text[end])) --end;
  std::size_t word_end = end;
  while (word_end > 0 && !is_space(text[word_end])) --word_end;
  // A word's end counts as near within the last quarter; scripts without blanks are cut between characters.
  std::string_view kept = text.substr(0, word_end >= end - end / 4 ? word_end : end);
  while (!kept.empty() &&
         (is_space(kept.back()) || std::string_view{",;:-"}.find(kept.back()) != std::string_view::npos))
    kept.remove_suffix(1);
  return std::string{kept}.append("\xE2\x80\xA6");
}

std::size_t find_markup(std::string_view text, std::size_t from) {
  return find_where(text, from,
                    [](const Block& b) -> Mask { return (b == '&') | (b == '<') | (b == '>') | (b == '\r'); });
}

void append_escaped(std::string& out, std::string_view text) {
  const auto is_special = [](const Block& b) -> Mask {
    return (b == '&') | (b == '<') | (b == '>') | (b == '"') | (b == '\'');
  };
  for (std::size_t from = 0;;) {
    const std::size_t end = find_where(text, from, is_special);
    out.append(text, from, end - from);
    if (end == text.size()) return;
    out += xml_reference(text[end]);
    from = end + 1;
  }
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  append_escaped(out, text);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  const auto is_special = [](const Block& b) -> Mask { return (b == '"') | (b == '\\') | (b < 0x20) | (b == '<'); };
  out += '"';
  for (std::size_t from = 0;;) {
    const std::size_t end = find_where(text, from, is_special);
    out.append(text, from, end - from);
    if (end == text.size()) break;
    from = end + 1;
    // Inside a script element "</script" would end it and "<!--" would change how its end is found.
    if (text[end] != '<')
      append_json_escape(out, text[end]);
    else if (text.substr(from).starts_with('/'))
      out += "<\\";
    else if (text.substr(from).starts_with('!'))
      append_json_escape(out, '<');
    else
      out += '<';
  }
  out += '"';
}

std::string describe_bytes(std::uint64_t bytes) {
  if (bytes >= 1u << 20 && bytes % (1u << 20) == 0) return std::to_string(bytes >> 20) + " MiB";
  if (bytes >= 1u << 10 && bytes % (1u << 10) == 0) return std::to_string(bytes >> 10) + " KiB";
  return std::to_string(bytes) + " bytes";
}

}  // namespace rapporteur::base
