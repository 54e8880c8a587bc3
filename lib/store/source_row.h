// A row of the tables `source` and `poll`: its columns, and how they become feed's structs and back. Used by
// sources.cpp alone to write, by readers.cpp to read; a column is added here and in migrations.cpp, nowhere else.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "feed/source.h"
#include "store/statement.h"

namespace rapporteur::store {

class Database;

// `settings` holds what the store keeps of them: id, url, agency, title, rights, credit, republish.
struct StoredSource {
  feed::SourceSettings settings;
  feed::SourceState state;
  std::uint64_t asked_with = 0;  // feed::asked_with; 0: not known
  bool is_followed = false;
  bool is_unanswered = false;  // it was asked since its last answer: the state says what that means
};
// One after the other, by row, with the attempts that have no answer on record; `take` may keep what it is given, and
// must not write to the tables.
void read_sources(Database& database, const std::function<void(StoredSource&)>& take);

// Three groups of columns, each a list of names, with the function that binds them in that order.
struct ColumnGroup {
  const char* names;
  int count;
  std::string marks() const;  // "?, ?, …"
};
extern const ColumnGroup configured_columns;  // what the configuration says
extern const ColumnGroup answer_columns;      // changed by every answer: the table `poll`
extern const ColumnGroup head_columns;        // changed by some documents
void bind_configured(Query& query, const feed::SourceSettings& settings, bool is_followed);
void bind_answer(Query& query, const feed::SourceState& state);
void bind_head(Query& query, const feed::SourceState& state);

// Tells whether the head columns changed since they were last written. Never 0; in memory only.
std::uint64_t head_hash(const feed::SourceState& state);

}  // namespace rapporteur::store
