#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "store/articles.h"
#include "store/database.h"
#include "store/store.h"
#include "store/upkeep.h"
#include "support/store.h"

using namespace rapporteur;
using support::article_named;
using support::at;
using support::harvest_of;
using support::source_named;

BOOST_AUTO_TEST_SUITE(writer_test)

namespace {

std::int64_t count(const support::TemporaryStore& temporary, const char* sql) {
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  return database.integer_of(sql);
}

std::string damage(const support::TemporaryStore& temporary) {
  store::Database database(temporary.settings.path, store::Database::Access::read_only);
  return store::find_damage(database);
}

feed::SourceState full_state(feed::SourceState state) {
  state.effective_url = "https://moved.example.int/feed";
  state.validators = {{"https://moved.example.int/feed", {std::string("W/\"a,b\""), std::nullopt}},
                      {"https://b.example.int/", {std::nullopt, std::string("Tue,  1 Jul 2003 nonsense")}}};
  state.body_hash = 0xfedcba9876543210U;
  state.state = feed::State::failing;
  state.reason = "HTTP 503";
  state.http_status = 503;
  state.last_attempt = at(5);
  state.last_ok = at(4) + std::chrono::milliseconds(1);
  state.next_poll = at(65);
  state.next_poll_reason = "Retry-After until …";
  state.next_poll_is_binding = true;
  state.failures = 3;
  state.failing_since = at(1);
  state.polls = 9;
  state.not_modified = 4;
  state.bytes = 5'000'000'000;
  state.notes = "line 3: undefined entity";
  state.stated_interval = std::chrono::minutes(30);
  state.skip_hours = {0, 23};
  state.skip_days = {"Saturday", "Sunday"};
  state.feed_id = "urn:feed";
  state.feed_title = "WHO news";
  state.feed_link = "https://who.example.int/";
  state.feed_language = "en";
  state.feed_rights = "© WHO";
  state.feed_author = "WHO";
  state.feed_updated = at(3);
  state.moved_to = "https://new.example.int/feed";
  state.moved_since = at(2);
  state.rhythm = "v1 0,12";
  state.last_full = at(4);
  state.last_news = at(3);
  state.last_count = 4'000'000'000;
  state.certificate_until = at(600);
  state.hub = "https://hub.example.int/";
  state.hub_topic = "https://who.example.int/feed";
  state.pushed_until = at(900);
  state.plea_host = "plea.example";
  state.plea_until = at(950);
  return state;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_source_is_pending_and_due_at_once) {
  support::TemporaryStore temporary;
  const auto states = support::follow(*temporary.writer(), {source_named("who"), source_named("fao")}, at(7));
  BOOST_TEST_REQUIRE(states.size() == 2U);
  BOOST_TEST((states[0].state == feed::State::pending));
  BOOST_TEST((states[0].next_poll == at(7)));
  BOOST_TEST(states[1].effective_url == "https://fao.example.int/feed");
  BOOST_TEST(base::to_number(states[0].row) != 0);
  BOOST_TEST((states[0].row != states[1].row));
}

BOOST_AUTO_TEST_CASE(every_field_of_a_state_survives_reopening) {
  support::TemporaryStore temporary;
  const auto source = source_named("who");
  auto writer = temporary.writer();
  const feed::SourceState state = full_state(support::follow(*writer, {source}, at(0)).front());
  writer->apply(*source, harvest_of(state, {}, at(5)));
  writer.reset();
  writer = temporary.writer();
  BOOST_CHECK(support::follow(*writer, {source}, at(9)).front() == state);
}

BOOST_AUTO_TEST_CASE(nothing_of_a_source_is_remembered_of_the_next) {
  support::TemporaryStore temporary;
  const auto who = source_named("who"), fao = source_named("fao");
  auto writer = temporary.writer();
  const auto states = support::follow(*writer, {who, fao}, at(0));
  writer->apply(*who, harvest_of(full_state(states[0]), {}, at(5)));
  writer.reset();
  writer = temporary.writer();
  BOOST_CHECK(support::follow(*writer, {who, fao}, at(9)).back() == states[1]);
}

BOOST_AUTO_TEST_CASE(a_field_that_rarely_changes_is_written_when_it_does) {
  support::TemporaryStore temporary;
  const auto source = source_named("who");
  auto writer = temporary.writer();
  feed::SourceState state = full_state(support::follow(*writer, {source}, at(0)).front());
  writer->apply(*source, harvest_of(state, {}, at(5)));
  writer->flush();
  state.validators.front().validators.etag = "\"new\"";  // a 304 may bring one (POLITENESS P7)
  writer->apply(*source, harvest_of(state, {}, at(6)));
  writer->flush();
  BOOST_CHECK(support::follow(*writer, {source}, at(9)).front() == state);
  state.validators.clear();
  state.feed_updated.reset();
  writer->apply(*source, harvest_of(state, {}, at(7)));
  BOOST_CHECK(support::follow(*writer, {source}, at(9)).front() == state);
}

BOOST_AUTO_TEST_CASE(p13_who_is_about_to_be_asked_is_on_record_whatever_waits_unwritten) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who"), fao = source_named("fao");
  auto states = support::follow(*writer, {who, fao}, at(0));
  states[0].polls = 7;
  states[0].last_attempt = at(1);
  states[0].next_poll = at(2);
  writer->keep({states[0]});
  writer->note({{states[0].row, at(3), at(63)}, {states[1].row, at(3), at(63)}});
  const auto are_noted = [&temporary] {
    const auto sources = temporary.readers()->sources();
    return sources.size() == 2 && std::all_of(sources.begin(), sources.end(), [](const feed::Source& source) {
             return source.state.last_attempt == at(3) && source.state.next_poll == at(63);
           });
  };
  BOOST_TEST(are_noted());
  BOOST_TEST(count(temporary, "select polls from poll join source on source.id = poll.source where name = 'who'") == 7);
  writer->flush();
  BOOST_TEST(are_noted());
  const feed::SourceState back = support::follow(*writer, {who}, at(4)).front();
  BOOST_TEST((back.last_attempt == at(3)));
  BOOST_TEST((back.next_poll == at(63)));
  BOOST_TEST(back.next_poll_reason == "it was asked, and its answer is not on record");
}

