#include "base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace rapporteur::base {

namespace {

// Sixteen bytes at once by the compilers' vector extension: SSE2 on x86-64, NEON on ARM, no flags, no intrinsics.
// A comparison gives 0xFF or 0 in each place.
using Block = unsigned char __attribute__((vector_size(16)));
using Mask = signed char __attribute__((vector_size(16)));
constexpr std::size_t block_size = sizeof(Block);

Block load(const char* bytes) {
  Block block;
  std::memcpy(&block, bytes, block_size);
  return block;
}

bool any(const Mask& mask) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &mask, block_size);
  return (halves[0] | halves[1]) != 0;
}

// Place of the first byte set in `mask`; block_size when none is.
std::size_t first_set(const Mask& mask) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &mask, block_size);
  for (std::size_t i = 0; i < halves.size(); ++i) {
    if (halves[i] == 0) continue;
    const int bits = std::endian::native == std::endian::little ? std::countr_zero(halves[i]) : std::countl_zero(halves[i]);
    return i * 8 + static_cast<std::size_t>(bits) / 8;
  }
  return block_size;
}

// Offset from `from` on of the first byte that `test` marks in a block of bytes, or text.size().
template <class Test>
std::size_t find_where(std::string_view text, std::size_t from, const Test& test) {
  for (; text.size() - from >= block_size; from += block_size)
    if (const std::size_t place = first_set(test(load(text.data() + from))); place < block_size) return from + place;
  std::array<char, block_size> last{};
  std::memcpy(last.data(), text.data() + from, text.size() - from);
  return std::min(text.size(), from + first_set(test(load(last.data()))));
}

// What one well-formed character, or one invalid byte, amounts to.
struct Decoded {
  char32_t character = 0xFFFD;
  std::size_t length = 1;
  bool is_valid = false;
};

// RFC 3629 section 4; Unicode table 3-7 for the ranges of the second byte.
Decoded decode(const unsigned char* p, std::size_t room) {
  const unsigned char lead = p[0];
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || length > room) return {};
  const unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (p[1] < lowest || p[1] > highest) return {};
  char32_t character = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((p[i] & 0xC0) != 0x80) return {};
    character = character << 6 | (p[i] & 0x3Fu);
  }
  return {character, length, true};
}

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

bool is_xml_character(char32_t c) {
  return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
}

template <bool xml>
std::size_t find_fault_slowly(std::string_view text, std::size_t from) {
  while (from < text.size()) {
    const Decoded d = decode(raw(text) + from, text.size() - from);
    if (!d.is_valid || (xml && !is_xml_character(d.character))) return from;
    from += d.length;
  }
  return from;
}

// Marks the bytes of `now` that are wrong after their three predecessors: each of `one`, `two`, `three` is the same
// window, that many bytes earlier. Every byte range of Unicode table 3-7 is one comparison.
template <bool xml>
Mask faults(const Block& now, const Block& one, const Block& two, const Block& three) {
  const Mask is_tail = (now & 0xC0) == 0x80;
  const Mask wants_tail = (one >= 0xC0) | (two >= 0xE0) | (three >= 0xF0);
  Mask bad = is_tail ^ wants_tail;
  bad |= ((now & 0xFE) == 0xC0) | (now >= 0xF5);                             // never in UTF-8
  bad |= ((one == 0xE0) & (now < 0xA0)) | ((one == 0xF0) & (now < 0x90));    // overlong
  bad |= ((one == 0xED) & (now >= 0xA0)) | ((one == 0xF4) & (now >= 0x90));  // surrogates, beyond U+10FFFF
  if constexpr (xml) {
    bad |= (now < 0x20) & (now != '\t') & (now != '\n') & (now != '\r');
    bad |= (two == 0xEF) & (one == 0xBF) & (now >= 0xBE);  // U+FFFE, U+FFFF
  }
  return bad;
}

template <bool xml>
bool has_fault(const char* p) {
  return any(faults<xml>(load(p), load(p - 1), load(p - 2), load(p - 3)));
}

