#include "store/source_row.h"

#include <array>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/hash.h"
#include "feed/asked_with.h"
#include "store/attempts.h"
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

void read_settings(Query& row, StoredSource& source) {
  SourceSettings& settings = source.settings;
  settings.id = row.text();
  settings.url = row.text();
  source.is_followed = row.flag();
  const auto keep = [&row](auto& part, auto field) {
    if (const std::string_view text = row.text(); !text.empty()) part.edit().*field = text;
  };
  settings.labels = {};
  settings.extras = {};
  keep(settings.labels, &feed::SourceLabels::agency);
  keep(settings.labels, &feed::SourceLabels::title);
  keep(settings.extras, &feed::SourceExtras::rights);
  keep(settings.extras, &feed::SourceExtras::credit);
  settings.republish = static_cast<Republish>(row.integer());
  source.asked_with = row.number();
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

void read_head(Query& row, SourceState& state) {
  state.validators.clear();
  state.skip_hours.clear();
  state.skip_days.clear();
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
  state.moved_to = row.text();
  state.moved_since = row.maybe_instant();
  state.rhythm = row.text();
  state.last_full = row.maybe_instant();
  state.last_news = row.maybe_instant();
  state.last_count = static_cast<std::uint32_t>(row.integer());
  state.certificate_until = row.maybe_instant();
  state.hub = row.text();
  state.hub_topic = row.text();
  state.pushed_until = row.maybe_instant();
  state.plea_host = row.text();
  state.plea_until = row.maybe_instant();
}

// Some forty values of each source, most of them a word or nothing: cheaper one by one than put together.
class HeadHash {
 public:
  void add(std::uint64_t number) {
    value_ = (value_ ^ number) * 0x9E3779B97F4A7C15u;  // odd: no two numbers lead to one value
    value_ ^= value_ >> 32;
  }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    if (!text.empty()) add(base::change_hash(text));
  }
  void add(const std::optional<std::string>& text) {
    add(std::uint64_t{text.has_value()});
    if (text) add(std::string_view(*text));
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

template <class Time>
std::uint64_t ticks(const std::optional<Time>& time) {
  if (!time) return std::uint64_t{1} << 63;
  if constexpr (std::is_same_v<Time, base::Instant>)
    return static_cast<std::uint64_t>(time->time_since_epoch().count());
  else
    return static_cast<std::uint64_t>(time->count());
}

// False: it has answered since.
bool take_over(SourceState& state, const Attempt& attempt) {
  if (state.last_attempt && *state.last_attempt >= attempt.started) return false;
  state.last_attempt = attempt.started;
  state.next_poll = attempt.next_poll;
  state.next_poll_reason = "it was asked, and its answer is not on record";
  state.next_poll_is_binding = false;
  return true;
}

}  // namespace

// In the order of bind_configured and read_settings.
const ColumnGroup configured_columns{"name, url, is_followed, agency, title, rights, credit, republish, asked_with", 9};

void bind_configured(Query& query, const SourceSettings& settings, bool is_followed) {
  query.bind(settings.id)
      .bind(settings.url)
      .bind(is_followed)
      .bind(settings.labels->agency)
      .bind(settings.labels->title);
  query.bind(settings.extras->rights).bind(settings.extras->credit).bind(static_cast<int>(settings.republish));
  query.bind(feed::asked_with(settings));
}

// Of the table `poll`, in the order of bind_answer and read_answer. `entries` and `newest` are the store's own count
// (SourceTable::Tally).
const ColumnGroup answer_columns{
    "state, reason, http_status, last_attempt, last_ok, next_poll, next_poll_reason, next_poll_is_binding, failures, "
    "failing_since, newest, entries, polls, not_modified, bytes",
    15};

void bind_answer(Query& query, const SourceState& state) {
  query.bind(feed::to_string(state.state)).bind(state.reason).bind(state.http_status).bind(state.last_attempt);
  query.bind(state.last_ok).bind(state.next_poll).bind(state.next_poll_reason).bind(state.next_poll_is_binding);
  query.bind(state.failures).bind(state.failing_since).bind(state.newest).bind(state.entries).bind(state.polls);
  query.bind(state.not_modified).bind(state.bytes);
}

// In the order of bind_head and read_head.
const ColumnGroup head_columns{
    "effective_url, validators, body_hash, notes, stated_interval, skip_hours, skip_days, feed_id, feed_title, "
    "feed_link, feed_language, feed_rights, feed_author, feed_updated, moved_to, moved_since, rhythm, last_full, "
    "last_news, last_count, certificate_until, hub, hub_topic, pushed_until, plea_host, plea_until",
    26};

void bind_head(Query& query, const SourceState& state) {
  query.bind(state.effective_url).bind(encode(state.validators)).bind(state.body_hash).bind(state.notes);
  query.bind(state.stated_interval).bind(encode(state.skip_hours)).bind(encode(state.skip_days));
  query.bind(state.feed_id).bind(state.feed_title).bind(state.feed_link).bind(state.feed_language);
  query.bind(state.feed_rights).bind(state.feed_author).bind(state.feed_updated);
  query.bind(state.moved_to).bind(state.moved_since).bind(state.rhythm).bind(state.last_full).bind(state.last_news);
  query.bind(static_cast<std::int64_t>(state.last_count)).bind(state.certificate_until).bind(state.hub);
  query.bind(state.hub_topic).bind(state.pushed_until).bind(state.plea_host).bind(state.plea_until);
}

std::uint64_t head_hash(const SourceState& state) {
  HeadHash hash;
  hash.add(std::uint64_t{state.validators.size()});
  for (const feed::UrlValidators& known : state.validators) {
    hash.add(std::string_view(known.url));
    hash.add(known.validators.etag);
    hash.add(known.validators.last_modified);
  }
  hash.add(std::uint64_t{state.skip_hours.size()});
  for (const int hour : state.skip_hours) hash.add(static_cast<std::uint64_t>(hour));
  hash.add(std::uint64_t{state.skip_days.size()});
  for (const std::string& day : state.skip_days) hash.add(std::string_view(day));
  for (const std::string* text : {&state.effective_url, &state.notes, &state.feed_id, &state.feed_title,
                                  &state.feed_link, &state.feed_language, &state.feed_rights, &state.feed_author,
                                  &state.moved_to, &state.rhythm, &state.hub, &state.hub_topic, &state.plea_host})
    hash.add(std::string_view(*text));
  hash.add(state.body_hash);
  hash.add(ticks(state.stated_interval));
  for (const auto* instant : {&state.feed_updated, &state.moved_since, &state.last_full, &state.last_news,
                              &state.certificate_until, &state.pushed_until, &state.plea_until})
    hash.add(ticks(*instant));
  hash.add(std::uint64_t{state.last_count});
  return hash.value() | 1;
}

std::string ColumnGroup::marks() const {
  std::string text = "?";
  for (int i = 1; i < count; ++i) text += ", ?";
  return text;
}

void read_sources(Database& database, const std::function<void(StoredSource&)>& take) {
  const std::unordered_map<base::SourceId, Attempt> attempts = read_attempts(database);
  Statement statement(database, std::string("select source.id, ") + configured_columns.names + ", " +
                                    answer_columns.names + ", " + head_columns.names +
                                    " from source join poll on poll.source = source.id order by source.id");
  StoredSource source;  // its texts' room is used again
  for (Query row(statement); row.step();) {
    source.state.row = base::SourceId{row.integer()};
    read_settings(row, source);
    read_answer(row, source.state);
    read_head(row, source.state);
    const auto attempt = attempts.find(source.state.row);
    source.is_unanswered = attempt != attempts.end() && take_over(source.state, attempt->second);
    take(source);
  }
}

}  // namespace rapporteur::store
