// The tables `story`, `story_alias` and `whole`: which story an entry belongs to and what is known of all of them.
// StoryTable is used by writer.cpp inside its transactions, StoryReader by readers.cpp.
// Until clustering lands each entry founds a story; readers already read stories of several entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "feed/story.h"
#include "store/statement.h"

namespace rapporteur::store {

class Database;

class StoryTable {
 public:
  explicit StoryTable(Database& database);

  // A story of its own for an entry that is about to be added with `row`; its order key is the entry's.
  base::StoryId found(const feed::Article& article, base::EntryId row, base::Instant order_key);
  // After an entry of it changed: the union of its entries' labels.
  void relabel(base::StoryId story);
  // Keeps the greatest instant ever issued, the last change whatever its date, and the count of stories.
  void note(base::Instant issued, base::Instant changed, std::uint32_t founded);

 private:
  Statement insert_, labels_, relabel_, note_;
  Database& database_;
};

class StoryReader {
 public:
  explicit StoryReader(Database& database);

  std::vector<feed::Story> latest(std::size_t limit);
  std::vector<feed::Story> between(base::Instant from, base::Instant to, std::size_t limit);
  std::optional<feed::Story> one(base::StoryId id);
  std::vector<feed::Revision> revisions(base::EntryId lead);
  std::optional<base::Instant> order_key_before(base::Instant from);
  std::optional<base::Instant> order_key_from(base::Instant to);

 private:
  using Facts = std::map<std::int64_t, std::shared_ptr<const feed::SourceFacts>>;  // by the source's row
  std::shared_ptr<const feed::SourceFacts> facts_of(std::int64_t source, Facts& known);
  std::vector<feed::Copy> copies_of(const feed::Story& story);
  std::vector<feed::Story> collect(Query& row);

  Statement latest_, between_, one_, revisions_, before_, from_, facts_, copies_;
};

}  // namespace rapporteur::store
