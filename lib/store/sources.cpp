#include "store/sources.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "feed/asked_with.h"
#include "store/database.h"

namespace rapporteur::store {

namespace {

using feed::SourceSettings;
using feed::SourceState;

constexpr base::Duration soonest_revival = std::chrono::hours(1);  // after the last attempt (P13)

std::string insertion() {
  return std::string("insert into source (") + configured_columns.names + ", " + head_columns.names + ") values (" +
         configured_columns.marks() + ", " + head_columns.marks() + ")";
}

std::string insertion_of_poll() {
  return std::string("insert into poll (") + answer_columns.names + ", source) values (" + answer_columns.marks() +
         ", ?)";
}

std::string update_of(const char* table, const ColumnGroup& columns, const char* key) {
  return std::string("update ") + table + " set (" + columns.names + ") = (" + columns.marks() + ") where " + key +
         " = ?";
}

bool is_configured_alike(const SourceSettings& a, const SourceSettings& b) {
  return a.url == b.url && a.labels->agency == b.labels->agency && a.labels->title == b.labels->title &&
         a.extras->rights == b.extras->rights && a.extras->credit == b.extras->credit && a.republish == b.republish;
}

SourceState new_state(const SourceSettings& settings, base::Instant now) {
  SourceState state;
  state.effective_url = settings.url;
  state.next_poll = now;
  state.next_poll_reason = "never polled";
  return state;
}

// Another address is another origin: its health and its due time are unknown (POLITENESS P28: a changed configuration
// revives a source that is gone). The counters, and the head for the entries we have, stay. So do the validators, which
// belong to their addresses (P9): whoever changes his mind is answered 304. An address that answered on the way of the
// last poll was just asked, and keeps its due time too (P13).
void forget_address(SourceState& state, const SourceSettings& settings, base::Instant now) {
  SourceState fresh = new_state(settings, now);
  fresh.row = state.row;
  fresh.next_poll_reason = "new address";
  fresh.validators = std::move(state.validators);
  const auto known = std::find_if(fresh.validators.begin(), fresh.validators.end(),
                                  [&](const feed::UrlValidators& one) { return one.url == settings.url; });
  const bool has_answered = known != fresh.validators.end();
  if (has_answered) std::rotate(fresh.validators.begin(), known, known + 1);
  if (has_answered || state.moved_to == settings.url) {
    fresh.last_attempt = state.last_attempt;
    fresh.next_poll = state.state == feed::State::gone ? now : state.next_poll;
    fresh.next_poll_reason = std::move(state.next_poll_reason);
    fresh.next_poll_is_binding = state.next_poll_is_binding;
  }
  fresh.newest = state.newest;
  fresh.entries = state.entries;
  fresh.polls = state.polls;
  fresh.not_modified = state.not_modified;
  fresh.bytes = state.bytes;
  fresh.feed_id = std::move(state.feed_id);
  fresh.feed_title = std::move(state.feed_title);
  fresh.feed_link = std::move(state.feed_link);
  fresh.feed_language = std::move(state.feed_language);
  fresh.feed_rights = std::move(state.feed_rights);
  fresh.feed_author = std::move(state.feed_author);
  fresh.feed_updated = state.feed_updated;
  state = std::move(fresh);
}

// A source that is gone is revived by any change of what it is asked with, and by being named or enabled again (P28);
// who was refused may be welcome with other credentials or headers. A plea for patience holds whoever asks (P21).
bool revives(const StoredSource& stored, const SourceSettings& settings) {
  const std::uint64_t before = stored.asked_with, after = feed::asked_with(settings);
  const bool is_known = before != 0;
  if (stored.state.state == feed::State::gone) return (is_known && before != after) || !stored.is_followed;
  const bool has_other_words = is_known && before >> 2 != after >> 2;
  return has_other_words && stored.state.failures > 0 && !stored.state.next_poll_is_binding;
}

void revive(SourceState& state, const SourceSettings& settings, base::Instant now) {
  const SourceState fresh = new_state(settings, now);
  const base::Instant soon = std::max(now, state.last_attempt.value_or(now) + soonest_revival);
  state.next_poll = state.state == feed::State::gone ? now : std::min(state.next_poll, soon);
  state.next_poll_reason = "its configuration changed";
  state.next_poll_is_binding = false;
  state.state = fresh.state;
  state.reason = fresh.reason;
  state.http_status = fresh.http_status;
  state.failures = fresh.failures;
  state.failing_since = fresh.failing_since;
}

// The operator wrote the address that a move had led to and that is asked already: nothing is lost (P1, P30).
void settle_in(SourceState& state) {
  state.moved_to.clear();
  state.moved_since.reset();
}

}  // namespace

SourceTable::SourceTable(Database& database)
    : database_(database),
      insert_(database, insertion()),
      insert_poll_(database, insertion_of_poll()),
      configure_(database, update_of("source", configured_columns, "id")),
      unfollow_(database, "update source set is_followed = 0 where id = ?"),
      write_answer_(database, update_of("poll", answer_columns, "source")),
      write_head_(database, update_of("source", head_columns, "id")),
      find_(database, "select id from source where name = ?"),
      attempts_(database) {}

base::SourceId SourceTable::add(const SourceSettings& settings, base::Instant now) {
  const SourceState state = new_state(settings, now);
  {
    Query query(insert_);
    bind_configured(query, settings, true);
    bind_head(query, state);
    query.run();
  }
  const base::SourceId row{database_.last_row()};
  write_answer(insert_poll_, state, row);
  if (is_loaded_) tallies_.emplace(row, Tally{});
  return row;
}

void SourceTable::write_answer(Statement& statement, const SourceState& state, base::SourceId row) {
  Query query(statement);
  bind_answer(query, state);
  query.bind(base::to_number(row)).run();
}

void SourceTable::configure(const SourceSettings& settings, base::SourceId row, bool is_followed) {
  Query query(configure_);
  bind_configured(query, settings, is_followed);
  query.bind(base::to_number(row)).run();
}

std::vector<feed::PackedState> SourceTable::follow(const std::vector<std::shared_ptr<const SourceSettings>>& sources,
                                                   base::Instant now) {
  std::unordered_map<std::string_view, std::size_t> places;
  places.reserve(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) places.emplace(sources[i]->id, i);
  std::vector<feed::PackedState> states(sources.size());
  std::vector<std::pair<const SourceSettings*, base::SourceId>> configured_anew;
  std::vector<SourceState> moved;
  std::vector<base::SourceId> dropped;
  tallies_.reserve(sources.size());
  read_sources(database_, [&](StoredSource& stored) {
    SourceState& state = stored.state;
    tallies_[state.row] = {state.entries, state.newest, head_hash(state)};
    const auto place = places.find(stored.settings.id);
    if (place == places.end()) {
      if (stored.is_followed) dropped.push_back(state.row);
      if (stored.is_unanswered) moved.push_back(state);
      return;
    }
    const SourceSettings& settings = *sources[place->second];
    if (!stored.is_followed || stored.asked_with != feed::asked_with(settings) ||
        !is_configured_alike(stored.settings, settings))
      configured_anew.emplace_back(&settings, state.row);
    if (stored.settings.url != settings.url) {
      if (state.effective_url == settings.url)
        settle_in(state);
      else
        forget_address(state, settings, now);
      moved.push_back(state);
    } else if (revives(stored, settings)) {
      revive(state, settings, now);
      moved.push_back(state);
    } else if (stored.is_unanswered) {
      moved.push_back(state);
    }
    states[place->second] = feed::PackedState(state, settings.url);
  });
  is_loaded_ = true;
  for (const auto& [settings, row] : configured_anew) configure(*settings, row, true);
  for (const SourceState& state : moved) write(state);
  attempts_.clear();
  for (const base::SourceId row : dropped) Query(unfollow_).bind(base::to_number(row)).run();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (!states[i].is_empty()) continue;
    SourceState state = new_state(*sources[i], now);
    state.row = add(*sources[i], now);
    states[i] = feed::PackedState(state, sources[i]->url);
  }
  return states;
}

