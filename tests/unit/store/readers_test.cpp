#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <thread>

#include "store/database.h"
#include "store/statement.h"
#include "store/store.h"
#include "support/store.h"

using namespace rapporteur;
using support::article_named;
using support::at;
using support::harvest_of;
using support::key_of;
using support::source_named;

BOOST_AUTO_TEST_SUITE(readers_test)

namespace {

feed::Article full_article() {
  feed::Article article = article_named("full");
  article.other_keys = {key_of("link")};
  article.raw_hash = UINT64_MAX;
  article.summary = "Summary, with — signs";
  article.authors = {{"A. Author", "a@who.int", "https://who.int/a"}, {"B", "", ""}};
  article.categories = {{"Health", "urn:scheme", "Health!"}};
  article.enclosures = {{"https://who.int/x.mp3", "audio/mpeg", 123}, {"https://who.int/y", "", std::nullopt}};
  article.rights = "© WHO";
  article.language = "fr-FR";
  article.published_text = "yesterday";
  article.published = at(-100) + std::chrono::milliseconds(7);
  article.updated = at(-50);
  article.is_republished_source = true;
  article.source_id = "";
  article.source_title = "Origin";
  article.source_link = "https://origin.int/";
  article.countries = {"KG", "TJ"};
  article.topics = {"health"};
  article.tags = {"a, b", ""};
  return article;
}

std::vector<std::string> columns_of(store::Database& database, const std::string& view) {
  store::Statement statement(database, "select name from pragma_table_info(?) order by cid");
  std::vector<std::string> names;
  store::Query row(statement);
  row.bind(view);
  while (row.step()) names.push_back(row.string());
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_field_of_an_article_comes_back) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  const feed::Article in = full_article();
  writer->apply(*who, harvest_of(support::follow(*writer, {who}, at(0)).front(), {in}, at(1)));
  const auto stories = temporary.readers()->latest_stories(5);
  BOOST_TEST_REQUIRE(stories.size() == 1U);
  const feed::Article& out = stories.front().lead;
  BOOST_TEST((out.key == in.key));
  BOOST_TEST(out.original_id == in.original_id);
  BOOST_TEST(out.atom_id == in.atom_id);
  BOOST_TEST(out.raw_hash == in.raw_hash);
  BOOST_TEST(out.text_hash == in.text_hash);
  BOOST_TEST(out.title == in.title);
  BOOST_TEST(out.link == in.link);
  BOOST_TEST(out.summary == in.summary);
  BOOST_TEST(out.content == in.content);
  BOOST_TEST((out.authors == in.authors));
  BOOST_TEST((out.categories == in.categories));
  BOOST_TEST((out.enclosures == in.enclosures));
  BOOST_TEST(out.rights == in.rights);
  BOOST_TEST(out.language == in.language);
  BOOST_TEST(out.published_text == in.published_text);
  BOOST_TEST((out.published == in.published));
  BOOST_TEST((out.updated == in.updated));
  BOOST_TEST(out.is_republished_source);
  BOOST_TEST(out.source_id == in.source_id);
  BOOST_TEST(out.source_title == in.source_title);
  BOOST_TEST(out.source_link == in.source_link);
  BOOST_TEST(out.agency == in.agency);
  BOOST_TEST(out.countries == in.countries, boost::test_tools::per_element());
  BOOST_TEST(out.topics == in.topics, boost::test_tools::per_element());
  BOOST_TEST(out.tags == in.tags, boost::test_tools::per_element());
  BOOST_TEST(base::to_number(out.row) != 0);
  BOOST_TEST((out.first_seen == at(1)));
  BOOST_TEST((out.order_key == *in.published));
  BOOST_TEST((out.issued == at(-50)));
  BOOST_TEST(!out.revised.has_value());
  BOOST_TEST(stories.front().countries == in.countries, boost::test_tools::per_element());
  BOOST_TEST(stories.front().topics == in.topics, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stories_come_newest_first_then_by_id) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  feed::Article first = article_named("first"), twin = article_named("twin"), newest = article_named("newest"),
                old = article_named("old");
  first.published = twin.published = at(-10);
  newest.published = at(-1);
  old.published = at(-100);
  writer->apply(*who, harvest_of(support::follow(*writer, {who}, at(0)).front(), {old, first, twin, newest}, at(1)));
  const auto readers = temporary.readers();
  std::vector<std::string> titles;
  for (const feed::Story& story : readers->latest_stories(9)) titles.push_back(story.lead.original_id);
  BOOST_TEST(titles == (std::vector<std::string>{"newest", "first", "twin", "old"}), boost::test_tools::per_element());
  BOOST_TEST(readers->latest_stories(2).size() == 2U);
  BOOST_TEST(readers->latest_stories(0).empty());
}

