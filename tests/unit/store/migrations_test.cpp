#include "store/migrations.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/database.h"
#include "store/upkeep.h"
#include "support/store.h"

using namespace rapporteur;
using store::OpenCode;

BOOST_AUTO_TEST_SUITE(migrations_test)

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// With SQLite alone, as another program would.
void run_sql(const std::string& path, const std::string& sql) {
  sqlite3* raw = nullptr;
  BOOST_REQUIRE(sqlite3_open(path.c_str(), &raw) == SQLITE_OK);
  BOOST_REQUIRE(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(raw);
}

void check_refused(const support::TemporaryStore& temporary, OpenCode code, const std::string& words) {
  const std::string before = bytes_of(temporary.settings.path);
  const auto writer = store::Writer::open(temporary.settings);
  BOOST_TEST_REQUIRE(writer.has_error());
  BOOST_TEST((writer.error().code == code), writer.error().text);
  BOOST_TEST(writer.error().text.find(words) != std::string::npos, writer.error().text);
  BOOST_TEST(writer.error().text.find(temporary.settings.path) != std::string::npos);
  const auto readers = store::Readers::open(temporary.settings);
  BOOST_TEST_REQUIRE(readers.has_error());
  BOOST_TEST((readers.error().code == code), readers.error().text);
  BOOST_TEST((bytes_of(temporary.settings.path) == before));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_store_is_ours_and_current) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  BOOST_TEST(database.integer_of("pragma application_id") == 0x72617070);
  BOOST_TEST(database.integer_of("pragma user_version") == store::current_schema());
  BOOST_TEST(store::find_damage(database) == "");
}

BOOST_AUTO_TEST_CASE(migrating_twice_changes_nothing) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  const std::string before = bytes_of(temporary.settings.path);
  temporary.writer()->close();
  BOOST_TEST((bytes_of(temporary.settings.path) == before));
}

// What later schemas did is undone: what is left is a store as schema 1 wrote it.
BOOST_AUTO_TEST_CASE(a_store_of_schema_1_keeps_its_sources) {
  support::TemporaryStore temporary;
  {
    const auto writer = temporary.writer();
    support::follow(*writer, {support::source_named("who")}, base::Instant{});
    writer->close();
  }
  for (const char* column :
       {"state text not null default ''", "reason text not null default ''", "http_status integer not null default 0",
        "last_attempt integer", "last_ok integer", "next_poll integer not null default 0",
        "next_poll_reason text not null default ''", "next_poll_is_binding integer not null default 0",
        "failures integer not null default 0", "failing_since integer", "newest integer",
        "entries integer not null default 0", "polls integer not null default 0",
        "not_modified integer not null default 0", "bytes integer not null default 0"})
    run_sql(temporary.settings.path, std::string("alter table source add column ") + column);
  run_sql(temporary.settings.path,
          "update source set (state, reason, http_status, last_ok, next_poll, next_poll_reason, failures, polls) = "
          "('failing', 'HTTP 404', 404, 7000, 9000, 'backed off', 3, 12)");
  run_sql(temporary.settings.path, "drop table poll");
  for (const char* column :
       {"moved_to", "moved_since", "rhythm", "last_full", "last_news", "last_count", "certificate_until", "hub",
        "hub_topic", "pushed_until", "asked_with", "plea_host", "plea_until"})
    run_sql(temporary.settings.path, std::string("alter table source drop column ") + column);
  run_sql(temporary.settings.path, "alter table entry_key drop column markup_hash");
  run_sql(temporary.settings.path, "drop table subscription");
  run_sql(temporary.settings.path, "drop table attempt");
  run_sql(temporary.settings.path, "pragma user_version = 1");
  const auto writer = temporary.writer();
  const auto states = support::follow(*writer, {support::source_named("who")}, base::Instant{} + std::chrono::hours(1));
  BOOST_TEST_REQUIRE(states.size() == 1u);
  BOOST_TEST((states[0].state == feed::State::failing));
  BOOST_TEST(states[0].reason == "HTTP 404");
  BOOST_TEST(states[0].http_status == 404);
  BOOST_TEST((states[0].last_ok == base::Instant{std::chrono::seconds(7)}));
  BOOST_TEST((states[0].next_poll == base::Instant{std::chrono::seconds(9)}));
  BOOST_TEST(states[0].next_poll_reason == "backed off");
  BOOST_TEST(states[0].failures == 3);
  BOOST_TEST(states[0].polls == 12u);
  BOOST_TEST(!states[0].last_attempt);
  BOOST_TEST(states[0].rhythm == "");
  BOOST_TEST(!states[0].last_full);
}

