// A SourceState while nothing happens to its source: one piece of memory, a fifth of the size. Most of a hundred
// thousand sources are at rest at any time. A value that never changes, cheap to copy; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "feed/source.h"

namespace rapporteur::feed {

// What is asked of all sources at once, read without unpacking.
struct StateGlance {
  base::SourceId row{};
  base::Instant next_poll{};
  std::optional<base::Instant> last_attempt;
  int failures = 0;
  int http_status = 0;
  State state = State::pending;
  bool next_poll_is_binding = false;
  bool has_hub = false;
  bool has_skips = false;  // hours or days at which its feed does not want to be asked
};

class PackedState {
 public:
  PackedState() = default;  // of no source: is_empty()
  // `address` is the configured one, which a state repeats many times; unpack() must be given the same.
  PackedState(const SourceState& state, std::string_view address);
  bool is_same(const PackedState& other) const { return bytes_ == other.bytes_; }  // a copy of one
  bool is_empty() const { return !bytes_; }
  SourceState unpack(std::string_view address) const;
  StateGlance glance() const;
  // effective_url; may point into this object, or to `address`.
  std::string_view effective_url(std::string_view address) const;

 private:
  std::shared_ptr<const char[]> bytes_;
};

}  // namespace rapporteur::feed
