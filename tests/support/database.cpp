#include "support/database.h"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

namespace rapporteur::test {

std::vector<Row> query(const std::string& path, const std::string& sql) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr);  // WAL readers need the -shm
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(raw, sqlite3_close);
  if (opened != SQLITE_OK) throw std::runtime_error(path + ": " + sqlite3_errmsg(raw));
  sqlite3_busy_timeout(raw, 5000);
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(raw, sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(raw));
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
  std::vector<Row> rows;
  int step = 0;
  while ((step = sqlite3_step(prepared)) == SQLITE_ROW) {
    Row row;
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, i));
      row.emplace_back(text ? text : "(null)");
    }
    rows.push_back(std::move(row));
  }
  if (step != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(raw));
  return rows;
}

std::string value_of(const std::string& path, const std::string& sql) {
  const auto rows = query(path, sql);
  return rows.size() == 1 && rows[0].size() == 1 ? rows[0][0] : "(not one value)";
}

}  // namespace rapporteur::test
