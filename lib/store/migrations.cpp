#include "store/migrations.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

#include "store/database.h"

namespace rapporteur::store {

namespace {

constexpr std::int64_t application_id = 0x72617070;  // "rapp", at offset 68 of the file: file(1) can know it

// Instants are milliseconds since 1970, NULL where absent. Lists are written by codec.h, except countries and topics,
// which hold ids and stand comma separated so that the views show them as they are.
// entry_key carries the two hashes of its entry: known_entries, asked before every parse, is one range of one tree.
// An entry_key whose entry is NULL identifies nothing: two entries claimed it (see articles.cpp). It has no foreign
// key, which would scan the whole table for each entry that is deleted. story.lead has none because entry.story has
// one: a story and its first entry are born in one transaction. story ids are never given out twice (autoincrement):
// they stand in permanent links.
constexpr const char* first_schema = R"sql(
create table source (
  id integer primary key,
  name text not null unique,
  url text not null,
  is_followed integer not null,
  agency text not null, title text not null, rights text not null, credit text not null, republish integer not null,
  effective_url text not null, validators text not null, body_hash integer not null,
  state text not null, reason text not null, http_status integer not null,
  last_attempt integer, last_ok integer,
  next_poll integer not null, next_poll_reason text not null, next_poll_is_binding integer not null,
  failures integer not null, failing_since integer,
  newest integer, entries integer not null,
  polls integer not null, not_modified integer not null, bytes integer not null,
  notes text not null,
  stated_interval integer, skip_hours text not null, skip_days text not null,
  feed_id text not null, feed_title text not null, feed_link text not null, feed_language text not null,
  feed_rights text not null, feed_author text not null, feed_updated integer
) strict;

create table story (
  id integer primary key autoincrement,
  lead integer not null,
  order_key integer not null,
  entries integer not null,
  language text not null, countries text not null, topics text not null
) strict;
create index story_by_order on story (order_key desc, id);

create table story_alias (
  id integer primary key,
  story integer not null references story
) strict;

create table entry (
  id integer primary key,
  source integer not null references source,
  story integer not null references story,
  key blob not null,
  atom_id text not null unique,
  first_seen integer not null, order_key integer not null,
  raw_hash integer not null, text_hash integer not null,
  original_id text not null,
  published integer, updated integer, issued integer not null, revised integer, published_text text not null,
  title text not null, link text not null, language text not null,
  agency text not null, countries text not null, topics text not null, tags text not null,
  authors text not null, categories text not null, enclosures text not null, rights text not null,
  origin_id text, origin_title text, origin_link text,
  summary text not null, content text not null
) strict;
create index entry_by_source on entry (source, order_key);
create index entry_by_story on entry (story);

create table entry_key (
  source integer not null,
  key blob not null,
  entry integer,
  is_primary integer not null,
  raw_hash integer not null, text_hash integer not null,
  primary key (source, key)
) strict, without rowid;

create table revision (
  id integer primary key,
  entry integer not null references entry,
  at integer not null,
  title text not null, summary text not null, content text not null
) strict;
create index revision_by_entry on revision (entry);

create table whole (
  id integer primary key check (id = 1),
  last_issued integer not null,
  last_changed integer not null,
  stories integer not null
) strict;
insert into whole values (1, 0, 0, 0);
)sql";

// STABLE: people's own queries stand on these two views (README, "The store"). Seconds are rounded down, before 1970
// too.
constexpr const char* stable_views = R"sql(
create view v_entries (source, agency, id, link, title, summary, published, updated, first_seen, language, story) as
select source.name, entry.agency, entry.atom_id, entry.link, entry.title, entry.summary,
  strftime('%Y-%m-%dT%H:%M:%SZ', (ifnull(entry.published, entry.first_seen) -
    (ifnull(entry.published, entry.first_seen) % 1000 + 1000) % 1000) / 1000, 'unixepoch'),
  strftime('%Y-%m-%dT%H:%M:%SZ', (entry.issued - (entry.issued % 1000 + 1000) % 1000) / 1000, 'unixepoch'),
  strftime('%Y-%m-%dT%H:%M:%SZ', entry.first_seen / 1000, 'unixepoch'),
  entry.language, entry.story
from entry join source on source.id = entry.source;

create view v_stories (story, title, link, agency, published, entries, countries, topics, language) as
select story.id, entry.title, entry.link, entry.agency,
  strftime('%Y-%m-%dT%H:%M:%SZ', (ifnull(entry.published, entry.first_seen) -
    (ifnull(entry.published, entry.first_seen) % 1000 + 1000) % 1000) / 1000, 'unixepoch'),
  story.entries, story.countries, story.topics, story.language
from story join entry on entry.id = story.lead;
)sql";