BOOST_AUTO_TEST_CASE(states_come_in_the_order_of_the_configuration) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto first = support::follow(*writer, {source_named("a"), source_named("b"), source_named("c")}, at(0));
  const auto second = support::follow(*writer, {source_named("c"), source_named("a"), source_named("b")}, at(1));
  BOOST_TEST((second[0].row == first[2].row));
  BOOST_TEST((second[1].row == first[0].row));
  BOOST_TEST((second[2].row == first[1].row));
}

BOOST_AUTO_TEST_CASE(a_changed_url_forgets_what_belongs_to_the_old_one) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto source = source_named("who");
  feed::SourceState state = full_state(support::follow(*writer, {source}, at(0)).front());
  state.state = feed::State::gone;
  writer->apply(*source, harvest_of(state, {article_named("one")}, at(5)));
  const auto moved = support::follow(*writer, {source_named("who", "https://new.example.int/feed")}, at(9)).front();
  BOOST_TEST(moved.effective_url == "https://new.example.int/feed");
  BOOST_TEST((moved.validators == state.validators));  // of other addresses, to which alone they are sent
  BOOST_TEST(moved.body_hash == 0U);
  BOOST_TEST((moved.next_poll == at(9)));
  BOOST_TEST((moved.state == feed::State::pending));
  BOOST_TEST(moved.http_status == 0);
  BOOST_TEST(moved.entries == 1U);
  BOOST_TEST(moved.feed_title == "WHO news");
  BOOST_CHECK(support::follow(*writer, {source_named("who", "https://new.example.int/feed")}, at(10)).front() == moved);
}

// On the way of the last poll, or to be adopted one day: it was just asked.
BOOST_AUTO_TEST_CASE(p1_a_url_changed_to_one_that_answered_stays_conditional_and_keeps_its_due_time) {
  for (const char* url : {"https://b.example.int/", "https://new.example.int/feed"}) {
    support::TemporaryStore temporary;
    auto writer = temporary.writer();
    const auto source = source_named("who");
    feed::SourceState state = full_state(support::follow(*writer, {source}, at(0)).front());
    writer->apply(*source, harvest_of(state, {article_named("one")}, at(5)));
    const auto moved = support::follow(*writer, {source_named("who", url)}, at(9)).front();
    BOOST_TEST(moved.effective_url == url);
    BOOST_TEST(moved.validators.size() == 2u);
    BOOST_TEST((moved.validators.front().url == url) == (url == std::string("https://b.example.int/")));
    BOOST_TEST((moved.last_attempt == state.last_attempt));
    BOOST_TEST((moved.next_poll == state.next_poll));
    BOOST_TEST(moved.next_poll_is_binding);
    BOOST_TEST(moved.failures == 0);
  }
}

