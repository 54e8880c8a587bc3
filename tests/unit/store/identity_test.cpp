// Is it the same entry, an edit of it, or another? Through Writer::apply, read back by Readers and by SQL.
#include <boost/test/unit_test.hpp>

#include "store/database.h"
#include "store/statement.h"
#include "store/upkeep.h"
#include "support/store.h"

using namespace rapporteur;
using support::article_named;
using support::at;
using support::harvest_of;
using support::key_of;
using support::source_named;

BOOST_AUTO_TEST_SUITE(identity_test)

namespace {

struct Followed {
  support::TemporaryStore temporary;
  std::unique_ptr<store::Writer> writer = temporary.writer();
  std::shared_ptr<const feed::SourceSettings> who = source_named("who"), fao = source_named("fao");
  std::vector<feed::SourceState> states = support::follow(*writer, {who, fao}, at(0));
  std::unique_ptr<store::Readers> readers = temporary.readers();

  feed::Change apply(std::vector<feed::Article> articles, base::Instant when) {
    return writer->apply(*who, harvest_of(states[0], std::move(articles), when));
  }
  feed::Change apply_fao(std::vector<feed::Article> articles, base::Instant when) {
    return writer->apply(*fao, harvest_of(states[1], std::move(articles), when));
  }
  feed::Article only() {
    const auto stories = readers->latest_stories(9);
    BOOST_TEST_REQUIRE(stories.size() == 1U);
    return stories.front().lead;
  }
  std::int64_t count(const char* sql) {
    return store::Database(temporary.settings.path, store::Database::Access::read_only).integer_of(sql);
  }
  ~Followed() {
    writer.reset();
    store::Database database(temporary.settings.path, store::Database::Access::read_only);
    BOOST_TEST(store::find_damage(database) == "");
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_edited_entry_is_the_same_entry_with_a_revision) {
  Followed f;
  f.apply({article_named("a")}, at(1));
  const feed::Article first = f.only();
  BOOST_TEST(!first.revised.has_value());
  feed::Article edited = article_named("a", "New words");
  edited.title = "New title";
  edited.row = first.row;
  const feed::Change change = f.apply({edited}, at(60));
  BOOST_TEST(change.revised == 1U);
  const feed::Article second = f.only();
  BOOST_TEST((second.row == first.row));
  BOOST_TEST(second.atom_id == first.atom_id);
  BOOST_TEST(second.title == "New title");
  BOOST_TEST((second.revised == at(60)));
  BOOST_TEST((second.issued == at(60)));
  BOOST_TEST((second.first_seen == at(1)));
  BOOST_TEST((second.order_key == at(1)));
  store::Database database(f.temporary.settings.path, store::Database::Access::read_only);
  BOOST_TEST(database.integer_of("select count(*) from revision") == 1);
  BOOST_TEST(database.text_of("select title from revision") == "Title of a");
  BOOST_TEST(database.text_of("select content from revision") == "<p>Text</p>");
  BOOST_TEST(database.integer_of("select at from revision") == at(60).time_since_epoch().count());
}

BOOST_AUTO_TEST_CASE(changed_markup_is_no_revision) {
  Followed f;
  f.apply({article_named("a")}, at(1));
  feed::Article markup = article_named("a");
  markup.raw_hash += 1;
  markup.content = "<p><b>Text</b></p>";
  markup.link = "https://example.int/a?new";
  const feed::Change change = f.apply({markup}, at(60));
  BOOST_TEST(change.touched == 1U);
  BOOST_TEST(change.revised == 0U);
  const feed::Article after = f.only();
  BOOST_TEST(after.content == markup.content);
  BOOST_TEST(after.link == markup.link);
  BOOST_TEST(!after.revised.has_value());
  BOOST_TEST((after.issued == at(1)));
  BOOST_TEST(f.count("select count(*) from revision") == 0);
}

BOOST_AUTO_TEST_CASE(a_revision_stays_noted_through_later_noise) {
  Followed f;
  f.apply({article_named("a")}, at(1));
  f.apply({article_named("a", "New words")}, at(2));
  feed::Article markup = article_named("a", "New words");
  markup.raw_hash += 1;
  f.apply({markup}, at(3));
  BOOST_TEST((f.only().revised == at(2)));
  BOOST_TEST((f.only().issued == at(2)));
}

BOOST_AUTO_TEST_CASE(an_unchanged_entry_that_comes_again_is_nothing) {
  Followed f;
  f.apply({article_named("a")}, at(1));
  const base::EntryId row = f.only().row;
  const feed::Change change = f.apply({article_named("a")}, at(2));
  BOOST_TEST(!change.is_news());
  BOOST_TEST((f.only().row == row));
}

BOOST_AUTO_TEST_CASE(the_place_in_the_order_is_fixed_at_first_sight) {
  struct Row {
    std::optional<int> published;
    int expected;
  };
  for (const Row& row : {Row{{}, 100}, Row{50, 50}, Row{900, 100}}) {
    Followed f;
    feed::Article article = article_named("a");
    if (row.published) article.published = at(*row.published);
    f.apply({article}, at(100));
    BOOST_TEST((f.only().order_key == at(row.expected)));
    article.published = at(-1000);
    article.raw_hash += 1;
    f.apply({article}, at(200));
    BOOST_TEST((f.only().order_key == at(row.expected)));
    BOOST_TEST((f.only().published == at(-1000)));  // what is shown is corrected
  }
}

BOOST_AUTO_TEST_CASE(a_changed_id_with_the_same_link_is_the_same_entry) {
  Followed f;
  feed::Article before = article_named("old-id");
  before.other_keys = {key_of("link")};
  f.apply({before}, at(1));
  const feed::Article first = f.only();
  feed::Article after = article_named("new-id");
  after.title = before.title;
  after.text_hash = before.text_hash;
  after.other_keys = {key_of("link")};
  const feed::Change change = f.apply({after}, at(2));
  BOOST_TEST(change.added == 0U);
  BOOST_TEST(change.touched == 1U);
  BOOST_TEST(f.only().atom_id == first.atom_id);
  BOOST_TEST(f.only().original_id == "new-id");
  const feed::KnownEntries known = f.readers->known_entries(f.states[0].row);
  BOOST_TEST(known.size() == 3U);  // both ids and the link
  for (const feed::EntryKey& key : {before.key, after.key, key_of("link")})
    BOOST_TEST((known.at(key).row == first.row));
  BOOST_TEST(known.at(after.key).raw_hash == after.raw_hash);
}

BOOST_AUTO_TEST_CASE(a_row_that_the_digest_found_is_trusted_within_its_source_only) {
  Followed f;
  f.apply({article_named("a")}, at(1));
  feed::Article found = article_named("renamed");
  found.row = f.only().row;
  BOOST_TEST(f.apply({found}, at(2)).added == 0U);
  feed::Article foreign = article_named("b");
  foreign.row = f.only().row;
  BOOST_TEST(f.apply_fao({foreign}, at(3)).added == 1U);
  feed::Article vanished = article_named("c");
  vanished.row = base::EntryId{987654};
  BOOST_TEST(f.apply({vanished}, at(4)).added == 1U);
}

BOOST_AUTO_TEST_CASE(two_entries_of_one_document_with_one_key_are_one) {
  Followed f;
  feed::Article second = article_named("a", "Other words");
  const feed::Change change = f.apply({article_named("a"), second}, at(1));
  BOOST_TEST(change.added == 1U);
  BOOST_TEST(change.revised == 0U);
  BOOST_TEST(f.only().summary == "Text");
}

BOOST_AUTO_TEST_CASE(two_entries_of_one_document_that_share_a_link_are_two_for_ever) {
  Followed f;
  feed::Article a = article_named("a"), b = article_named("b");
  a.other_keys = b.other_keys = {key_of("front page")};
  BOOST_TEST(f.apply({a, b}, at(1)).added == 2U);
  BOOST_TEST(f.readers->known_entries(f.states[0].row).size() == 2U);  // the link identifies nothing any more
  feed::Article c = article_named("c");
  c.other_keys = {key_of("front page")};
  BOOST_TEST(f.apply({c}, at(2)).added == 1U);
  a.raw_hash += 1;
  BOOST_TEST(f.apply({a}, at(3)).touched == 1U);
  BOOST_TEST(f.count("select count(*) from entry") == 3);
}

BOOST_AUTO_TEST_CASE(a_first_rung_is_never_taken_by_a_lower_one) {
  Followed f;
  feed::Article by_link = article_named("without id");
  by_link.key = key_of("link");
  f.apply({by_link}, at(1));
  feed::Article other = article_named("b");
  f.apply({other}, at(2));
  other.raw_hash += 1;
  other.other_keys = {key_of("link")};  // moved to the address of the first
  f.apply({other}, at(3));
  BOOST_TEST(f.apply({by_link}, at(4)).added == 0U);
  const feed::KnownEntries known = f.readers->known_entries(f.states[0].row);
  BOOST_TEST((known.at(key_of("link")).row != known.at(other.key).row));
  BOOST_TEST(known.at(key_of("link")).raw_hash == by_link.raw_hash);
}

BOOST_AUTO_TEST_CASE(an_id_that_another_source_holds_is_replaced_by_the_minted_one) {
  Followed f;
  feed::Article mine = article_named("a"), theirs = article_named("b");
  theirs.atom_id = mine.atom_id;
  f.apply({mine}, at(1));
  BOOST_TEST(f.apply_fao({theirs}, at(2)).added == 1U);
  BOOST_TEST(f.count("select count(*) from entry where atom_id = 'urn:example:a'") == 1);
  store::Database database(f.temporary.settings.path, store::Database::Access::read_only);
  BOOST_TEST(database.text_of("select atom_id from entry where source = 2") == feed::minted_atom_id("fao", theirs.key));
  BOOST_TEST(database.text_of("select atom_id from entry where source = 1") == mine.atom_id);
}

BOOST_AUTO_TEST_CASE(a_minted_id_that_somebody_claimed_does_not_cost_the_entry) {
  Followed f;
  feed::Article victim = article_named("a"), thief = article_named("b");
  thief.atom_id = feed::minted_atom_id("who", victim.key);
  feed::Article rival = article_named("c");
  rival.atom_id = victim.atom_id;
  BOOST_TEST(f.apply_fao({thief, rival}, at(1)).added == 2U);
  BOOST_TEST(f.apply({victim}, at(2)).added == 1U);
  BOOST_TEST(f.count("select count(distinct atom_id) from entry") == 3);
  BOOST_TEST(f.count("select count(*) from entry where atom_id like 'urn:uuid:%'") == 2);
}

BOOST_AUTO_TEST_CASE(the_same_key_in_two_sources_is_two_entries) {
  Followed f;
  f.apply({article_named("a")}, at(1));
  BOOST_TEST(f.apply_fao({article_named("a")}, at(1)).added == 1U);
  BOOST_TEST(f.readers->known_entries(f.states[0].row).size() == 1U);
  BOOST_TEST(f.readers->known_entries(f.states[1].row).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
