// One connection to the file, owned. Used by writer.cpp (one, read and write) and readers.cpp (several, read only); one
// thread at a time. Every refusal of SQLite becomes a Failure that names the file and what was being done.
#pragma once

#include <cstdint>
#include <string>

struct sqlite3;

namespace rapporteur::store {

class Database {
 public:
  enum class Access { read_only, read_write, create };

  Database(std::string path, Access access);  // throws Failure
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Settings of a connection that writes: WAL, foreign keys, caches. Creates the file's first page.
  void prepare_for_writing();
  // Settings of a connection that only reads.
  void prepare_for_reading();
  // While true, closing leaves main file and WAL as they are: for a file that turns out not to be ours.
  void leave_untouched_on_close(bool is_untouched);

  void execute(const char* sql);             // one or more statements without results
  std::int64_t integer_of(const char* sql);  // first column of the first row; 0 without rows
  std::string text_of(const char* sql);      // the same; "" without rows

  std::int64_t changed_rows() const;  // by the last insert, update or delete
  std::int64_t last_row() const;      // id of the last insert

  // What is being done, for the sentence of a Failure: "storing a harvest". Must outlive the connection (a literal).
  void doing(const char* operation) { operation_ = operation; }
  [[noreturn]] void fail(int code) const;

  // What the page cache holds goes back to malloc; pages are read again when they are needed.
  void drop_cache();
  sqlite3* handle() const { return handle_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  const char* operation_ = "opening";
  sqlite3* handle_ = nullptr;
};

// BEGIN IMMEDIATE to commit(); rolled back when it goes out of scope before.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace rapporteur::store
