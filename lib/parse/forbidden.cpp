#include "parse/forbidden.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

// The compilers' vector extension, as in base/text.cpp: SSE2 or NEON without flags.
using Block = unsigned char __attribute__((vector_size(16)));
constexpr std::size_t block_size = sizeof(Block);
constexpr std::size_t stride = 4 * block_size;

// Not zero where a byte below 0x20 other than tab, LF, CR stands; and where 0xEF and 0xBF meet 0xBE or 0xBF: U+FFFE,
// U+FFFF.
inline Block suspects(const char* p) {
  Block b;
  std::memcpy(&b, p, block_size);
  return reinterpret_cast<Block>((b < 0x20) & (b != '\t') & (b != '\n') & (b != '\r')) |
         reinterpret_cast<Block>(b == 0xEF);
}

inline bool any(Block block) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &block, block_size);
  return (halves[0] | halves[1]) != 0;
}

}  // namespace

// 0xEF also leads full-width forms and the rest of U+F000 to U+FFFD: such a stride is looked at closely.
bool holds_forbidden(std::string_view text) {
  std::size_t at = 0;
  for (; at + stride + 2 <= text.size(); at += stride) {
    const char* p = text.data() + at;
    const Block found =
        suspects(p) | suspects(p + block_size) | suspects(p + 2 * block_size) | suspects(p + 3 * block_size);
    if (!any(found)) continue;
    for (std::size_t i = at; i < at + stride; ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return true;
      if (c == 0xEF && static_cast<unsigned char>(text[i + 1]) == 0xBF &&
          static_cast<unsigned char>(text[i + 2]) >= 0xBE)
        return true;
    }
  }
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;  // to the beginning of a character
  return !base::is_xml_text(text.substr(at));
}

}  // namespace rapporteur::parse
