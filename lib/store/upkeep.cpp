#include "store/upkeep.h"

#include <sqlite3.h>

#include <filesystem>
#include <system_error>

#include "store/database.h"
#include "store/statement.h"

namespace rapporteur::store {

namespace {

// What foreign keys do not watch (see migrations.cpp); each gives 0 in a sound store.
struct Rule {
  const char* says;
  const char* count;
};
constexpr Rule rules[] = {
    {"keys without entry",
     "select count(*) from entry_key where entry is not null and entry not in (select id from entry)"},
    {"entries without key",
     "select count(*) from entry where id not in (select entry from entry_key where entry is not null)"},
    {"stories without lead", "select count(*) from story where lead not in (select id from entry)"},
    {"wrong counts of entries",
     "select count(*) from poll where entries <> (select count(*) from entry where entry.source = poll.source)"},
    {"wrong count of stories", "select count(*) from whole where stories <> (select count(*) from story)"},
};

}  // namespace

void tidy_for_close(Database& database) {
  database.execute("pragma analysis_limit = 400; pragma optimize");
  const int code = sqlite3_wal_checkpoint_v2(database.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK && code != SQLITE_BUSY) database.fail(code);
}

std::string find_damage(Database& database) {
  std::string words = database.text_of("pragma integrity_check");
  if (words != "ok") return words;
  if (database.integer_of("select count(*) from pragma_foreign_key_check") > 0) return "rows without their parents";
  for (const Rule& rule : rules)
    if (database.integer_of(rule.count) > 0) return rule.says;
  return {};
}

std::uint64_t bytes_on_disk(const std::string& path) {
  std::uint64_t bytes = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path + suffix, error);
    if (!error) bytes += size;
  }
  return bytes;
}

}  // namespace rapporteur::store