BOOST_AUTO_TEST_CASE(an_empty_file_becomes_a_store) {
  support::TemporaryStore temporary;
  std::ofstream(temporary.settings.path).flush();
  BOOST_TEST(store::Writer::open(temporary.settings).has_value());
}

// Killed after the switch to WAL and before the first commit: a database without tables.
BOOST_AUTO_TEST_CASE(a_database_without_tables_becomes_a_store) {
  support::TemporaryStore temporary;
  run_sql(temporary.settings.path, "pragma journal_mode = wal");
  BOOST_TEST(store::Writer::open(temporary.settings).has_value());
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_refused_and_not_touched) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  run_sql(temporary.settings.path, "pragma user_version = 99");
  check_refused(temporary, OpenCode::newer_schema, "newer rapporteur (schema 99");
  BOOST_TEST(!std::filesystem::exists(temporary.settings.path + "-wal"));
  BOOST_TEST(!std::filesystem::exists(temporary.settings.path + "-shm"));
}

// The newer program was killed: its schema stands in the WAL only, the file's header is still today's.
BOOST_AUTO_TEST_CASE(a_newer_schema_in_the_log_is_refused_and_not_touched) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  const pid_t child = ::fork();
  if (child == 0) {
    sqlite3* raw = nullptr;
    sqlite3_open(temporary.settings.path.c_str(), &raw);
    sqlite3_exec(raw, "pragma user_version = 99", nullptr, nullptr, nullptr);
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  const std::string log = bytes_of(temporary.settings.path + "-wal");
  BOOST_TEST_REQUIRE(!log.empty());
  check_refused(temporary, OpenCode::newer_schema, "newer rapporteur (schema 99");
  BOOST_TEST((bytes_of(temporary.settings.path + "-wal") == log));
}

BOOST_AUTO_TEST_CASE(a_database_of_another_program_is_refused_and_not_touched) {
  for (const char* sql : {"create table bookmarks (a)", "create table t (a); pragma application_id = 7",
                          "pragma user_version = 3; create table t (a)"}) {
    support::TemporaryStore temporary;
    run_sql(temporary.settings.path, sql);
    check_refused(temporary, OpenCode::not_a_store, "another program");
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_refused_and_not_touched) {
  for (const std::string& content :
       {std::string("# notes\n"), std::string(5000, 'x'), std::string("SQLite format 3")}) {
    support::TemporaryStore temporary;
    std::ofstream(temporary.settings.path) << content;
    check_refused(temporary, OpenCode::not_a_store, "no SQLite database");
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_store_gets_a_sentence) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  std::fstream file(temporary.settings.path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100);  // behind the header: the root of the schema
  file << std::string(3000, '\x55');
  file.close();
  const auto writer = store::Writer::open(temporary.settings);
  BOOST_TEST_REQUIRE(writer.has_error());
  BOOST_TEST((writer.error().code == OpenCode::damaged), writer.error().text);
  BOOST_TEST(writer.error().text.find("malformed") != std::string::npos, writer.error().text);
  BOOST_TEST(writer.error().text.find("restore a backup") != std::string::npos);
  const auto readers = store::Readers::open(temporary.settings);
  BOOST_TEST_REQUIRE(readers.has_error());
  BOOST_TEST((readers.error().code == OpenCode::damaged), readers.error().text);
}

BOOST_AUTO_TEST_CASE(a_store_cut_short_is_damaged) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  std::filesystem::resize_file(temporary.settings.path, 4096);
  const auto writer = store::Writer::open(temporary.settings);
  BOOST_TEST_REQUIRE(writer.has_error());
  BOOST_TEST((writer.error().code == OpenCode::damaged), writer.error().text);
}

BOOST_AUTO_TEST_CASE(a_directory_that_may_not_be_written_is_named) {
  support::TemporaryStore temporary;
  ::chmod(temporary.directory.path().c_str(), 0555);
  int answer[2];
  BOOST_REQUIRE(::pipe(answer) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    const bool is_unprivileged = ::geteuid() != 0 || ::setuid(nobody) == 0;
    const auto writer = is_unprivileged ? store::Writer::open(temporary.settings)
                                        : store::Writer::open({"/nowhere/store.db", std::nullopt});
    const std::string text = writer ? "opened" : writer.error().text;
    ::_exit(::write(answer[1], text.data(), text.size()) < 0);
  }
  ::close(answer[1]);
  std::string text(2000, '\0');
  const ssize_t size = ::read(answer[0], text.data(), text.size());
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  ::close(answer[0]);
  ::waitpid(child, nullptr, 0);
  ::chmod(temporary.directory.path().c_str(), 0755);
  BOOST_TEST(text.find(temporary.settings.path + ".lock: cannot be created: Permission denied") != std::string::npos,
             text);
}

BOOST_AUTO_TEST_SUITE_END()
