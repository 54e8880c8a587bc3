#include "store/sources.h"

#include <array>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/hash.h"
#include "store/codec.h"
#include "store/database.h"

namespace rapporteur::store {

namespace {

using feed::Republish;
using feed::SourceSettings;
using feed::SourceState;
using feed::State;

constexpr std::array states{State::pending, State::ok, State::failing, State::blocked, State::silent, State::gone};

State to_state(std::string_view word) {
  for (const State state : states)
    if (word == feed::to_string(state)) return state;
  return State::pending;
}

// In the order of bind_configured and read_settings.
#define CONFIGURED_COLUMNS "name, url, is_followed, agency, title, rights, credit, republish"
#define CONFIGURED_MARKS "?, ?, ?, ?, ?, ?, ?, ?"
// Changed by every answer; in the order of bind_answer and read_answer.
#define ANSWER_COLUMNS                                                                                              \
  "state, reason, http_status, last_attempt, last_ok, next_poll, next_poll_reason, next_poll_is_binding, failures, " \
  "failing_since, newest, entries, polls, not_modified, bytes"
#define ANSWER_MARKS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
// Changed by some documents; in the order of bind_head and read_head.
#define HEAD_COLUMNS                                                                                          \
  "effective_url, validators, body_hash, notes, stated_interval, skip_hours, skip_days, feed_id, feed_title, " \
  "feed_link, feed_language, feed_rights, feed_author, feed_updated"
#define HEAD_MARKS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

void bind_configured(Query& query, const SourceSettings& settings, bool is_followed) {
  query.bind(settings.id).bind(settings.url).bind(is_followed).bind(settings.agency).bind(settings.title);
  query.bind(settings.rights).bind(settings.credit).bind(static_cast<int>(settings.republish));
}

void read_settings(Query& row, StoredSource& source) {
  SourceSettings& settings = source.settings;
  settings.id = row.text();
  settings.url = row.text();
  source.is_followed = row.flag();
  settings.agency = row.text();
  settings.title = row.text();
  settings.rights = row.text();
  settings.credit = row.text();
  settings.republish = static_cast<Republish>(row.integer());
}

void bind_answer(Query& query, const SourceState& state) {
  query.bind(feed::to_string(state.state)).bind(state.reason).bind(state.http_status).bind(state.last_attempt);
  query.bind(state.last_ok).bind(state.next_poll).bind(state.next_poll_reason).bind(state.next_poll_is_binding);
  query.bind(state.failures).bind(state.failing_since).bind(state.newest).bind(state.entries).bind(state.polls);
  query.bind(state.not_modified).bind(state.bytes);
}

void read_answer(Query& row, SourceState& state) {
  state.state = to_state(row.text());
  state.reason = row.text();
  state.http_status = static_cast<int>(row.integer());
  state.last_attempt = row.maybe_instant();
  state.last_ok = row.maybe_instant();
  state.next_poll = row.instant();
  state.next_poll_reason = row.text();
  state.next_poll_is_binding = row.flag();
  state.failures = static_cast<int>(row.integer());
  state.failing_since = row.maybe_instant();
  state.newest = row.maybe_instant();
  state.entries = row.number();
  state.polls = row.number();
  state.not_modified = row.number();
  state.bytes = row.number();
}

void bind_head(Query& query, const SourceState& state) {
  query.bind(state.effective_url).bind(encode(state.validators)).bind(state.body_hash).bind(state.notes);
  query.bind(state.stated_interval).bind(encode(state.skip_hours)).bind(encode(state.skip_days));
  query.bind(state.feed_id).bind(state.feed_title).bind(state.feed_link).bind(state.feed_language);
  query.bind(state.feed_rights).bind(state.feed_author).bind(state.feed_updated);
}

void read_head(Query& row, SourceState& state) {
  state.effective_url = row.text();
  decode(row.text(), state.validators);
  state.body_hash = row.number();
  state.notes = row.text();
  state.stated_interval = row.maybe_duration();
  decode(row.text(), state.skip_hours);
  decode(row.text(), state.skip_days);
  state.feed_id = row.text();
  state.feed_title = row.text();
  state.feed_link = row.text();
  state.feed_language = row.text();
  state.feed_rights = row.text();
  state.feed_author = row.text();
  state.feed_updated = row.maybe_instant();
}

void add_number(base::ChangeHash& hash, std::int64_t number) {
  hash.add(std::string_view(reinterpret_cast<const char*>(&number), sizeof number));
}

template <class Time>
std::int64_t ticks(const std::optional<Time>& time) {
  if (!time) return INT64_MIN;
  if constexpr (std::is_same_v<Time, base::Instant>) return time->time_since_epoch().count();
  else return time->count();
}

// Never 0, which stands for "not known". In memory only, so that bind_head alone says what the columns are.
std::uint64_t head_hash(const SourceState& state) {
  base::ChangeHash hash;
  for (const feed::UrlValidators& known : state.validators) {
    hash.add(known.url);
    for (const std::optional<std::string>* field : {&known.validators.etag, &known.validators.last_modified}) {
      add_number(hash, field->has_value());
      hash.add(field->value_or(std::string()));
    }
  }
  for (const int hour : state.skip_hours) add_number(hash, hour);
  for (const std::string& day : state.skip_days) hash.add(day);
  for (const std::string* text : {&state.effective_url, &state.notes, &state.feed_id, &state.feed_title, &state.feed_link,
                                  &state.feed_language, &state.feed_rights, &state.feed_author})
    hash.add(*text);
  add_number(hash, static_cast<std::int64_t>(state.body_hash));
  add_number(hash, ticks(state.stated_interval));
  add_number(hash, ticks(state.feed_updated));
  return hash.value() | 1;
}

bool is_configured_alike(const SourceSettings& a, const SourceSettings& b) {
  return a.url == b.url && a.agency == b.agency && a.title == b.title && a.rights == b.rights && a.credit == b.credit &&
         a.republish == b.republish;
}

SourceState new_state(const SourceSettings& settings, base::Instant now) {
  SourceState state;
  state.effective_url = settings.url;
  state.next_poll = now;
  state.next_poll_reason = "never polled";
  return state;
}

// Another address is another origin: its validators, its health and its due time are unknown (POLITENESS P9, P28: a
// changed configuration revives a source that is gone). The counters, and the head for the entries we have, stay.
void forget_address(SourceState& state, const SourceSettings& settings, base::Instant now) {
  SourceState fresh = new_state(settings, now);
  fresh.row = state.row;
  fresh.next_poll_reason = "new address";
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

}  // namespace

std::vector<StoredSource> read_sources(Database& database) {
  Statement statement(database, "select id, " CONFIGURED_COLUMNS ", " ANSWER_COLUMNS ", " HEAD_COLUMNS
                                " from source order by id");
  std::vector<StoredSource> sources;
  for (Query row(statement); row.step();) {
    StoredSource& source = sources.emplace_back();
    source.state.row = base::SourceId{row.integer()};
    read_settings(row, source);
    read_answer(row, source.state);
    read_head(row, source.state);
  }
  return sources;
}

SourceTable::SourceTable(Database& database)
    : database_(database),
      insert_(database, "insert into source (" CONFIGURED_COLUMNS ", " ANSWER_COLUMNS ", " HEAD_COLUMNS
                        ") values (" CONFIGURED_MARKS ", " ANSWER_MARKS ", " HEAD_MARKS ")"),
      configure_(database, "update source set (" CONFIGURED_COLUMNS ") = (" CONFIGURED_MARKS ") where id = ?"),
      unfollow_(database, "update source set is_followed = 0 where id = ?"),
      write_answer_(database, "update source set (" ANSWER_COLUMNS ") = (" ANSWER_MARKS ") where id = ?"),
      write_head_(database, "update source set (" HEAD_COLUMNS ") = (" HEAD_MARKS ") where id = ?"),
      find_(database, "select id from source where name = ?") {}

base::SourceId SourceTable::add(const SourceSettings& settings, base::Instant now) {
  const SourceState state = new_state(settings, now);
  Query query(insert_);
  bind_configured(query, settings, true);
  bind_answer(query, state);
  bind_head(query, state);
  query.run();
  const base::SourceId row{database_.last_row()};
  if (is_loaded_) tallies_.emplace(row, Tally{});
  return row;
}

void SourceTable::configure(const SourceSettings& settings, base::SourceId row, bool is_followed) {
  Query query(configure_);
  bind_configured(query, settings, is_followed);
  query.bind(base::to_number(row)).run();
}

std::vector<SourceState> SourceTable::follow(const std::vector<std::shared_ptr<const SourceSettings>>& sources,
                                             base::Instant now) {
  std::unordered_map<std::string, StoredSource> stored;
  for (StoredSource& source : read_sources(database_)) {
    std::string id = source.settings.id;
    stored.emplace(std::move(id), std::move(source));
  }
  std::unordered_set<std::string_view> configured;
  std::vector<SourceState> states;
  states.reserve(sources.size());
  for (const auto& settings : sources) {
    configured.insert(settings->id);
    const auto known = stored.find(settings->id);
    if (known == stored.end()) {
      states.push_back(new_state(*settings, now));
      states.back().row = add(*settings, now);
      continue;
    }
    StoredSource& source = known->second;
    if (!source.is_followed || !is_configured_alike(source.settings, *settings)) configure(*settings, source.state.row, true);
    if (source.settings.url != settings->url) {
      forget_address(source.state, *settings, now);
      write(source.state);
    }
    states.push_back(source.state);
  }
  for (const auto& [id, source] : stored)
    if (source.is_followed && !configured.contains(id)) Query(unfollow_).bind(base::to_number(source.state.row)).run();
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
  Statement statement(database_, "select id, entries, newest from source");
  for (Query row(statement); row.step();) {
    const base::SourceId id{row.integer()};
    Tally& tally = tallies_[id];
    tally.entries = row.number();
    tally.newest = row.maybe_instant();
  }
  is_loaded_ = true;
}

void SourceTable::write(const SourceState& state) {
  if (!is_loaded_) load();
  {
    Query query(write_answer_);
    bind_answer(query, state);
    query.bind(base::to_number(state.row)).run();
  }
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
