// The tables `source`, `poll` and `attempt`: whom we follow, what the last refresh left, and who is being asked. Used
// by writer.cpp inside its transactions, on the writer's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "feed/packed_state.h"
#include "feed/source.h"
#include "store/attempts.h"
#include "store/source_row.h"
#include "store/statement.h"
#include "store/store.h"

namespace rapporteur::store {

class Database;

class SourceTable {
 public:
  // What the store counts by itself; the numbers of a harvest's state are replaced by these.
  struct Tally {
    std::uint64_t entries = 0;
    std::optional<base::Instant> newest;
    std::uint64_t head_hash = 0;  // of the columns that rarely change, as last written; 0: not known
  };

  explicit SourceTable(Database& database);

  std::vector<feed::PackedState> follow(const std::vector<std::shared_ptr<const feed::SourceSettings>>& sources,
                                        base::Instant now);
  // The row of a harvest's source; one that was never followed gets a row.
  base::SourceId row_of(const feed::SourceSettings& settings, const feed::SourceState& state, base::Instant now);
  const Tally& tally(base::SourceId source);
  // Only the columns that every answer changes, unless others changed too since the last write.
  void write(const feed::SourceState& state);
  void note(const std::vector<Attempt>& attempts) { attempts_.note(attempts); }
  // After a rollback: nothing that was written since the last commit may be believed.
  void forget();

 private:
  base::SourceId add(const feed::SourceSettings& settings, base::Instant now);
  void write_answer(Statement& statement, const feed::SourceState& state, base::SourceId row);
  void configure(const feed::SourceSettings& settings, base::SourceId row, bool is_followed);
  void load();

  Database& database_;
  Statement insert_, insert_poll_, configure_, unfollow_, write_answer_, write_head_, find_;
  AttemptTable attempts_;
  std::unordered_map<base::SourceId, Tally> tallies_;
  bool is_loaded_ = false;
};

}  // namespace rapporteur::store
