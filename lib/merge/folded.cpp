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

Mask is_blank(const Block& now) { return (now == ' ') | ((now - 0x09) < 5); }

Mask is_between(const Block& now, unsigned char first, unsigned char last) {
  return (now - first) <= static_cast<unsigned char>(last - first);
}

Block where(const Mask& mask, unsigned char amount) { return reinterpret_cast<Block>(mask) & amount; }

// Small letters of the alphabets in which capitals are a matter of style: ASCII, Latin-1, Greek, Cyrillic. In UTF-8 a
// capital and its small letter lie a constant apart; where that leads into the next 64 the lead byte moves as well.
Block small_letters(const Block& now, const Block& before, const Block& after) {
  const Block step = where(is_between(now, 'A', 'Z'), 0x20) +
                     where((before == 0xC3) & is_between(now, 0x80, 0x9E) & (now != 0x97), 0x20) +
                     where((before == 0xCE) & is_between(now, 0x91, 0x9F), 0x20) -
                     where((before == 0xCE) & is_between(now, 0xA0, 0xA9), 0x20) +
                     where((now == 0xCE) & is_between(after, 0xA0, 0xA9), 1) +
                     where((before == 0xD0) & is_between(now, 0x80, 0x8F), 0x10) +
                     where((before == 0xD0) & is_between(now, 0x90, 0x9F), 0x20) -
                     where((before == 0xD0) & is_between(now, 0xA0, 0xAF), 0x20) +
                     where((now == 0xD0) & (is_between(after, 0x80, 0x8F) | is_between(after, 0xA0, 0xAF)), 1);
  return now + step;
}

// One bit, the highest, for each byte that is set in half of a mask, the first byte lowest.
std::array<std::uint64_t, 2> bits_of(const Mask& mask) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &mask, block_size);
  for (std::uint64_t& half : halves) {
    if constexpr (std::endian::native == std::endian::big) half = __builtin_bswap64(half);
    half &= 0x8080808080808080u;
  }
  return halves;
}

// Copies short stretches as whole blocks: there is room behind both ends.
class Keeper {
 public:
  Keeper(const char* from, char* to) : from_(from), start_(to), to_(to) {}
  void keep(std::size_t begin, std::size_t end) {
    std::memcpy(to_, from_ + begin, block_size);
    to_ += end - begin;
  }
  void add(std::string_view text) { to_ = std::copy(text.begin(), text.end(), to_); }
  std::size_t size() const { return static_cast<std::size_t>(to_ - start_); }

 private:
  const char* from_;
  char* start_;
  char* to_;
};

}  // namespace

void FoldedText::make_small(std::string_view text) {
  const std::size_t whole = (text.size() + block_size - 1) / block_size * block_size;
  small_.resize(whole + 2 * block_size);
  char* to = small_.data();
  if (text.size() >= 2 * block_size) {
    // A letter before the first block and behind the last one is looked at, so these go the slow way below.
    std::size_t at = block_size;
    for (; at + block_size < text.size(); at += block_size) {
      const char* p = text.data() + at;
      const Block small = small_letters(base::load(p), base::load(p - 1), base::load(p + 1));
      std::memcpy(to + at, &small, block_size);
    }
  }
  const auto copy_edge = [&](std::size_t at) {
    std::array<char, block_size + 2> around;
    around.fill(' ');
    const std::size_t begin = at == 0 ? 0 : at - 1;
    const std::string_view there = text.substr(begin, at == 0 ? block_size + 1 : block_size + 2);
    std::copy(there.begin(), there.end(), around.begin() + (at == 0 ? 1 : 0));
    const char* p = around.data() + 1;
    const Block small = small_letters(base::load(p), base::load(p - 1), base::load(p + 1));
    std::memcpy(to + at, &small, block_size);
  };
  if (text.empty()) return;
  copy_edge(0);
  const std::size_t last = text.size() >= 2 * block_size ? whole - block_size : block_size;
  for (std::size_t at = last; at < whole; at += block_size) copy_edge(at);
  std::fill(small_.begin() + static_cast<std::ptrdiff_t>(text.size()), small_.end(), ' ');
}

std::string_view FoldedText::of(std::string_view text) {
  make_small(text);
  kept_.resize(small_.size() + block_size);
  Keeper keeper(small_.data(), kept_.data());
  const std::string_view small = std::string_view(small_).substr(0, text.size());
  std::size_t from = 0;  // of the stretch that is to be kept
  for (std::size_t at = 0; at < text.size(); at += block_size) {
    const Block now = base::load(small_.data() + at);
    const std::array<std::uint64_t, 2> stops =
        bits_of(is_blank(now) | may_fold(now, base::load(small_.data() + at + 1)));
    for (std::size_t half = 0; half < stops.size(); ++half) {
      for (std::uint64_t bits = stops[half]; bits != 0; bits &= bits - 1) {
        std::size_t place = at + 8 * half + static_cast<std::size_t>(std::countr_zero(bits)) / 8;
        if (place < from) continue;  // inside a character that was folded
        keeper.keep(from, place);
        from = place + 1;
        if (place >= text.size() || base::is_space(small_[place])) continue;
        std::size_t behind = place;
        const Fold* fold = find_fold(base::next_character(small, behind));
        keeper.add(fold ? fold->replacement : small.substr(place, behind - place));
        from = behind;
      }
    }
    if (from < at + block_size) {
      keeper.keep(from, at + block_size);
      from = at + block_size;
    }
  }
  return std::string_view(kept_).substr(0, keeper.size());
}

}  // namespace rapporteur::merge