BOOST_AUTO_TEST_CASE(p28_a_source_that_is_gone_is_revived_by_a_change_of_its_configuration) {
  const auto with_key = [](const char* key, bool is_enabled) {
    auto settings = std::make_shared<feed::SourceSettings>(*source_named("who"));
    settings->extras.edit().headers = {{"X-Key", key}};
    settings->enabled = is_enabled;
    return settings;
  };
  const auto as_before = with_key("a", true);
  for (const auto& [now, is_revived] :
       {std::pair(as_before, false), std::pair(with_key("b", true), true), std::pair(with_key("a", false), true)}) {
    support::TemporaryStore temporary;
    auto writer = temporary.writer();
    feed::SourceState state = full_state(support::follow(*writer, {as_before}, at(0)).front());
    state.effective_url = as_before->url;
    state.state = feed::State::gone;
    state.next_poll = at(90000);
    writer->apply(*as_before, harvest_of(state, {article_named("one")}, at(5)));
    const auto revived = support::follow(*writer, {now}, at(9)).front();
    BOOST_TEST((revived.state == (is_revived ? feed::State::pending : feed::State::gone)));
    BOOST_TEST((revived.next_poll == (is_revived ? at(9) : at(90000))));
    BOOST_TEST((revived.validators == state.validators));
    BOOST_TEST(revived.next_poll_is_binding == !is_revived);
    BOOST_CHECK(support::follow(*writer, {now}, at(10)).front() == revived);
    support::follow(*writer, {source_named("fao")}, at(11));
    state = revived;
    state.state = feed::State::gone;
    writer->apply(*now, harvest_of(state, {}, at(12)));
    BOOST_TEST((support::follow(*writer, {now}, at(13)).front().state == feed::State::pending));
  }
}

BOOST_AUTO_TEST_CASE(who_was_refused_is_asked_an_hour_later_with_other_credentials) {
  for (const bool is_binding : {false, true}) {
    support::TemporaryStore temporary;
    auto writer = temporary.writer();
    const auto source = source_named("who");
    feed::SourceState state = full_state(support::follow(*writer, {source}, at(0)).front());
    state.effective_url = source->url;
    state.http_status = 401;
    state.next_poll = at(900);
    state.next_poll_is_binding = is_binding;
    writer->apply(*source, harvest_of(state, {article_named("one")}, at(5)));
    auto other = std::make_shared<feed::SourceSettings>(*source);
    other->extras.edit().username = "desk";
    const auto asked = support::follow(*writer, {other}, at(9)).front();
    BOOST_TEST((asked.next_poll == (is_binding ? at(900) : at(65))));
    BOOST_TEST(asked.failures == (is_binding ? 3 : 0));
  }
}

BOOST_AUTO_TEST_CASE(a_url_changed_to_the_adopted_one_keeps_everything) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto source = source_named("who");
  feed::SourceState state = full_state(support::follow(*writer, {source}, at(0)).front());
  writer->apply(*source, harvest_of(state, {article_named("one")}, at(5)));
  const auto settled = support::follow(*writer, {source_named("who", state.effective_url)}, at(9)).front();
  BOOST_TEST(settled.effective_url == state.effective_url);
  BOOST_TEST((settled.validators == state.validators));
  BOOST_TEST((settled.next_poll == state.next_poll));
  BOOST_TEST(settled.moved_to.empty());
  BOOST_TEST(!settled.moved_since);
}

BOOST_AUTO_TEST_CASE(a_source_no_longer_followed_keeps_its_entries_and_its_state) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  const feed::SourceState state = full_state(support::follow(*writer, {who, source_named("fao")}, at(0)).front());
  writer->apply(*who, harvest_of(state, {article_named("one")}, at(5)));
  support::follow(*writer, {source_named("fao")}, at(6));
  const auto readers = temporary.readers();
  BOOST_TEST(readers->sources().size() == 1U);
  BOOST_TEST(readers->latest_stories(9).size() == 1U);
  const feed::SourceState back = support::follow(*writer, {who}, at(7)).front();
  BOOST_TEST(back.entries == 1U);
  BOOST_TEST((back.validators == state.validators));
}

BOOST_AUTO_TEST_CASE(ten_thousand_sources_are_followed_in_one_transaction) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  std::vector<std::shared_ptr<const feed::SourceSettings>> sources;
  for (int i = 0; i < 10000; ++i) sources.push_back(source_named("s" + std::to_string(i)));
  BOOST_TEST(support::follow(*writer, sources, at(0)).size() == 10000U);
  BOOST_TEST((support::follow(*writer, sources, at(1)).back().next_poll == at(0)));
  BOOST_TEST(count(temporary, "select count(*) from source where is_followed") == 10000);
}

