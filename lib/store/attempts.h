// The table `attempt`: who was asked and whose answer is not on record, in one row for all who set out together. To
// rewrite the row of each source for that would cost as much as its answer. Used by sources.cpp, on the writer's
// thread.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "store/statement.h"
#include "store/store.h"

namespace rapporteur::store {

class Database;

class AttemptTable {
 public:
  explicit AttemptTable(Database& database);

  // In the caller's transaction; forgets groups of which all have answered.
  void note(const std::vector<Attempt>& attempts);
  void answered(base::SourceId source);
  // All that is on record stands elsewhere now.
  void clear();
  // After a rollback an answer may be missing that was counted: what is on record stays until clear().
  void forget();

 private:
  void settle(std::int64_t group);

  Database& database_;
  Statement insert_, delete_, clear_;
  std::unordered_map<base::SourceId, std::int64_t> asked_;    // the group of each
  std::unordered_map<std::int64_t, std::size_t> unanswered_;  // of each group
  std::vector<std::int64_t> over_;
};

// The latest attempt of each source that is on record; whoever answered since says so in `poll`.
std::unordered_map<base::SourceId, Attempt> read_attempts(Database& database);

}  // namespace rapporteur::store
