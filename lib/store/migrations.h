// The schema: which file is ours, which version it has, and the list of steps that bring it to today's. Called while a
// store is opened, by Writer (check, then migrate) and Readers (check only).
// To change the schema: append a step to the list in migrations.cpp. A step that was released never changes.
#pragma once

#include <optional>
#include <string>

#include "store/store.h"

namespace rapporteur::store {

class Database;

int current_schema();

// Looks at the first page of the file without opening it as a database: a newer schema or a file that is not ours is
// known before anything could touch it. nullopt: nothing speaks against opening it, or it does not exist.
// Never while a connection of this process is open: closing the file drops its locks.
std::optional<OpenError> refuse_by_header(const std::string& path);
// The same by SQLite, which also sees what only the WAL holds. Changes nothing. Throws Failure on damage.
std::optional<OpenError> refuse_by_schema(Database& database);
// Brings an accepted store to the current schema, each step in a transaction of its own. Throws Failure.
void migrate(Database& database);

}  // namespace rapporteur::store
