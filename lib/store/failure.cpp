#include "store/failure.h"

#include <sqlite3.h>

namespace rapporteur::store {

namespace {

int primary(int extended_code) { return extended_code & 0xff; }

}  // namespace

// ENOSPC is SQLITE_FULL; a quota or a file size limit (EDQUOT, EFBIG) only shows as a failed write.
bool Failure::is_disk_full() const {
  return primary(extended_code_) == SQLITE_FULL || extended_code_ == SQLITE_IOERR_WRITE;
}

bool Failure::is_damage() const {
  return primary(extended_code_) == SQLITE_CORRUPT || primary(extended_code_) == SQLITE_NOTADB;
}

bool Failure::is_busy() const {
  return primary(extended_code_) == SQLITE_BUSY || primary(extended_code_) == SQLITE_LOCKED;
}

}  // namespace rapporteur::store
