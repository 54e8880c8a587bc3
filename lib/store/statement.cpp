#include "store/statement.h"

#include <sqlite3.h>

#include <cassert>
#include <cstring>

#include "store/database.h"

namespace rapporteur::store {

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK) database.fail(code);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Query::Query(Statement& statement) : database_(statement.database_), handle_(statement.handle_) {
  assert(!sqlite3_stmt_busy(handle_) && "a statement serves one query at a time");
}

Query::~Query() { sqlite3_reset(handle_); }

void Query::check(int code) const {
  if (code != SQLITE_OK) database_.fail(code);
}

Query& Query::bind(std::int64_t value) {
  check(sqlite3_bind_int64(handle_, ++parameter_, value));
  return *this;
}

Query& Query::bind(std::string_view text) {
  const char* bytes = text.data() ? text.data() : "";  // a null pointer would bind NULL
  check(sqlite3_bind_text64(handle_, ++parameter_, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::bind(std::string&& text) {
  if (text.empty()) return bind(std::string_view(""));  // nothing to copy
  check(sqlite3_bind_text64(handle_, ++parameter_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Query& Query::bind(const std::array<unsigned char, 16>& blob) {
  check(sqlite3_bind_blob64(handle_, ++parameter_, blob.data(), blob.size(), SQLITE_STATIC));
  return *this;
}

Query& Query::bind_null() {
  check(sqlite3_bind_null(handle_, ++parameter_));
  return *this;
}

bool Query::step() {
  assert(parameter_ == sqlite3_bind_parameter_count(handle_) && "every parameter is bound, old values are not reused");
  column_ = 0;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

void Query::run() {
  const bool has_row = step();
  assert(!has_row);
  static_cast<void>(has_row);
}

bool Query::is_null() const { return sqlite3_column_type(handle_, column_) == SQLITE_NULL; }

std::int64_t Query::integer() { return sqlite3_column_int64(handle_, column_++); }

std::string_view Query::text() {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column_));
  const int size = sqlite3_column_bytes(handle_, column_++);
  return bytes ? std::string_view(bytes, static_cast<std::size_t>(size)) : std::string_view();
}

std::optional<std::string> Query::maybe_string() {
  if (!is_null()) return string();
  ++column_;
  return std::nullopt;
}

std::optional<base::Instant> Query::maybe_instant() {
  if (!is_null()) return instant();
  ++column_;
  return std::nullopt;
}

std::optional<base::Duration> Query::maybe_duration() {
  if (!is_null()) return base::Duration(integer());
  ++column_;
  return std::nullopt;
}

std::array<unsigned char, 16> Query::blob() {
  std::array<unsigned char, 16> bytes{};
  const void* data = sqlite3_column_blob(handle_, column_);
  if (data && sqlite3_column_bytes(handle_, column_) == static_cast<int>(bytes.size()))
    std::memcpy(bytes.data(), data, bytes.size());
  ++column_;
  return bytes;
}

}  // namespace rapporteur::store
