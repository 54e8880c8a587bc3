#include <boost/test/unit_test.hpp>

#include "store/database.h"
#include "store/failure.h"
#include "store/store.h"
#include "store/upkeep.h"
#include "support/failing_disk.h"
#include "support/store.h"

// Harvests of several sources in one transaction: what they are to each other.
using namespace rapporteur;
using support::article_named;
using support::at;
using support::harvest_of;
using support::source_named;

namespace {

struct Group {
  Group() {
    for (const char* id : {"who", "fao", "ilo"}) sources.push_back(source_named(id));
    states = support::follow(*writer, sources, at(0));
  }
  store::Harvested of(std::size_t place, std::vector<feed::Article> articles, base::Instant when) {
    store::Harvested one;
    one.source = sources[place];
    one.harvest = harvest_of(states[place], std::move(articles), when);
    return one;
  }
  std::vector<store::Committed> apply(std::vector<store::Harvested> group) { return writer->apply(group); }
  std::string words(const char* sql) const {
    store::Database database(temporary.settings.path, store::Database::Access::read_only);
    return database.text_of(sql);
  }
  void execute(const char* sql) const {
    store::Database database(temporary.settings.path, store::Database::Access::read_write);
    database.execute(sql);
  }

  support::TemporaryStore temporary;
  std::unique_ptr<store::Writer> writer = temporary.writer();
  std::vector<std::shared_ptr<const feed::SourceSettings>> sources;
  std::vector<feed::SourceState> states;
};

constexpr const char* all_entries =
    "select group_concat(line, ' ') from (select source.name || ':' || entry.id || ':' || entry.original_id || ':' || "
    "entry.summary as line from entry join source on source.id = entry.source order by entry.id)";

// An entry with these words makes its whole transaction fail.
constexpr const char* poison =
    "create trigger poison before insert on entry when new.summary = 'poison' begin select raise(abort, 'poisoned'); "
    "end";

}  // namespace

BOOST_AUTO_TEST_SUITE(group_test)

BOOST_AUTO_TEST_CASE(a_group_is_what_its_harvests_are_one_after_the_other) {
  const auto first = [](Group& g) {
    return std::vector<store::Harvested>{g.of(0, {article_named("a"), article_named("b")}, at(1)), g.of(1, {}, at(2)),
                                         g.of(2, {article_named("c")}, at(3))};
  };
  Group together, apart;
  std::vector<store::Committed> committed = together.apply(first(together));
  for (store::Harvested& one : first(apart)) apart.writer->apply(*one.source, std::move(one.harvest));
  BOOST_TEST_REQUIRE(committed.size() == 3u);
  BOOST_TEST(committed[0].change.added == 2u);
  BOOST_TEST(committed[0].change.state.entries == 2u);
  BOOST_TEST((committed[1].change.outcome == base::Outcome::unchanged));
  BOOST_TEST(committed[2].change.added == 1u);
  for (const store::Committed& one : committed) BOOST_TEST(!one.failure);
  BOOST_TEST(together.words(all_entries) == "who:1:a:Text who:2:b:Text ilo:3:c:Text");
  for (const char* sql : {all_entries, "select group_concat(source || reason || entries || polls, ' ') from poll",
                          "select last_issued || ' ' || last_changed || ' ' || stories from whole",
                          "select group_concat(source || hex(key) || entry, ' ') from entry_key"})
    BOOST_TEST(together.words(sql) == apart.words(sql));
}

