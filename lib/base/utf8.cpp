#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/block.h"
#include "base/text.h"

namespace rapporteur::base {

namespace {

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

template <bool xml>
Mask is_forbidden_control(const Block& now) {
  if constexpr (!xml) return Mask{};
  return (now < 0x20) & (now != '\t') & (now != '\n') & (now != '\r');
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
    bad |= is_forbidden_control<xml>(now);
    bad |= (two == 0xEF) & (one == 0xBF) & (now >= 0xBE);  // U+FFFE, U+FFFF
  }
  return bad;
}

// A cheaper question that never overlooks a fault: the leads of four-byte characters, of the block with the surrogates
// (Hangul has it too), of the one with U+FFFE and of overlong forms are marked whatever follows.
template <bool xml>
Mask suspects(const Block& now, const Block& one, const Block& two) {
  const Mask is_tail = (now & 0xC0) == 0x80;
  Mask bad = is_tail ^ ((one >= 0xC0) | (two >= 0xE0));
  bad |= ((one == 0xE0) & (now < 0xA0)) | ((now & 0xFE) == 0xC0);
  bad |= (now == 0xED) | (now >= 0xF0);
  if constexpr (xml) bad |= (now == 0xEF) | is_forbidden_control<xml>(now);
  return bad;
}

template <bool xml>
bool has_fault(const char* p) {
  return any(faults<xml>(load(p), load(p - 1), load(p - 2), load(p - 3)));
}

// The ends of the text are looked at in a frame of blanks: they let a character cut off at the end show as a fault.
template <class Question>
bool ask_at_edge(std::string_view text, std::size_t at, const Question& question) {
  std::array<char, 3 + block_size> frame;
  frame.fill(' ');
  const std::size_t before = std::min<std::size_t>(at, 3);
  std::memcpy(frame.data() + 3 - before, text.data() + at - before, before + std::min(block_size, text.size() - at));
  return question(frame.data() + 3);
}

template <bool xml>
bool has_fault_at_edge(std::string_view text, std::size_t at) {
  return ask_at_edge(text, at, has_fault<xml>);
}

// The vector pass only says that a block holds a fault; where it begins is found by decoding from the last character
// that began before the block.
template <bool xml>
std::size_t find_fault(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t at = 0;
  if (!has_fault_at_edge<xml>(text, at)) {
    at = block_size;
    // Four blocks for each branch; after ASCII no tail is owed, so that more ASCII needs no closer look.
    bool was_ascii = false, is_doubtful = true;
    for (; at + 4 * block_size <= text.size(); at += 4 * block_size) {
      const char* p = text.data() + at;
      const Block first = load(p), second = load(p + block_size), third = load(p + 2 * block_size),
                  last = load(p + 3 * block_size);
      const bool is_ascii = !any((first | second | third | last) >= 0x80);
      if (is_ascii && was_ascii &&
          !any(is_forbidden_control<xml>(first) | is_forbidden_control<xml>(second) | is_forbidden_control<xml>(third) |
               is_forbidden_control<xml>(last)))
        continue;
      was_ascii = is_ascii;
      const auto doubt = [p](std::size_t place) {
        return suspects<xml>(load(p + place), load(p + place - 1), load(p + place - 2));
      };
      // What a doubtful lead asks of its tails may reach into the next four blocks.
      const bool was_doubtful = is_doubtful;
      is_doubtful = any(doubt(0) | doubt(block_size) | doubt(2 * block_size) | doubt(3 * block_size));
      if (!is_doubtful && !was_doubtful) continue;
      const auto near = [p](std::size_t place) {
        return faults<xml>(load(p + place), load(p + place - 1), load(p + place - 2), load(p + place - 3));
      };
      if (any(near(0) | near(block_size) | near(2 * block_size) | near(3 * block_size))) break;
    }
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

}  // namespace

namespace {

// Control characters but tab, LF and CR; DEL.
Mask is_control(const Block& now) { return is_forbidden_control<true>(now) | (now == 0x7F); }

// UTF-8 in the guise of letters, and C1 controls.
Mask twice_encoded(const Block& now, const Block& one, const Block& two) {
  return ((two == 0xC3) & (one >= 0x82) & (one <= 0xB4) & (now >= 0x80)) | ((one == 0xC2) & (now < 0xA0));
}

// Beyond ASCII: what is_unremarkable() leaves to a closer look.
Mask remarkable(const Block& now, const Block& one, const Block& two) {
  const Mask is_tail = (now & 0xC0) == 0x80;
  Mask mark = is_tail ^ ((one >= 0xC0) | (two >= 0xE0));
  mark |= ((one == 0xE0) & (now < 0xA0)) | ((now & 0xFE) == 0xC0);  // overlong
  mark |= (now == 0xED) | (now >= 0xEF);                            // surrogates, U+F000 and above
  return mark | twice_encoded(now, one, two);
}

// The same where no character has more than two bytes: most of what is written in the alphabets of Europe.
Mask remarkable_if_narrow(const Block& now, const Block& one, const Block& two) {
  const Mask is_tail = (now & 0xC0) == 0x80;
  return (is_tail ^ (one >= 0xC0)) | ((now & 0xFE) == 0xC0) | twice_encoded(now, one, two);
}

// Four blocks at `p`, each asked together with what stands one byte and two bytes before it.
template <class Question>
bool any_of_four(const char* p, const Question& question) {
  const auto ask = [&](const char* at) { return question(load(at), load(at - 1), load(at - 2)); };
  return any(ask(p) | ask(p + block_size) | ask(p + 2 * block_size) | ask(p + 3 * block_size));
}

}  // namespace

bool is_unremarkable(std::string_view bytes) {
  const auto is_marked_at_edge = [bytes](std::size_t at) {
    return ask_at_edge(bytes, at, [](const char* p) {
      return any(is_control(load(p)) | remarkable(load(p), load(p - 1), load(p - 2)));
    });
  };
  if (bytes.empty()) return true;
  if (is_marked_at_edge(0)) return false;
  if (bytes.size() < block_size) return true;
  std::size_t at = block_size;
  bool was_high = true, was_wide = true;  // tails may be owed by what stands before
  for (; at + 4 * block_size <= bytes.size(); at += 4 * block_size) {
    const char* p = bytes.data() + at;
    const Block a = load(p), b = load(p + block_size), c = load(p + 2 * block_size), d = load(p + 3 * block_size);
    // One comparison for all that is not printable ASCII: most of a document ends here.
    const Mask odd = ((a - 0x20) >= 0x5F) | ((b - 0x20) >= 0x5F) | ((c - 0x20) >= 0x5F) | ((d - 0x20) >= 0x5F);
    if (!was_high && !any(odd)) continue;
    const Mask low =
        (a < 0x20) | (b < 0x20) | (c < 0x20) | (d < 0x20) | (a == 0x7F) | (b == 0x7F) | (c == 0x7F) | (d == 0x7F);
    if (any(low) && any(is_control(a) | is_control(b) | is_control(c) | is_control(d))) return false;
    const bool is_high = any((a | b | c | d) >= 0x80);
    const bool is_wide = is_high && any((a >= 0xE0) | (b >= 0xE0) | (c >= 0xE0) | (d >= 0xE0));
    if (is_wide || was_wide) {
      if (any_of_four(p, remarkable)) return false;
    } else if (is_high || was_high) {
      if (any_of_four(p, remarkable_if_narrow)) return false;
    }
    was_high = is_high;
    was_wide = is_wide;
  }
  for (; at + block_size <= bytes.size(); at += block_size) {
    const char* p = bytes.data() + at;
    if (any(is_control(load(p)) | remarkable(load(p), load(p - 1), load(p - 2)))) return false;
  }
  return !is_marked_at_edge(at);  // also where nothing is left: a character may have been cut off there
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

std::size_t count_leads(std::string_view text) {
  constexpr std::size_t most_blocks = 255;  // that a byte can count
  const auto is_lead = [](char c) { return static_cast<signed char>(c) >= -0x40; };
  std::size_t count = 0;
  while (text.size() >= block_size) {
    const std::size_t blocks = std::min(text.size() / block_size, most_blocks);
    Block sums{};
    for (std::size_t i = 0; i < blocks; ++i) {
      const Mask is_lead_there = (load(text.data() + i * block_size) & 0xC0) != 0x80;
      sums -= reinterpret_cast<Block>(is_lead_there);  // minus one where it is set
    }
    for (std::size_t i = 0; i < block_size; ++i) count += sums[i];
    text.remove_prefix(blocks * block_size);
  }
  return count + static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_lead));
}

}  // namespace rapporteur::base