BOOST_AUTO_TEST_CASE(the_order_is_read_from_an_index) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  store::Statement plan(database,
                        "explain query plan select story.id from story join entry on entry.id = story.lead "
                        "order by story.order_key desc, story.id limit 5");
  std::string words;
  for (store::Query row(plan); row.step();) {
    row.integer(), row.integer(), row.integer();
    words += row.string() + "\n";
  }
  BOOST_TEST(words.find("story_by_order") != std::string::npos, words);
  BOOST_TEST(words.find("TEMP B-TREE") == std::string::npos, words);
}

BOOST_AUTO_TEST_CASE(a_story_says_its_source) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  feed::SourceSettings settings = *source_named("who");
  settings.extras.edit().credit = "By courtesy of WHO";
  settings.republish = feed::Republish::headline;
  const auto who = std::make_shared<const feed::SourceSettings>(settings);
  feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
  state.feed_title = "WHO news";
  state.feed_link = "https://who.int/";
  state.feed_rights = "© WHO";
  state.feed_author = "Press office";
  state.feed_updated = at(-3);
  state.effective_url = "https://moved.who.int/feed";
  writer->apply(*who, harvest_of(state, {article_named("a"), article_named("b")}, at(1)));
  const auto stories = temporary.readers()->latest_stories(5);
  BOOST_TEST_REQUIRE(stories.size() == 2U);
  const feed::SourceFacts& facts = *stories[0].source;
  BOOST_TEST((stories[0].source == stories[1].source));
  BOOST_TEST(facts.id == "who");
  BOOST_TEST(facts.url == "https://moved.who.int/feed");
  BOOST_TEST(facts.feed_id ==
             "https://who.example.int/feed");  // the document had none; the configured address is stable
  BOOST_TEST(facts.title == "WHO news");
  BOOST_TEST(facts.link == "https://who.int/");
  BOOST_TEST(facts.author == "Press office");
  BOOST_TEST(facts.rights == "© WHO");
  BOOST_TEST(facts.credit == "By courtesy of WHO");
  BOOST_TEST(facts.agency == "who");
  BOOST_TEST((facts.republish == feed::Republish::headline));
  BOOST_TEST((facts.updated == at(-3)));
  const auto sources = temporary.readers()->sources();
  BOOST_TEST_REQUIRE(sources.size() == 1U);
  BOOST_TEST(sources[0].settings->id == "who");
  BOOST_TEST(sources[0].settings->url == who->url);
  BOOST_TEST(sources[0].state.entries == 2U);
}

// Clustering will write what is written here by hand; what reads it is final.
BOOST_AUTO_TEST_CASE(a_story_of_several_entries_names_the_others) {
  support::TemporaryStore temporary;
  {
    auto writer = temporary.writer();
    const auto who = source_named("who"), fao = source_named("fao");
    const auto states = support::follow(*writer, {who, fao}, at(0));
    writer->apply(*who, harvest_of(states[0], {article_named("a")}, at(1)));
    feed::Article copy = article_named("b");
    copy.agency = "FAO";
    writer->apply(*fao, harvest_of(states[1], {copy}, at(2)));
  }
  store::Database database(temporary.settings.path, store::Database::Access::read_write);
  database.execute(
      "update entry set story = 1; update story set entries = 2 where id = 1; delete from story where id = 2;"
      "insert into story_alias values (2, 1)");
  const auto stories = temporary.readers()->latest_stories(5);
  BOOST_TEST_REQUIRE(stories.size() == 1U);
  BOOST_TEST_REQUIRE(stories[0].also.size() == 1U);
  BOOST_TEST(stories[0].also[0].source == "fao");
  BOOST_TEST(stories[0].also[0].agency == "FAO");
  BOOST_TEST(stories[0].also[0].url == "https://example.int/b");
  BOOST_TEST(database.integer_of("select entries from v_stories") == 2);
}

BOOST_AUTO_TEST_CASE(a_story_id_is_never_given_out_twice) {
  support::TemporaryStore temporary;
  const auto who = source_named("who");
  {
    auto writer = temporary.writer();
    writer->apply(*who, harvest_of({}, {article_named("a"), article_named("b")}, at(1)));
  }
  {
    store::Database database(temporary.settings.path, store::Database::Access::read_write);
    database.execute(
        "delete from entry_key where entry = 2; delete from entry where id = 2; delete from story where id = 2");
  }
  temporary.writer()->apply(*who, harvest_of({}, {article_named("c")}, at(2)));
  for (const feed::Story& story : temporary.readers()->latest_stories(5)) BOOST_TEST(base::to_number(story.id) != 2);
}

