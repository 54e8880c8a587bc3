// Sixteen bytes at once by the compilers' vector extension: SSE2 on x86-64, NEON on ARM, no flags, no intrinsics.
// For text.cpp and utf8.cpp, which look at every byte of every document; nobody else needs it. Pure, any thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace rapporteur::base {

// A comparison of two blocks gives a mask: 0xFF or 0 in each place.
using Block = unsigned char __attribute__((vector_size(16)));
using Mask = signed char __attribute__((vector_size(16)));
constexpr std::size_t block_size = sizeof(Block);

inline Block load(const char* bytes) {
  Block block;
  std::memcpy(&block, bytes, block_size);
  return block;
}

inline bool any(const Mask& mask) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &mask, block_size);
  return (halves[0] | halves[1]) != 0;
}

// Place of the first byte set in `mask`; block_size when none is.
inline std::size_t first_set(const Mask& mask) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &mask, block_size);
  for (std::size_t i = 0; i < halves.size(); ++i) {
    if (halves[i] == 0) continue;
    const int bits =
        std::endian::native == std::endian::little ? std::countr_zero(halves[i]) : std::countl_zero(halves[i]);
    return i * 8 + static_cast<std::size_t>(bits) / 8;
  }
  return block_size;
}

}  // namespace rapporteur::base
