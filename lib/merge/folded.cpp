#include "merge/folded.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "base/block.h"
#include "base/text.h"

namespace rapporteur::merge {

namespace {

using base::Block;
using base::block_size;
using base::Mask;

struct Fold {
  char32_t first, last;
  std::string_view replacement;
};

// What editors' programs exchange for each other without anybody having edited: blanks, quotes, dashes. No replacement
// is longer than what it replaces.
constexpr Fold folds[] = {
    {0x00A0, 0x00A0, ""},    {0x00AB, 0x00AB, "\""}, {0x00AD, 0x00AD, ""},  {0x00BB, 0x00BB, "\""},
    {0x2000, 0x200F, ""},    {0x2010, 0x2015, "-"},  {0x2018, 0x201B, "'"}, {0x201C, 0x201F, "\""},
    {0x2026, 0x2026, "..."}, {0x2028, 0x202F, ""},   {0x2032, 0x2032, "'"}, {0x2033, 0x2033, "\""},
    {0x2039, 0x203A, "'"},   {0x205F, 0x2064, ""},   {0x3000, 0x3000, ""},  {0xFEFF, 0xFEFF, ""},
};

const Fold* find_fold(char32_t c) {
  const Fold* fold = std::find_if(std::begin(folds), std::end(folds), [c](const Fold& f) { return c <= f.last; });
  return fold != std::end(folds) && c >= fold->first ? fold : nullptr;
}

// The bytes at which the characters of `folds` begin; others begin there too.
Mask may_fold(const Block& now, const Block& after) {
  return (now == 0xC2) | (now == 0xE2) | (now == 0xEF) | ((now == 0xE3) & (after == 0x80));
}

Mask is_blank(const Block& now) { return (now == ' ') | (((now - 0x09) < 5) & (now != 0x0B)); }

Mask is_between(const Block& now, unsigned char first, unsigned char last) {
  return (now - first) <= static_cast<unsigned char>(last - first);
}

Block where(const Mask& mask, unsigned char amount) { return reinterpret_cast<Block>(mask) & amount; }

bool has_high(const Block& now) { return base::any(now >= 0x80); }

Block small_ascii(const Block& now) { return now + where(is_between(now, 'A', 'Z'), 0x20); }

// Small letters of the alphabets in which capitals are a matter of style: ASCII, Latin-1, Greek, Cyrillic. In UTF-8 a
// capital and its small letter lie a constant apart; where that leads into the next 64 the lead byte moves as well.
// Most blocks hold letters of one alphabet beside ASCII, and are asked for its lead byte first.
Block small_letters(const char* p) {
  const Block now = base::load(p), before = base::load(p - 1), after = base::load(p + 1);
  Block small = small_ascii(now);
  if (base::any(before == 0xC3)) small += where((before == 0xC3) & is_between(now, 0x80, 0x9E) & (now != 0x97), 0x20);
  if (base::any((now == 0xCE) | (before == 0xCE))) {
    small += where((before == 0xCE) & is_between(now, 0x91, 0x9F), 0x20) -
             where((before == 0xCE) & is_between(now, 0xA0, 0xA9), 0x20) +
             where((now == 0xCE) & is_between(after, 0xA0, 0xA9), 1);
  }
  if (base::any((now == 0xD0) | (before == 0xD0))) {
    small += where((before == 0xD0) & is_between(now, 0x80, 0x8F), 0x10) +
             where((before == 0xD0) & is_between(now, 0x90, 0x9F), 0x20) -
             where((before == 0xD0) & is_between(now, 0xA0, 0xAF), 0x20) +
             where((now == 0xD0) & (is_between(after, 0x80, 0x8F) | is_between(after, 0xA0, 0xAF)), 1);
  }
  return small;
}

// Four blocks at a time, as one bit for each byte: how many blanks there are is a branch the processor guesses wrong.
constexpr std::size_t group_size = 4 * block_size;

std::uint64_t bits_of(const Mask& mask) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &mask, block_size);
  std::uint64_t bits = 0;
  for (std::size_t half = 0; half < halves.size(); ++half) {
    if constexpr (std::endian::native == std::endian::big) halves[half] = __builtin_bswap64(halves[half]);
    constexpr std::uint64_t lowest = 0x0101010101010101u, to_top = 0x0102040810204080u;
    bits |= ((halves[half] & lowest) * to_top >> 56) << (8 * half);
  }
  return bits;
}

