// What the ground does to us: kill -9, a full disk, an I/O error at each single operation, another writer.
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "store/database.h"
#include "store/failure.h"
#include "store/store.h"
#include "store/upkeep.h"
#include "support/failing_disk.h"
#include "support/store.h"

using namespace rapporteur;
using support::article_named;
using support::at;
using support::FailingDisk;
using support::harvest_of;
using support::source_named;

BOOST_AUTO_TEST_SUITE(faults_test)

namespace {

constexpr std::uint64_t entries_per_harvest = 3;

// The n-th harvest of a source: its state says by `polls` and by the validator how many were committed.
feed::Harvest numbered(feed::SourceState state, const std::string& source, std::uint64_t n) {
  state.polls = n;
  state.body_hash = n;
  state.validators = {{"https://example.int/", {"\"" + std::to_string(n) + "\"", std::nullopt}}};
  std::vector<feed::Article> articles;
  for (std::uint64_t i = 0; i < entries_per_harvest; ++i)
    articles.push_back(
        article_named(source + "-" + std::to_string(n) + "-" + std::to_string(i), std::string(3000, 'x')));
  articles.push_back(article_named(source + "-edited", "edition " + std::to_string(n)));  // and one that is edited
  return harvest_of(std::move(state), std::move(articles), at(static_cast<std::int64_t>(n)));
}

// State, validators and entries of every source tell of the same number of harvests; returns the sum of these.
std::uint64_t check_whole(const support::TemporaryStore& temporary) {
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  BOOST_TEST(store::find_damage(database) == "");
  const auto readers = temporary.readers();
  std::uint64_t harvests = 0;
  for (const feed::Source& source : readers->sources()) {
    const std::uint64_t n = source.state.polls;
    harvests += n;
    BOOST_TEST(source.state.entries == (n == 0 ? 0 : n * entries_per_harvest + 1));
    BOOST_TEST(source.state.body_hash == n);
    if (n > 0) BOOST_TEST(source.state.validators.at(0).validators.etag.value() == "\"" + std::to_string(n) + "\"");
  }
  const std::int64_t revisions = database.integer_of("select count(*) from revision");
  const std::int64_t started = database.integer_of("select count(*) from poll where polls > 0");
  BOOST_TEST(revisions == static_cast<std::int64_t>(harvests) - started);
  return harvests;
}

// Applies for ever; a byte into the pipe after each harvest that is durable.
[[noreturn]] void apply_until_killed(const store::Settings& settings, int progress) {
  auto writer = support::taken(store::Writer::open(settings));
  const auto a = source_named("a"), b = source_named("b"), quiet = source_named("quiet");
  auto states = support::follow(*writer, {a, b, quiet}, at(0));
  for (std::uint64_t n = std::min(states[0].polls, states[1].polls) + 1;; ++n) {
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& source = i == 0 ? a : b;
      if (n <= states[i].polls) continue;
      writer->apply(*source, numbered(states[i], source->id, n));
      if (::write(progress, ".", 1) != 1) ::_exit(1);
      writer->keep({states[2]});
    }
  }
}

}  // namespace