BOOST_AUTO_TEST_CASE(the_stable_views_have_exactly_the_columns_of_the_contract) {
  support::TemporaryStore temporary;
  temporary.writer()->close();
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  BOOST_TEST(columns_of(database, "v_entries") ==
                 (std::vector<std::string>{"source", "agency", "id", "link", "title", "summary", "published", "updated",
                                           "first_seen", "language", "story"}),
             boost::test_tools::per_element());
  BOOST_TEST(
      columns_of(database, "v_stories") == (std::vector<std::string>{"story", "title", "link", "agency", "published",
                                                                     "entries", "countries", "topics", "language"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_stable_views_say_instants_as_rfc_3339_and_lists_with_commas_after_reopening_too) {
  support::TemporaryStore temporary;
  const auto who = source_named("who");
  feed::Article ancient = article_named("ancient");
  ancient.published = base::Instant(std::chrono::milliseconds(-1));  // rounded down, not towards zero
  {
    auto writer = temporary.writer();
    writer->apply(*who, harvest_of({}, {full_article(), ancient, article_named("undated")}, at(1)));
  }
  temporary.writer()->close();
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  const auto text = [&](const char* sql) { return database.text_of(sql); };
  BOOST_TEST(text("select published from v_entries where id = 'urn:example:full'") == "2025-12-31T22:20:00Z");
  BOOST_TEST(text("select updated from v_entries where id = 'urn:example:full'") == "2025-12-31T23:10:00Z");
  BOOST_TEST(text("select first_seen from v_entries where id = 'urn:example:full'") == "2026-01-01T00:01:00Z");
  BOOST_TEST(text("select source || ' ' || agency || ' ' || link || ' ' || title || ' ' || language || ' ' || story "
                  "from v_entries where id = 'urn:example:full'") ==
             "who WHO https://example.int/full Title of full fr-FR 1");
  BOOST_TEST(text("select published from v_entries where id = 'urn:example:ancient'") == "1969-12-31T23:59:59Z");
  BOOST_TEST(text("select published from v_entries where id = 'urn:example:undated'") == "2026-01-01T00:01:00Z");
  BOOST_TEST(text("select countries || ' ' || topics || ' ' || language || ' ' || entries || ' ' || published "
                  "from v_stories where story = 1") == "KG,TJ health fr-FR 1 2025-12-31T22:20:00Z");
}

BOOST_AUTO_TEST_CASE(labels_of_a_story_follow_its_entry) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  feed::Article article = full_article();
  writer->apply(*who, harvest_of({}, {article}, at(1)));
  article.raw_hash = 1;
  article.countries = {"KZ"};
  article.topics = {"women", "health"};
  article.language = "ru";
  writer->apply(*who, harvest_of({}, {article}, at(2)));
  const auto stories = temporary.readers()->latest_stories(5);
  BOOST_TEST(stories[0].countries == (std::vector<std::string>{"KZ"}), boost::test_tools::per_element());
  BOOST_TEST(stories[0].topics == (std::vector<std::string>{"women", "health"}), boost::test_tools::per_element());
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  BOOST_TEST(database.text_of("select language from v_stories") == "ru");
}

BOOST_AUTO_TEST_CASE(a_missing_store_is_refused_with_a_sentence_and_not_created) {
  support::TemporaryStore temporary;
  const auto refused = store::Readers::open(temporary.settings);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().code == store::OpenCode::cannot_open));
  BOOST_TEST(refused.error().text.find(temporary.settings.path) != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(temporary.settings.path));
}

BOOST_AUTO_TEST_CASE(readers_work_beside_a_writer_and_see_what_it_committed) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto readers = temporary.readers();
  const auto who = source_named("who");
  const feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
  BOOST_TEST(readers->known_entries(state.row).empty());
  feed::Article article = full_article();
  writer->apply(*who, harvest_of(state, {article}, at(1)));
  const feed::KnownEntries known = readers->known_entries(state.row);
  BOOST_TEST(known.size() == 2U);
  BOOST_TEST(known.at(article.key).raw_hash == UINT64_MAX);
  BOOST_TEST(known.at(key_of("link")).text_hash == article.text_hash);
  BOOST_TEST(readers->counts().entries == 1U);
  BOOST_TEST(readers->counts().stories == 1U);
  BOOST_TEST(readers->counts().bytes > 0U);
}

BOOST_AUTO_TEST_CASE(readers_work_when_nobody_writes) {
  support::TemporaryStore temporary;
  temporary.writer()->apply(*source_named("who"), harvest_of({}, {full_article()}, at(1)));
  BOOST_TEST(temporary.readers()->latest_stories(5).size() == 1U);
}