// The blank or other character at `at`, and what becomes of it.
struct Folded {
  std::size_t length;
  std::string_view replacement;
};

Folded folded_at(std::string_view small, std::size_t at) {
  if (at >= small.size() || base::is_space(small[at])) return {1, {}};
  std::size_t behind = at;
  const Fold* fold = find_fold(base::next_character(small, behind));
  return {behind - at, fold ? fold->replacement : small.substr(at, behind - at)};
}

}  // namespace

char* FoldedText::Room::at_least(std::size_t bytes) {
  if (bytes > size_) {
    size_ = bytes + bytes / 2;  // it serves one text after the other
    bytes_ = std::make_unique_for_overwrite<char[]>(size_);
  }
  return bytes_.get();
}

// The text in small letters, with blanks behind it up to a whole group and half of one more.
const char* FoldedText::make_small(std::string_view text) {
  const std::size_t whole = (text.size() + group_size - 1) / group_size * group_size + 2 * block_size;
  char* to = small_.at_least(whole);
  // A letter before the first block and behind the last one is looked at, so these go by way of a frame of blanks.
  const auto copy_edge = [&](std::size_t at) {
    std::array<char, block_size + 2> around;
    around.fill(' ');
    const std::size_t begin = at == 0 ? 0 : at - 1;
    const std::string_view there = text.substr(begin, at == 0 ? block_size + 1 : block_size + 2);
    std::copy(there.begin(), there.end(), around.begin() + (at == 0 ? 1 : 0));
    const Block small = small_letters(around.data() + 1);
    std::memcpy(to + at, &small, block_size);
  };
  std::size_t at = 0;
  if (!text.empty()) copy_edge(at), at += block_size;
  for (; at + block_size < text.size(); at += block_size) {
    const char* p = text.data() + at;
    const Block now = base::load(p);
    const Block small = has_high(now) ? small_letters(p) : small_ascii(now);
    std::memcpy(to + at, &small, block_size);
  }
  if (at < text.size()) copy_edge(at);
  std::fill(to + text.size(), to + whole, ' ');
  return to;
}

std::string_view FoldedText::of(std::string_view text) {
  const std::string_view small(make_small(text), text.size());
  char* const kept = kept_.at_least(text.size() + 2 * group_size);
  char* to = kept;
  const char* from = small.data();  // of the stretch to be kept
  // Most stretches are a word: two blocks are copied whatever it needs of them, there is room behind both ends.
  const auto keep = [&to, &from](const char* end) {
    const auto size = static_cast<std::size_t>(end - from);
    std::memcpy(to, from, 2 * block_size);
    for (std::size_t at = 2 * block_size; at < size; at += block_size) std::memcpy(to + at, from + at, block_size);
    to += size;
    from = end;
  };
  for (const char* at = small.data(); at < small.data() + small.size(); at += group_size) {
    std::uint64_t blanks = 0, folds = 0;
    for (std::size_t i = 0; i < group_size; i += block_size) {
      const Block now = base::load(at + i);
      blanks |= bits_of(is_blank(now)) << i;
      if (has_high(now)) folds |= bits_of(may_fold(now, base::load(at + i + 1))) << i;
    }
    if (folds == 0 && from <= at) {
      for (; blanks != 0; blanks &= blanks - 1, ++from) keep(at + std::countr_zero(blanks));
    } else {
      for (std::uint64_t bits = blanks | folds; bits != 0; bits &= bits - 1) {
        const char* const place = at + std::countr_zero(bits);
        if (place < from) continue;  // inside a character that was folded
        keep(place);
        const Folded folded = folded_at(small, static_cast<std::size_t>(place - small.data()));
        to = std::copy(folded.replacement.begin(), folded.replacement.end(), to);
        from += folded.length;
      }
    }
    if (from < at + group_size) keep(at + group_size);
  }
  return {kept, static_cast<std::size_t>(to - kept)};
}

}  // namespace rapporteur::merge
