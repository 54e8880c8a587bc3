// A prepared statement, and one use of it. Statements live as long as their connection; a Query binds, steps and leaves
// the statement ready for the next. Same thread as the connection.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

struct sqlite3_stmt;

namespace rapporteur::store {

class Database;

class Statement {
 public:
  Statement(Database& database, std::string_view sql);  // throws Failure
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

 private:
  friend class Query;
  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
};

// Parameters are bound in the order of the calls, columns are read in the order of the calls, so that a list of columns
// stands once, beside the two functions that follow it. A bound view must live until the Query ends; a bound temporary
// string is copied. A view that is read lives until the next step.
class Query {
 public:
  explicit Query(Statement& statement);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t value);
  Query& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  Query& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Query& bind(bool value) { return bind(std::int64_t{value}); }
  Query& bind(std::string_view text);
  Query& bind(const std::string& text) { return bind(std::string_view(text)); }
  Query& bind(const char* text) { return bind(std::string_view(text)); }
  Query& bind(std::string&& text);
  Query& bind(const std::array<unsigned char, 16>& blob);
  Query& bind(base::Instant instant) { return bind(std::int64_t{instant.time_since_epoch().count()}); }
  Query& bind(base::Duration duration) { return bind(std::int64_t{duration.count()}); }
  template <class T>
  Query& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind_null();
  }
  Query& bind_null();

  bool step();  // true: there is a row to read
  void run();   // a statement that gives no rows

  std::int64_t integer();
  std::uint64_t number() { return static_cast<std::uint64_t>(integer()); }
  bool flag() { return integer() != 0; }
  std::string_view text();
  std::string string() { return std::string(text()); }
  std::optional<std::string> maybe_string();
  base::Instant instant() { return base::Instant(base::Duration(integer())); }
  std::optional<base::Instant> maybe_instant();
  std::optional<base::Duration> maybe_duration();
  std::array<unsigned char, 16> blob();  // zeros when the column holds anything else

 private:
  void check(int code) const;
  bool is_null() const;

  Database& database_;
  sqlite3_stmt* handle_;
  int parameter_ = 0;
  int column_ = 0;
};

}  // namespace rapporteur::store