// 20 rounds on one store: kills fall into inserts, commits, checkpoints and openings after a kill; a round lets 1 to
// 20 harvests pass and then up to 2 ms more, about the time of two harvests.
BOOST_AUTO_TEST_CASE(a_killed_writer_loses_nothing_it_has_reported_and_leaves_nothing_half_done) {
  support::TemporaryStore temporary;
  std::uint64_t reported = 0;
  for (int round = 0; round < 20; ++round) {
    int progress[2];
    BOOST_REQUIRE(::pipe(progress) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(progress[0]);
      apply_until_killed(temporary.settings, progress[1]);
    }
    ::close(progress[1]);
    char dot = 0;
    for (int i = 0; i <= round; ++i) BOOST_REQUIRE(::read(progress[0], &dot, 1) == 1);
    std::this_thread::sleep_for(std::chrono::microseconds(100 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    reported += static_cast<std::uint64_t>(round) + 1;
    while (::read(progress[0], &dot, 1) == 1) ++reported;
    ::close(progress[0]);
    const std::uint64_t kept = check_whole(temporary);
    BOOST_TEST(kept >= reported);
    BOOST_TEST(kept <= reported + static_cast<std::uint64_t>(round) + 1);  // at most one per round was not yet reported
    reported = kept;
  }
}

// As curl's torture tests: fail the first disk operation, then the second, … until a harvest passes untouched.
BOOST_AUTO_TEST_CASE(a_disk_error_at_any_single_operation_keeps_all_or_nothing) {
  for (const auto kind : {FailingDisk::Kind::full, FailingDisk::Kind::io_error}) {
    FailingDisk disk;
    support::TemporaryStore temporary;
    auto writer = temporary.writer();
    const auto a = source_named("a");
    const feed::SourceState state = support::follow(*writer, {a}, at(0)).front();
    std::uint64_t applied = 0;
    bool is_done = false;
    for (std::uint64_t n = 1; !is_done && n < 500; ++n) {
      disk.fail_after(n, kind, false);
      try {
        writer->apply(*a, numbered(state, "a", applied + 1));
        ++applied;
        is_done = disk.operations() < n;
      } catch (const store::Failure& failure) {
        BOOST_TEST(failure.is_disk_full());
        BOOST_TEST(std::string(failure.what()).find("storing a harvest") != std::string::npos);
      }
      disk.heal();
      BOOST_TEST(check_whole(temporary) == applied);
    }
    BOOST_TEST(is_done);
    BOOST_TEST(applied > 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_and_the_store_works_again_once_there_is_room) {
  FailingDisk disk;
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto a = source_named("a"), b = source_named("b");
  const auto states = support::follow(*writer, {a, b}, at(0));
  writer->apply(*a, numbered(states[0], "a", 1));
  feed::SourceState answer = states[1];
  answer.failures = 7;
  writer->keep({answer});
  disk.fail_after(1, FailingDisk::Kind::full, true);
  for (int attempt = 0; attempt < 3; ++attempt) {
    try {
      writer->apply(*a, numbered(states[0], "a", 2));
      BOOST_FAIL("the disk is full");
    } catch (const store::Failure& failure) {
      BOOST_TEST(failure.is_disk_full());
      BOOST_TEST(std::string(failure.what()).find(temporary.settings.path) != std::string::npos);
      BOOST_TEST(std::string(failure.what()).find("full") != std::string::npos);
    }
    BOOST_CHECK_THROW(writer->flush(), store::Failure);
  }
  BOOST_TEST(temporary.readers()->latest_stories(9).size() == 4U);  // readers go on
  BOOST_TEST(writer->has_unflushed());
  disk.heal();
  writer->apply(*a, numbered(states[0], "a", 2));
  BOOST_TEST(!writer->has_unflushed());
  BOOST_TEST(support::follow(*writer, {b}, at(3)).front().failures == 7);  // what waited was not lost
  BOOST_TEST(support::follow(*writer, {a, b}, at(3)).front().entries == 2 * entries_per_harvest + 1);
  BOOST_TEST(check_whole(temporary) == 2U);
}

BOOST_AUTO_TEST_CASE(answers_that_cannot_be_written_wait_the_latest_of_each_source) {
  FailingDisk disk;
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  std::vector<std::shared_ptr<const feed::SourceSettings>> sources;
  for (int i = 0; i < 150; ++i) sources.push_back(source_named("s" + std::to_string(i)));
  std::vector<feed::SourceState> states = support::follow(*writer, sources, at(0));
  disk.fail_after(1, FailingDisk::Kind::full, true);
  for (std::uint64_t polls = 1; polls <= 3; ++polls) {
    for (feed::SourceState& state : states) state.polls = polls;  // SQLite writes no page whose bytes stay the same
    writer->keep(states);
    BOOST_CHECK_THROW(writer->flush(), store::Failure);
    BOOST_CHECK_THROW(writer->note({{states[0].row, at(1), at(2)}}), store::Failure);
  }
  disk.heal();
  writer->flush();
  BOOST_TEST(!writer->has_unflushed());
  for (const feed::SourceState& state : support::follow(*writer, sources, at(3))) BOOST_TEST(state.polls == 3u);
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_while_closing_does_not_stop_the_destructor) {
  FailingDisk disk;
  support::TemporaryStore temporary;
  {
    auto writer = temporary.writer();
    const auto a = source_named("a");
    writer->apply(*a, numbered(support::follow(*writer, {a}, at(0)).front(), "a", 1));
    disk.fail_after(1, FailingDisk::Kind::full, true);
  }
  disk.heal();
  temporary.writer()->close();
  BOOST_TEST(check_whole(temporary) == 1U);
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_while_opening_gives_a_sentence) {
  FailingDisk disk;
  support::TemporaryStore temporary;
  disk.fail_after(1, FailingDisk::Kind::full, true);
  const auto refused = store::Writer::open(temporary.settings);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().text.find(temporary.settings.path) != std::string::npos);
  disk.heal();
  BOOST_TEST(store::Writer::open(temporary.settings).has_value());
}

// Somebody's sqlite3 shell in a transaction: we wait for it, and readers do not notice.
BOOST_AUTO_TEST_CASE(a_foreign_transaction_is_waited_for) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto a = source_named("a");
  const feed::SourceState state = support::follow(*writer, {a}, at(0)).front();
  store::Database other(temporary.settings.path, store::Database::Access::read_write);
  other.execute("begin immediate");
  const auto readers = temporary.readers();
  std::thread release([&other] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    other.execute("rollback");
  });
  BOOST_TEST(readers->sources().size() == 1U);
  writer->apply(*a, numbered(state, "a", 1));
  release.join();
  BOOST_TEST(check_whole(temporary) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
