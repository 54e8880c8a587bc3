// All that one refresh taught us: a failed fetch is a harvest with nothing in it. engine::digest makes it, the store
// writes it whole in one transaction. Plain values; moved from the worker to the writer.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/outcome.h"
#include "feed/article.h"
#include "feed/source.h"

namespace rapporteur::feed {

// What the store knows of the entries of one source, by every key on record.
struct KnownEntry {
  base::EntryId row{};
  std::uint64_t raw_hash = 0;
  std::uint64_t text_hash = 0;
  std::uint64_t markup_hash = 0;  // feed::Entry::markup_hash; 0: not known by its bytes
};
struct EntryKeyHash {
  std::size_t operator()(const EntryKey& key) const;
};
using KnownEntries = std::unordered_map<EntryKey, KnownEntry, EntryKeyHash>;

struct Harvest {
  base::Outcome outcome = base::Outcome::failed;
  base::Instant at{};  // when the answer was complete
  SourceState state;   // the source as it is to be remembered (next_poll, validators, reason and counters included)
  std::vector<Article> articles;  // new ones and changed ones (`row` set when known); unchanged ones are not here
  std::size_t entries_in_document = 0;
};

}  // namespace rapporteur::feed
