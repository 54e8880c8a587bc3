// The store as a person's own query sees it: SQLite's library, the stable views, nothing of ours in between.
#pragma once

#include <string>
#include <vector>

namespace rapporteur::test {

using Row = std::vector<std::string>;  // NULL is "(null)"

// Read-only; throws std::runtime_error with SQLite's words.
std::vector<Row> query(const std::string& path, const std::string& sql);
// The one value of a query ("select count(*) …").
std::string value_of(const std::string& path, const std::string& sql);

}  // namespace rapporteur::test