BOOST_AUTO_TEST_CASE(who_fails_takes_no_other_one_down) {
  Group g;
  g.apply({g.of(0, {article_named("old", "Text")}, at(1))});
  g.execute(poison);
  std::vector<store::Committed> committed = g.apply({
      g.of(0, {article_named("old", "Edited"), article_named("a")}, at(2)),
      g.of(1, {article_named("b"), article_named("x", "poison")}, at(3)),
      g.of(2, {article_named("c")}, at(4)),
  });
  BOOST_TEST_REQUIRE(committed.size() == 3u);
  BOOST_TEST(!committed[0].failure);
  BOOST_TEST(committed[0].change.added == 1u);
  BOOST_TEST(committed[0].change.revised == 1u);
  BOOST_TEST(!committed[2].failure);
  BOOST_CHECK_EXCEPTION(std::rethrow_exception(committed[1].failure), store::Failure, [](const auto& failure) {
    return std::string(failure.what()).find("poisoned") != std::string::npos;
  });
  BOOST_TEST(g.words(all_entries) == "who:1:old:Edited who:2:a:Text ilo:3:c:Text");
  BOOST_TEST(g.words("select group_concat(entries, ' ') from poll order by source") == "2 0 1");
  g.execute("drop trigger poison");
  committed = g.apply({g.of(1, {article_named("b"), article_named("x", "poison")}, at(5))});
  BOOST_TEST(committed[0].change.added == 2u);
  BOOST_TEST(g.words(all_entries) == "who:1:old:Edited who:2:a:Text ilo:3:c:Text fao:4:b:Text fao:5:x:poison");
}

// The row that digest knew an entry by is overwritten by an attempt; the next one must not go by that.
BOOST_AUTO_TEST_CASE(an_entry_whose_id_changed_is_found_in_the_second_attempt_too) {
  Group g;
  g.apply({g.of(0, {article_named("old")}, at(1))});
  g.execute(poison);
  feed::Article renamed = article_named("renamed", "Edited");
  renamed.row = base::EntryId{1};
  const auto committed =
      g.apply({g.of(0, {article_named("new"), renamed}, at(2)), g.of(1, {article_named("x", "poison")}, at(3))});
  BOOST_TEST(committed[0].change.added == 1u);
  BOOST_TEST(committed[0].change.revised == 1u);
  BOOST_TEST(g.words(all_entries) == "who:1:renamed:Edited who:2:new:Text");
}

BOOST_AUTO_TEST_CASE(an_answer_that_waited_is_not_written_over_a_harvest_of_the_group) {
  Group g;
  feed::SourceState waiting = g.states[2], other = g.states[1];
  waiting.reason = other.reason = "waited";
  g.writer->keep({waiting, other});
  g.states[2].reason = "harvested";
  g.apply({g.of(0, {article_named("a")}, at(1)), g.of(2, {article_named("c")}, at(2))});
  BOOST_TEST(g.words("select group_concat(reason, ' ') from (select reason from poll order by source)") ==
             " waited harvested");
  BOOST_TEST(!g.writer->has_unflushed());
}

// Whatever operation of the disk fails: who is told that it was kept was kept, whole, and nobody else was.
BOOST_AUTO_TEST_CASE(a_disk_error_at_any_operation_keeps_each_whole_or_not_at_all) {
  support::FailingDisk disk;
  bool has_ended = false;
  for (std::uint64_t n = 1; !has_ended && n < 200; ++n) {
    Group g;
    g.apply({g.of(0, {article_named("first")}, at(1))});
    std::vector<store::Harvested> group;
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string name = g.sources[i]->id;
      group.push_back(g.of(i, {article_named(name + "1"), article_named(name + "2")}, at(2)));
    }
    disk.fail_after(n, support::FailingDisk::Kind::io_error, n % 2 == 0);
    const auto committed = g.apply(std::move(group));
    has_ended = disk.operations() < n;
    disk.heal();
    g.writer.reset();
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string sql = "select count(*) from entry join source on source.id = entry.source where name = '" +
                              g.sources[i]->id + "' and original_id <> 'first'";
      store::Database database(g.temporary.settings.path, store::Database::Access::read_only);
      BOOST_TEST(database.integer_of(sql.c_str()) == (committed[i].failure ? 0 : 2), n << ", " << g.sources[i]->id);
      BOOST_TEST(store::find_damage(database) == "");
    }
  }
  BOOST_TEST(has_ended);
}

BOOST_AUTO_TEST_SUITE_END()
