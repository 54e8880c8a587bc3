// What is remembered of when a source published: the last batches, in a line of text that travels in
// feed::SourceState::rhythm (about two characters for a batch of a busy source, three for one of a quiet source).
// engine::digest adds to it on a worker, schedule::likely_wait reads it. Pure; never fails: what cannot be read is
// empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace rapporteur::schedule {

// Stories that came out together.
struct Batch {
  std::int64_t minute = 0;  // since 1970, UTC
  bool is_exact = true;     // false: known by when we looked, to the hour or so
  bool operator==(const Batch&) const = default;
};

// Oldest first, at least `apart` between two.
struct Rhythm {
  static constexpr std::int64_t apart = 5;  // minutes
  static constexpr std::size_t most = 128;  // batches; of the last weeks
  static constexpr std::size_t lasting =
      8;  // of them stay however old they are: they tell a rare source from a new one
  std::vector<Batch> batches;
};

Rhythm read_rhythm(std::string_view memory);
std::string write_rhythm(const Rhythm& rhythm);

// The memory with the entries added that a document showed for the first time: `stated` holds what each says of its
// publication. `last_look` is when the source last answered without them; absent on a first poll, when only stated
// instants count: the rest of a backlog came out nobody knows when. Later a stated instant counts when it lies between
// the last look and now; else the entry came out between the two, whatever it says.
std::string remember(std::string_view memory, const std::vector<std::optional<base::Instant>>& stated,
                     std::optional<base::Instant> last_look, base::Instant now);

}  // namespace rapporteur::schedule
