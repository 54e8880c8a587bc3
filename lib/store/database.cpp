#include "store/database.h"

#include <sqlite3.h>

#include <utility>

#include "store/failure.h"
#include "store/statement.h"

namespace rapporteur::store {

namespace {

// Somebody's sqlite3 shell may hold the file for a moment; longer than this is a failure worth a sentence.
constexpr int writer_patience_ms = 5000;
// Readers wait only while a WAL is being recovered: a writer never blocks them.
constexpr int reader_patience_ms = 1000;
constexpr std::int64_t log_bytes = std::int64_t{32} << 20;  // between two checkpoints

int flags_of(Database::Access access) {
  switch (access) {
    case Database::Access::read_only:
      return SQLITE_OPEN_READONLY;
    case Database::Access::read_write:
      return SQLITE_OPEN_READWRITE;
    case Database::Access::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

// What SQLite counts of its memory, under a lock for each piece, nobody here asks for. Before the first connection.
void count_no_memory() { [[maybe_unused]] static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

}  // namespace

Database::Database(std::string path, Access access) : path_(std::move(path)) {
  count_no_memory();
  const int flags = flags_of(access) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
  const int code = sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr);
  if (code == SQLITE_OK) return;
  const std::string words = handle_ ? sqlite3_errmsg(handle_) : "out of memory";
  sqlite3_close_v2(handle_);
  throw Failure("store " + path_ + ": opening failed: " + words, code);
}

Database::~Database() { sqlite3_close_v2(handle_); }

// synchronous NORMAL: a commit is in the WAL, in the kernel's hands, when it returns, so the death of this process
// (kill -9, a crash) loses nothing. Power loss may take the last commits, never part of one and never the file's
// consistency: WAL frames are checksummed and checkpoints sync. What is lost then is asked for again, because the
// validators of a poll are in the same transaction as its entries.
// No mmap: a failing disk would be a SIGBUS instead of an error. secure_delete, on in Debian's build, would overwrite
// with zeros what is public anyway. Pages of 16 KB in a new store, not 4: an entry is of three or so, and would have a
// page for itself; whatever is written costs fewer calls. A checkpoint each 32 MB of log, not each 4: the pages of the
// indices, which every harvest writes, are then copied into the file an eighth as often. The cache holds what fifty
// first harvests write: a page that had to leave it before the commit and comes back is written over in the log, and
// SQLite reads all that follows again, for its checksums.
void Database::prepare_for_writing() {
  sqlite3_busy_timeout(handle_, writer_patience_ms);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  execute("pragma page_size = 16384");  // nothing but a wish in a store that has pages
  const std::string mode = text_of("pragma journal_mode = wal");
  if (mode != "wal")  // the pragma answers with the old mode instead of failing
    throw Failure(
        "store " + path_ + ": its file system cannot hold a write-ahead log (journal mode stays " + mode + ")",
        SQLITE_CANTOPEN);
  execute(
      "pragma synchronous = normal; pragma foreign_keys = on; pragma secure_delete = off; pragma cache_size = -12288;"
      "pragma mmap_size = 0; pragma temp_store = memory; pragma trusted_schema = off");
  execute(("pragma journal_size_limit = " + std::to_string(log_bytes)).c_str());
  const std::int64_t pages = log_bytes / integer_of("pragma page_size");
  execute(("pragma wal_autocheckpoint = " + std::to_string(pages)).c_str());
}

void Database::prepare_for_reading() {
  sqlite3_busy_timeout(handle_, reader_patience_ms);
  execute("pragma query_only = on; pragma cache_size = -1024; pragma mmap_size = 0; pragma trusted_schema = off");
}

void Database::leave_untouched_on_close(bool is_untouched) {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_untouched ? 1 : 0, nullptr);
}

void Database::drop_cache() { sqlite3_db_release_memory(handle_); }

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Database::integer_of(const char* sql) {
  Statement statement(*this, sql);
  Query query(statement);
  return query.step() ? query.integer() : 0;
}

std::string Database::text_of(const char* sql) {
  Statement statement(*this, sql);
  Query query(statement);
  return query.step() ? std::string(query.text()) : std::string();
}

std::int64_t Database::changed_rows() const { return sqlite3_changes64(handle_); }

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }

void Database::fail(int code) const {
  throw Failure("store " + path_ + ": " + operation_ + " failed: " + sqlite3_errmsg(handle_) + " (SQLite " +
                    std::to_string(code) + ")",
                code);
}

Transaction::Transaction(Database& database) : database_(database) { database_.execute("begin immediate"); }

Transaction::~Transaction() {
  // SQLite has rolled back by itself after some errors; then there is nothing left to do.
  if (is_open_ && sqlite3_get_autocommit(database_.handle()) == 0)
    sqlite3_exec(database_.handle(), "rollback", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("commit");
  is_open_ = false;
}

}  // namespace rapporteur::store