BOOST_AUTO_TEST_CASE(many_threads_read_while_one_writes) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
  const auto readers = temporary.readers();
  constexpr int harvests = 40, entries = 3;
  std::vector<std::thread> threads;
  std::array<bool, 8> is_torn{};
  for (bool& torn : is_torn)
    threads.emplace_back([&readers, &torn, row = state.row] {
      for (std::size_t seen = 0; seen < harvests * entries;) {
        seen = readers->known_entries(row).size();
        torn = torn || seen % entries != 0;  // a harvest is seen whole or not at all
        static_cast<void>(readers->latest_stories(5));
      }
    });
  for (int i = 0; i < harvests; ++i) {
    std::vector<feed::Article> articles;
    for (int n = 0; n < entries; ++n) articles.push_back(article_named(std::to_string(i) + "-" + std::to_string(n)));
    writer->apply(*who, harvest_of(state, articles, at(i)));
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool torn : is_torn) BOOST_TEST(!torn);
}

BOOST_AUTO_TEST_CASE(stories_of_a_span_come_without_their_neighbours_which_are_known_by_their_order) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  std::vector<feed::Article> articles;
  for (const int second : {10, 20, 20, 30, 40}) {
    articles.push_back(article_named("s" + std::to_string(articles.size())));
    articles.back().published = at(second);
  }
  writer->apply(*who, harvest_of(support::follow(*writer, {who}, at(0)).front(), articles, at(100)));
  const auto readers = temporary.readers();
  const auto titles = [&](int from, int to, std::size_t limit = 9) {
    std::string list;
    for (const feed::Story& story : readers->stories_between(at(from), at(to), limit))
      list += story.lead.original_id + " ";
    return list;
  };
  BOOST_TEST(titles(20, 40) == "s3 s1 s2 ");
  BOOST_TEST(titles(20, 40, 1) == "s3 ");
  BOOST_TEST(titles(41, 90) == "");
  BOOST_TEST((readers->order_key_before(at(20)) == at(10)));
  BOOST_TEST((readers->order_key_before(at(10)) == std::nullopt));
  BOOST_TEST((readers->order_key_from(at(31)) == at(40)));
  BOOST_TEST((readers->order_key_from(at(40)) == at(40)));
  BOOST_TEST((readers->order_key_from(at(41)) == std::nullopt));
}

BOOST_AUTO_TEST_CASE(one_story_comes_with_what_it_said_before) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  const feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
  const auto titled = [](const char* title) {
    feed::Article article = article_named("a", title);
    article.title = title;
    return article;
  };
  writer->apply(*who, harvest_of(state, {titled("First")}, at(1)));
  writer->apply(*who, harvest_of(state, {titled("Second")}, at(2)));
  writer->apply(*who, harvest_of(state, {titled("Third")}, at(3)));
  const auto readers = temporary.readers();
  const base::StoryId id = readers->latest_stories(1).front().id;
  const auto story = readers->story(id);
  BOOST_REQUIRE(story);
  BOOST_TEST(story->lead.title == "Third");
  const auto revisions = readers->revisions(story->lead.row);
  BOOST_REQUIRE(revisions.size() == 2u);
  BOOST_TEST(revisions[0].title == "Second");
  BOOST_TEST((revisions[0].until == at(3)));
  BOOST_TEST(revisions[1].title == "First");
  BOOST_TEST(!readers->story(base::StoryId{base::to_number(id) + 1}));
}

// Whoever reads the file with SQLite, as the README invites to, and leaves: were our locks gone, it would take itself
// for the last one and delete the journal that the writer goes on writing to.
BOOST_AUTO_TEST_CASE(another_program_that_has_read_takes_no_journal_away) {
  support::TemporaryStore temporary;
  std::array<int, 2> signal{};
  BOOST_TEST_REQUIRE(::pipe(signal.data()) == 0);
  const pid_t other = ::fork();  // before this process has a connection, whose state it would inherit
  if (other == 0) {
    char go = 0;
    ::close(signal[1]);
    sqlite3* raw = nullptr;
    const bool is_read = ::read(signal[0], &go, 1) == 1 &&
                         sqlite3_open(temporary.settings.path.c_str(), &raw) == SQLITE_OK &&
                         sqlite3_exec(raw, "select count(*) from source", nullptr, nullptr, nullptr) == SQLITE_OK &&
                         sqlite3_close(raw) == SQLITE_OK;
    ::_exit(is_read ? 0 : 1);
  }
  const auto writer = temporary.writer();
  support::follow(*writer, {support::source_named("a")}, base::Instant{});
  const auto readers = store::Readers::open_beside(*writer, temporary.settings);
  BOOST_TEST_REQUIRE(readers.has_value());
  const std::string journal = temporary.settings.path + "-wal";
  BOOST_TEST_REQUIRE(std::filesystem::exists(journal));
  BOOST_TEST(::write(signal[1], "g", 1) == 1);
  int status = -1;
  BOOST_TEST(::waitpid(other, &status, 0) == other);
  BOOST_TEST(status == 0);
  BOOST_TEST(std::filesystem::exists(journal));
  ::close(signal[0]);
  ::close(signal[1]);
}

BOOST_AUTO_TEST_SUITE_END()
