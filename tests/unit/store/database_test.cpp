#include "store/database.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

#include "store/failure.h"
#include "store/statement.h"
#include "store/upkeep.h"
#include "support/temporary_directory.h"

using namespace rapporteur;
using store::Database;
using store::Query;
using store::Statement;

BOOST_AUTO_TEST_SUITE(database_test)

namespace {

struct Open {
  support::TemporaryDirectory directory;
  Database database{directory.file("a.db"), Database::Access::create};
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_writing_connection_has_the_settings_that_durability_rests_on) {
  Open open;
  open.database.prepare_for_writing();
  BOOST_TEST(open.database.text_of("pragma journal_mode") == "wal");
  BOOST_TEST(open.database.integer_of("pragma synchronous") == 1);
  BOOST_TEST(open.database.integer_of("pragma foreign_keys") == 1);
  BOOST_TEST(open.database.integer_of("pragma secure_delete") == 0);
  BOOST_TEST(open.database.integer_of("pragma mmap_size") == 0);
}

BOOST_AUTO_TEST_CASE(a_refusal_names_file_operation_and_reason) {
  Open open;
  open.database.doing("testing");
  try {
    open.database.execute("select * from nowhere");
    BOOST_FAIL("no failure");
  } catch (const store::Failure& failure) {
    const std::string text = failure.what();
    BOOST_TEST(text.find(open.database.path()) != std::string::npos);
    BOOST_TEST(text.find("testing failed") != std::string::npos);
    BOOST_TEST(text.find("no such table: nowhere") != std::string::npos);
    BOOST_TEST(!failure.is_disk_full());
  }
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_not_created_by_reading) {
  support::TemporaryDirectory directory;
  BOOST_CHECK_THROW(Database(directory.file("none.db"), Database::Access::read_only), store::Failure);
  BOOST_TEST(!std::filesystem::exists(directory.file("none.db")));
}

BOOST_AUTO_TEST_CASE(values_come_back_with_their_types) {
  Open open;
  open.database.execute("create table t (a integer, b text, c blob, d integer, e text) strict");
  Statement insert(open.database, "insert into t values (?, ?, ?, ?, ?)");
  std::array<unsigned char, 16> key{};
  key[3] = 0x80;
  Query(insert)
      .bind(UINT64_MAX)
      .bind(std::string_view())
      .bind(key)
      .bind(std::optional<base::Instant>())
      .bind(std::string("made") + " here")
      .run();
  Statement select(open.database, "select a, b, c, d, e, b from t");
  Query row(select);
  BOOST_TEST_REQUIRE(row.step());
  BOOST_TEST(row.number() == UINT64_MAX);
  BOOST_TEST((row.maybe_string() == std::optional<std::string>("")));  // empty, not NULL
  BOOST_TEST((row.blob() == key));
  BOOST_TEST(!row.maybe_instant().has_value());
  BOOST_TEST(row.text() == "made here");
  BOOST_TEST(row.text() == "");
  BOOST_TEST(!row.step());
}

BOOST_AUTO_TEST_CASE(text_with_a_nul_keeps_its_length) {
  Open open;
  open.database.execute("create table t (a text) strict");
  Statement insert(open.database, "insert into t values (?)");
  const std::string text("a\0b", 3);
  Query(insert).bind(text).run();
  Statement select(open.database, "select a from t");
  Query row(select);
  BOOST_TEST_REQUIRE(row.step());
  BOOST_TEST(row.string() == text);
}

BOOST_AUTO_TEST_CASE(a_statement_is_ready_again_when_its_query_ends_early) {
  Open open;
  open.database.execute("create table t (a integer); insert into t values (1), (2)");
  Statement select(open.database, "select a from t order by a");
  for (int round = 0; round < 2; ++round) {
    Query row(select);
    BOOST_TEST_REQUIRE(row.step());
    BOOST_TEST(row.integer() == 1);
  }
  open.database.execute("drop table t");  // would be locked by a statement that still runs
}

BOOST_AUTO_TEST_CASE(a_transaction_that_is_not_committed_leaves_nothing) {
  Open open;
  open.database.execute("create table t (a integer)");
  {
    store::Transaction transaction(open.database);
    open.database.execute("insert into t values (1)");
  }
  BOOST_TEST(open.database.integer_of("select count(*) from t") == 0);
  {
    store::Transaction transaction(open.database);
    open.database.execute("insert into t values (1)");
    transaction.commit();
  }
  BOOST_TEST(open.database.integer_of("select count(*) from t") == 1);
}

BOOST_AUTO_TEST_CASE(a_full_database_is_told_apart_from_other_failures) {
  Open open;
  open.database.execute("create table t (a text); pragma max_page_count = 4");
  try {
    open.database.execute("insert into t values (zeroblob(100000))");
    BOOST_FAIL("no failure");
  } catch (const store::Failure& failure) {
    BOOST_TEST(failure.is_disk_full());
    BOOST_TEST(!failure.is_damage());
  }
}

BOOST_AUTO_TEST_CASE(closing_tidily_leaves_one_file) {
  support::TemporaryDirectory directory;
  const std::string path = directory.file("a.db");
  {
    Database database(path, Database::Access::create);
    database.prepare_for_writing();
    database.execute("create table t (a integer); insert into t values (1)");
    BOOST_TEST(std::filesystem::file_size(path + "-wal") > 0U);
    store::tidy_for_close(database);
    BOOST_TEST(std::filesystem::file_size(path + "-wal") == 0U);
  }
  BOOST_TEST(!std::filesystem::exists(path + "-wal"));
  BOOST_TEST(store::bytes_on_disk(path) == std::filesystem::file_size(path));
}

BOOST_AUTO_TEST_SUITE_END()
