// Which of a page's codings a client gets (RFC 9110 12.5.3). Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace rapporteur::serve {

enum class Coding { identity, gzip, brotli };
inline constexpr std::size_t coding_count = 3;

struct OfferedCodings {
  bool gzip = false, brotli = false;
};

// The best of what is offered and acceptable: the larger weight wins, then the smaller body (brotli, gzip, identity).
// "" (not sent) means identity. When nothing is acceptable it is identity all the same: a reader is better served by
// a body it did not name than by 415.
Coding choose_coding(std::string_view accept_encoding, OfferedCodings offered);

}  // namespace rapporteur::serve
