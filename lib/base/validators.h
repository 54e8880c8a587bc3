// The two validators of a representation (RFC 9110 8.8), kept as the very bytes the server sent: they are echoed,
// never parsed, never reformatted (POLITENESS P2, P4). nullopt: the server sent none.
#pragma once

#include <optional>
#include <string>

namespace rapporteur::base {

struct Validators {
  std::optional<std::string> etag;           // ETag, with quotes and W/
  std::optional<std::string> last_modified;  // Last-Modified

  bool empty() const { return !etag && !last_modified; }
  bool operator==(const Validators&) const = default;
};

}  // namespace rapporteur::base