// What polite polling remembers of a source: a move that lasts, its rhythm, its health, its subscription.
constexpr const char* habits_of_sources = R"sql(
alter table source add column moved_to text not null default '';
alter table source add column moved_since integer;
alter table source add column rhythm text not null default '';
alter table source add column last_full integer;
alter table source add column last_news integer;
alter table source add column last_count integer not null default 0;
alter table source add column certificate_until integer;
alter table source add column hub text not null default '';
alter table source add column hub_topic text not null default '';
alter table source add column pushed_until integer;
)sql";

// An entry whose piece of the document is the same as before need not be read.
constexpr const char* bytes_of_entries = R"sql(
alter table entry_key add column markup_hash integer not null default 0;
)sql";

// A token stands for one source: who knows it may speak for that one. Of a source's rows one is in force at most.
constexpr const char* agreements_with_hubs = R"sql(
create table subscription (
  token text primary key not null, source integer not null references source,
  hub text not null, topic text not null, base_url text not null,
  secret text not null,
  agreement text not null, reason text not null,
  requested_at integer not null, failures integer not null,
  hold_until integer, covered_from integer, granted_at integer, lease_end integer
) strict;
)sql";

// What every poll writes, in a narrow table of its own: a group of answers touches a few pages in place of one for each
// source. Sources are few: rewriting their rows takes a moment.
constexpr const char* polls_of_their_own = R"sql(
create table poll (
  source integer primary key references source,
  state text not null, reason text not null, http_status integer not null,
  last_attempt integer, last_ok integer,
  next_poll integer not null, next_poll_reason text not null, next_poll_is_binding integer not null,
  failures integer not null, failing_since integer,
  newest integer, entries integer not null,
  polls integer not null, not_modified integer not null, bytes integer not null
) strict;
insert into poll select id, state, reason, http_status, last_attempt, last_ok, next_poll, next_poll_reason,
  next_poll_is_binding, failures, failing_since, newest, entries, polls, not_modified, bytes from source;
)sql";
constexpr const char* sources_without_polls = R"sql(
alter table source drop column state;
alter table source drop column reason;
alter table source drop column http_status;
alter table source drop column last_attempt;
alter table source drop column last_ok;
alter table source drop column next_poll;
alter table source drop column next_poll_reason;
alter table source drop column next_poll_is_binding;
alter table source drop column failures;
alter table source drop column failing_since;
alter table source drop column newest;
alter table source drop column entries;
alter table source drop column polls;
alter table source drop column not_modified;
alter table source drop column bytes;
)sql";

// 0: not known yet.
constexpr const char* what_sources_were_asked_with = R"sql(
alter table source add column asked_with integer not null default 0;
)sql";

// Of all who set out together: for each, its row, when it was asked, and when it is due should no answer come. A row
// goes when all have answered.
constexpr const char* who_was_asked = R"sql(
create table attempt (id integer primary key, asked text not null) strict;
)sql";

// Who of those on the way asked for a pause: after a restart its sources rest, and no others.
constexpr const char* whose_plea_it_was = R"sql(
alter table source add column plea_host text not null default '';
alter table source add column plea_until integer;
)sql";

