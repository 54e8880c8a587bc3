// Care of the file: what is done when a store is closed, and whether it is sound. Called by writer.cpp and tests.
#pragma once

#include <cstdint>
#include <string>

namespace rapporteur::store {

class Database;

// Refreshes the planner's statistics where they are stale and brings the WAL into the main file, which then is the
// whole store: a copy of it alone is a backup. Readers that still look at the WAL make it leave the rest for the next
// time.
void tidy_for_close(Database& database);

// "" when SQLite finds nothing wrong and no row points nowhere; else what is wrong. Reads the whole file.
std::string find_damage(Database& database);

// The file and its WAL; 0 when they do not exist.
std::uint64_t bytes_on_disk(const std::string& path);

}  // namespace rapporteur::store