base::SourceId SourceTable::row_of(const SourceSettings& settings, const SourceState& state, base::Instant now) {
  if (base::to_number(state.row) != 0) return state.row;
  {
    Query query(find_);
    query.bind(settings.id);
    if (query.step()) return base::SourceId{query.integer()};
  }
  return add(settings, now);
}

const SourceTable::Tally& SourceTable::tally(base::SourceId source) {
  if (!is_loaded_) load();
  return tallies_[source];
}

void SourceTable::load() {
  tallies_.clear();
  Statement statement(database_, "select source, entries, newest from poll");
  for (Query row(statement); row.step();) {
    const base::SourceId id{row.integer()};
    Tally& tally = tallies_[id];
    tally.entries = row.number();
    tally.newest = row.maybe_instant();
  }
  is_loaded_ = true;
}

void SourceTable::forget() {
  is_loaded_ = false;
  attempts_.forget();
}

void SourceTable::write(const SourceState& state) {
  if (!is_loaded_) load();
  attempts_.answered(state.row);
  write_answer(write_answer_, state, state.row);
  Tally& tally = tallies_[state.row];
  tally.entries = state.entries;
  tally.newest = state.newest;
  const std::uint64_t hash = head_hash(state);
  if (hash == tally.head_hash) return;
  Query query(write_head_);
  bind_head(query, state);
  query.bind(base::to_number(state.row)).run();
  tally.head_hash = hash;
}

}  // namespace rapporteur::store