// The ends of the text are looked at in a frame of blanks: they let a character cut off at the end show as a fault.
template <bool xml>
bool has_fault_at_edge(std::string_view text, std::size_t at) {
  std::array<char, 3 + block_size> frame;
  frame.fill(' ');
  const std::size_t before = std::min<std::size_t>(at, 3);
  std::memcpy(frame.data() + 3 - before, text.data() + at - before, before + std::min(block_size, text.size() - at));
  return has_fault<xml>(frame.data() + 3);
}

// The vector pass only says that a block holds a fault; where it begins is found by decoding from the last character
// that began before the block.
template <bool xml>
std::size_t find_fault(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t at = 0;
  if (!has_fault_at_edge<xml>(text, at)) {
    at = block_size;
    while (at + block_size <= text.size() && !has_fault<xml>(text.data() + at)) at += block_size;
    if (at > text.size()) return text.size();
    // Also where nothing is left: a character may have been cut off exactly at a block's end.
    if (at + block_size > text.size() && !has_fault_at_edge<xml>(text, at)) return text.size();
  }
  for (std::size_t back = 1; back <= std::min<std::size_t>(at, 3); ++back) {
    const unsigned char c = raw(text)[at - back];
    if (c >= 0xC0) return find_fault_slowly<xml>(text, at - back);
  }
  return find_fault_slowly<xml>(text, at);
}

const char* xml_reference(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return "&#39;";
  }
}

void append_json_escape(std::string& out, char c) {
  static constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto code = static_cast<unsigned char>(c);
  out += "\\u00";
  out += digits[code >> 4];
  out += digits[code & 0xF];
}

}  // namespace

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

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

std::string collapse_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool is_gap = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_no_break = c == '\xC2' && at + 1 < text.size() && text[at + 1] == '\xA0';
    if (is_no_break) ++at;
    if (is_no_break || is_space(c)) {
      is_gap = true;
      continue;
    }
    if (is_gap && !out.empty()) out += ' ';
    is_gap = false;
    out += c;
  }
  return out;
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

std::size_t find_invalid_utf8(std::string_view bytes) { return find_fault<false>(bytes); }

bool is_xml_text(std::string_view text) { return find_fault<true>(text) == text.size(); }

std::string to_xml_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t end = find_fault<true>(text);
    out.append(text.substr(0, end));
    if (end == text.size()) return out;
    const Decoded d = decode(raw(text) + end, text.size() - end);
    if (!d.is_valid) append_utf8(out, 0xFFFD);
    text.remove_prefix(end + d.length);
  }
}

void append_utf8(std::string& out, char32_t character) {
  if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) character = 0xFFFD;
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80u | ((character >> shift) & 0x3Fu)); };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xC0u | character >> 6);
    tail(0);
  } else if (character < 0x10000) {
    out += static_cast<char>(0xE0u | character >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0u | character >> 18);
    tail(12), tail(6), tail(0);
  }
}

char32_t next_character(std::string_view text, std::size_t& at) {
  const Decoded d = decode(raw(text) + at, text.size() - at);
  at += d.length;
  return d.character;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_character(text, at);
  return count;
}

std::string cut_at_word(std::string_view text, std::size_t characters) {
  std::size_t at = 0, end = 0, word_end = 0;  // `end` leaves room for the dots
  for (std::size_t count = 0; at < text.size() && count < characters; ++count) {
    if (is_space(text[at])) word_end = at;
    end = at;
    next_character(text, at);
  }
  if (at == text.size()) return std::string{text};
  if (characters == 0) return {};
  if (is_space(text[end])) word_end = end;
  // A word's end counts as near within the last quarter; scripts without blanks are cut between characters.
  std::string_view kept = text.substr(0, word_end >= end - end / 4 ? word_end : end);
  while (!kept.empty() && (is_space(kept.back()) || std::string_view{",;:-"}.find(kept.back()) != std::string_view::npos))
    kept.remove_suffix(1);
  return std::string{kept}.append("\xE2\x80\xA6");
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

}  // namespace rapporteur::base