BOOST_AUTO_TEST_CASE(news_is_durable_on_return_and_answers_without_news_are_grouped) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto source = source_named("who");
  feed::SourceState state = support::follow(*writer, {source}, at(0)).front();
  state.polls = 1;
  writer->keep({state});
  BOOST_TEST(writer->has_unflushed());
  BOOST_TEST(count(temporary, "select polls from poll") == 0);
  writer->flush();
  BOOST_TEST(!writer->has_unflushed());
  BOOST_TEST(count(temporary, "select polls from poll") == 1);
  state.polls = 2;
  writer->apply(*source, harvest_of(state, {article_named("one")}, at(2)));
  BOOST_TEST(!writer->has_unflushed());
  BOOST_TEST(count(temporary, "select polls from poll") == 2);
  BOOST_TEST(count(temporary, "select count(*) from entry") == 1);
}

BOOST_AUTO_TEST_CASE(answers_without_news_are_written_together) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  std::vector<std::shared_ptr<const feed::SourceSettings>> sources;
  for (int i = 0; i < 100; ++i) sources.push_back(source_named("s" + std::to_string(i)));
  const auto states = support::follow(*writer, sources, at(0));
  for (std::size_t i = 0; i < 100; ++i) {
    BOOST_TEST(count(temporary, "select sum(polls) from poll") == 0);
    feed::SourceState state = states[i];
    state.polls = 1;
    writer->keep({state});
  }
  writer->flush();
  BOOST_TEST(!writer->has_unflushed());
  BOOST_TEST(count(temporary, "select sum(polls) from poll") == 100);
}

BOOST_AUTO_TEST_CASE(news_takes_the_waiting_answers_along) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who"), fao = source_named("fao");
  auto states = support::follow(*writer, {who, fao}, at(0));
  states[0].polls = 5;
  writer->keep({states[0]});
  writer->apply(*fao, harvest_of(states[1], {article_named("one")}, at(2)));
  BOOST_TEST(count(temporary, "select sum(polls) from poll") == 5);
}

BOOST_AUTO_TEST_CASE(a_waiting_answer_never_overwrites_newer_news) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
  state.polls = 1;
  writer->keep({state});
  state.polls = 2;
  writer->apply(*who, harvest_of(state, {article_named("one")}, at(2)));
  writer->flush();
  BOOST_TEST(count(temporary, "select polls from poll") == 2);
  BOOST_TEST(count(temporary, "select entries from poll") == 1);
}

BOOST_AUTO_TEST_CASE(closing_writes_what_waits) {
  support::TemporaryStore temporary;
  const auto who = source_named("who");
  {
    auto writer = temporary.writer();
    feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
    state.polls = 1;
    writer->keep({state});
  }
  BOOST_TEST(!std::filesystem::exists(temporary.settings.path + "-wal"));
  BOOST_TEST(count(temporary, "select polls from poll") == 1);
}

BOOST_AUTO_TEST_CASE(a_change_tells_what_was_done) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  const feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
  feed::Change change = writer->apply(*who, harvest_of(state, {article_named("a"), article_named("b")}, at(1)));
  BOOST_TEST((change.outcome == base::Outcome::fresh));
  BOOST_TEST(change.added == 2U);
  BOOST_TEST(change.state.entries == 2U);
  BOOST_TEST((change.state.newest == at(1)));
  BOOST_TEST((change.state.row == state.row));

  feed::Article edited = article_named("a", "Other text");
  feed::Article markup = article_named("b");
  markup.raw_hash += 1;
  markup.content = "<p><b>Text</b></p>";
  change = writer->apply(*who, harvest_of(change.state, {edited, markup, article_named("c")}, at(2)));
  BOOST_TEST(change.added == 1U);
  BOOST_TEST(change.revised == 1U);
  BOOST_TEST(change.touched == 1U);
  BOOST_TEST(change.state.entries == 3U);

  change = writer->apply(*who, harvest_of(change.state, {}, at(3)));
  BOOST_TEST(!change.is_news());
  BOOST_TEST(change.state.entries == 3U);
  writer->close();
  BOOST_TEST(damage(temporary) == "");
}

BOOST_AUTO_TEST_CASE(the_store_counts_entries_by_itself) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  feed::SourceState stale = support::follow(*writer, {who}, at(0)).front();
  writer->apply(*who, harvest_of(stale, {article_named("a")}, at(1)));
  const feed::Change change = writer->apply(*who, harvest_of(stale, {}, at(2)));  // `stale` still says 0
  BOOST_TEST(change.state.entries == 1U);
  writer->flush();
  BOOST_TEST(count(temporary, "select entries from poll") == 1);
  BOOST_TEST(writer->counts().entries == 1U);
  BOOST_TEST(writer->counts().stories == 1U);
  BOOST_TEST(writer->counts().bytes > 4096U);
}