struct Migration {
  const char* says;
  std::array<const char*, 2> steps;  // a store of any size is brought up in seconds: no entry is rewritten
};

// The n-th entry brings a store from schema n to n + 1.
constexpr std::array migrations{
    Migration{"creating the schema", {first_schema, stable_views}},
    Migration{"adding what polling remembers of a source", {habits_of_sources, ""}},
    Migration{"adding the bytes by which entries are known", {bytes_of_entries, ""}},
    Migration{"adding subscriptions at hubs", {agreements_with_hubs, ""}},
    Migration{"giving polls a table of their own", {polls_of_their_own, sources_without_polls}},
    Migration{"adding what sources were asked with", {what_sources_were_asked_with, ""}},
    Migration{"noting who is asked in a table of its own", {who_was_asked, ""}},
    Migration{"adding whose plea it was", {whose_plea_it_was, ""}},
};

std::optional<OpenError> refuse(const std::string& path, std::int64_t application, std::int64_t schema) {
  if (application != application_id)
    return OpenError{OpenCode::not_a_store,
                     "store " + path +
                         ": it is a database of another program, not of rapporteur; it was not touched. "
                         "Give [store] path a file of its own"};
  if (schema > current_schema())
    return OpenError{OpenCode::newer_schema,
                     "store " + path + ": it was written by a newer rapporteur (schema " + std::to_string(schema) +
                         ", this program knows " + std::to_string(current_schema()) +
                         "); it was not touched. Install the newer program again, or restore a backup"};
  return std::nullopt;
}

// Big-endian numbers of the file's header (https://www.sqlite.org/fileformat.html#the_database_header).
std::int64_t header_number(const std::array<char, 100>& header, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(header[i]);
  return static_cast<std::int32_t>(number);
}

}  // namespace

int current_schema() { return static_cast<int>(migrations.size()); }

std::optional<OpenError> refuse_by_header(const std::string& path) {
  constexpr std::size_t schema_offset = 60;
  constexpr std::size_t application_offset = 68;
  std::array<char, 100> header{};
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;  // it does not exist, or opening it as a database will say why not
  file.read(header.data(), header.size());
  if (file.gcount() == 0) return std::nullopt;  // an empty file is an empty database
  static constexpr char magic[] = "SQLite format 3";
  if (file.gcount() < static_cast<std::streamsize>(header.size()) ||
      std::memcmp(header.data(), magic, sizeof magic) != 0)
    return OpenError{OpenCode::not_a_store, "store " + path +
                                                ": it is no SQLite database; it was not touched. "
                                                "Give [store] path a file of its own, or restore a backup"};
  const std::int64_t application = header_number(header, application_offset);
  const std::int64_t schema = header_number(header, schema_offset);
  if (application == 0 && schema == 0) return std::nullopt;  // new, or its first transaction is still in the WAL
  return refuse(path, application, schema);
}

std::optional<OpenError> refuse_by_schema(Database& database) {
  const std::int64_t application = database.integer_of("pragma application_id");
  const std::int64_t schema = database.integer_of("pragma user_version");
  const bool is_empty =
      application == 0 && schema == 0 && database.integer_of("select count(*) from sqlite_schema") == 0;
  if (is_empty) return std::nullopt;
  return refuse(database.path(), application, schema);
}

void migrate(Database& database) {
  const std::int64_t schema = database.integer_of("pragma user_version");
  for (std::size_t next = static_cast<std::size_t>(schema); next < migrations.size(); ++next) {
    database.doing(migrations[next].says);
    Transaction transaction(database);
    for (const char* step : migrations[next].steps) database.execute(step);
    database.execute(("pragma application_id = " + std::to_string(application_id)).c_str());
    database.execute(("pragma user_version = " + std::to_string(next + 1)).c_str());
    transaction.commit();
  }
}

}  // namespace rapporteur::store