BOOST_AUTO_TEST_CASE(a_failed_answer_is_stored_too) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  feed::Harvest harvest = harvest_of(full_state(support::follow(*writer, {who}, at(0)).front()), {}, at(1));
  harvest.outcome = base::Outcome::refused;
  BOOST_TEST((writer->apply(*who, harvest).outcome == base::Outcome::refused));
  BOOST_CHECK(support::follow(*writer, {who}, at(2)).front() == harvest.state);
}

BOOST_AUTO_TEST_CASE(a_source_that_was_never_followed_gets_a_row) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto who = source_named("who");
  const feed::Change change = writer->apply(*who, harvest_of({}, {article_named("a")}, at(1)));
  BOOST_TEST(base::to_number(change.state.row) != 0);
  const feed::Change again = writer->apply(*who, harvest_of({}, {}, at(2)));
  BOOST_TEST((again.state.row == change.state.row));
  BOOST_TEST(again.state.entries == 1U);
}

BOOST_AUTO_TEST_CASE(the_instant_of_issue_follows_its_table) {
  struct Row {
    const char* says;
    std::optional<int> published, updated, before;
    bool is_revised;
    int now, expected;
  };
  const Row rows[] = {
      {"nothing stated: first seen", {}, {}, {}, false, 100, 100},
      {"published", 50, {}, {}, false, 100, 50},
      {"the origin's updated wins", 50, 70, {}, false, 100, 70},
      {"the origin's updated alone", {}, 70, {}, false, 100, 70},
      {"never before published", 50, 30, {}, false, 100, 50},
      {"never in the future", 50, 900, {}, false, 100, 100},
      {"nor by published", 900, {}, {}, false, 100, 100},
      {"a revision without origin's updated: when seen", 50, {}, 50, true, 100, 100},
      {"a revision with the origin's updated", 50, 80, 50, true, 100, 80},
      {"a revision whose origin forgot to move its updated", 50, 70, 70, true, 100, 100},
      {"a revision whose origin's updated went back", 50, 60, 70, true, 100, 100},
      {"a revision with an updated in the future", 50, 900, 70, true, 100, 100},
      {"noise moves nothing", 50, {}, 60, false, 100, 60},
      {"not even with a new updated", 50, 90, 60, false, 100, 60},
      {"never smaller than before, when our clock went back", 50, {}, 90, true, 80, 90},
      {"a later date of publication is not passed by", 75, {}, 60, false, 100, 75},
  };
  const auto instant = [](const std::optional<int>& minutes) {
    return minutes ? std::optional(at(*minutes)) : std::nullopt;
  };
  for (const Row& row : rows) {
    feed::Article article;
    article.published = instant(row.published);
    article.updated = instant(row.updated);
    const base::Instant issued = store::issue_instant(article, instant(row.before), row.is_revised, at(row.now));
    BOOST_TEST((issued == at(row.expected)), row.says);
  }
}

BOOST_AUTO_TEST_CASE(the_greatest_issued_instant_is_kept) {
  support::TemporaryStore temporary;
  auto writer = temporary.writer();
  const auto readers = temporary.readers();
  BOOST_TEST((readers->last_issued() == base::Instant{}));
  BOOST_TEST((readers->last_changed() == base::Instant{}));
  const auto who = source_named("who");
  feed::Article old = article_named("old");
  old.published = at(-5000);
  feed::Article recent = article_named("recent");
  recent.published = at(-10);
  const feed::SourceState state = support::follow(*writer, {who}, at(0)).front();
  writer->apply(*who, harvest_of(state, {recent, old}, at(1)));
  BOOST_TEST((readers->last_issued() == at(-10)));
  feed::Article edited = article_named("old", "Edited");
  edited.published = old.published;
  writer->apply(*who, harvest_of(state, {edited}, at(30)));
  BOOST_TEST((readers->last_issued() == at(30)));
  // A story that comes late and bears an old date leaves what was issued, and is a change all the same.
  feed::Article late = article_named("late");
  late.published = at(-9000);
  writer->apply(*who, harvest_of(state, {late}, at(70)));
  BOOST_TEST((readers->last_issued() == at(30)));
  BOOST_TEST((readers->last_changed() == at(70)));
  writer->apply(*who, harvest_of(state, {}, at(90)));
  BOOST_TEST((readers->last_changed() == at(70)));
}

BOOST_AUTO_TEST_SUITE_END()
