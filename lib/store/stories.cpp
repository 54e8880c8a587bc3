#include "store/stories.h"

#include <algorithm>
#include <string>
#include <utility>

#include "store/articles.h"
#include "store/codec.h"
#include "store/database.h"

namespace rapporteur::store {

namespace {

void add_missing(std::vector<std::string>& list, std::string_view ids) {
  for (std::string& id : split_ids(ids))
    if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(std::move(id));
}

std::string stories_where(const char* condition) {
  return "select story.id, story.entries, story.countries, story.topics, entry.source, " + article_columns() +
         " from story join entry on entry.id = story.lead " + condition +
         "order by story.order_key desc, story.id limit ?";
}

}  // namespace

StoryTable::StoryTable(Database& database)
    : insert_(database,
              "insert into story (lead, order_key, entries, language, countries, topics) values (?, ?, 1, ?, ?, ?)"),
      labels_(database,
              "select entry.countries, entry.topics from entry join story on story.id = entry.story "
              "where entry.story = ? order by entry.id <> story.lead, entry.id"),
      relabel_(
          database,
          "update story set countries = ?, topics = ?, language = (select language from entry where id = story.lead) "
          "where id = ?"),
      note_(database,
            "update whole set last_issued = max(last_issued, ?), last_changed = max(last_changed, ?), "
            "stories = stories + ? where id = 1"),
      database_(database) {}

base::StoryId StoryTable::found(const feed::Article& article, base::EntryId row, base::Instant order_key) {
  Query query(insert_);
  query.bind(base::to_number(row)).bind(order_key).bind(article.language);
  query.bind(join_ids(article.countries)).bind(join_ids(article.topics)).run();
  return base::StoryId{database_.last_row()};
}

void StoryTable::relabel(base::StoryId story) {
  std::vector<std::string> countries, topics;
  {
    Query row(labels_);
    row.bind(base::to_number(story));
    while (row.step()) {
      add_missing(countries, row.text());
      add_missing(topics, row.text());
    }
  }
  Query(relabel_).bind(join_ids(countries)).bind(join_ids(topics)).bind(base::to_number(story)).run();
}

void StoryTable::note(base::Instant issued, base::Instant changed, std::uint32_t founded) {
  Query(note_).bind(issued).bind(changed).bind(std::uint64_t{founded}).run();
}

StoryReader::StoryReader(Database& database)
    : latest_(database, stories_where("")),
      between_(database, stories_where("where story.order_key >= ? and story.order_key < ? ")),
      one_(database, stories_where("where story.id = ifnull((select story from story_alias where id = ?1), ?1) ")),
      revisions_(database, "select at, title from revision where entry = ? order by at desc, id desc limit 100"),
      before_(database, "select max(order_key) from story where order_key < ?"),
      from_(database, "select min(order_key) from story where order_key >= ?"),
      facts_(
          database,
          "select name, url, agency, title, rights, credit, republish, effective_url, feed_id, feed_title, feed_link, "
          "feed_rights, feed_author, feed_updated from source where id = ?"),
      copies_(database,
              "select source.name, entry.agency, entry.link from entry join source on source.id = entry.source "
              "where entry.story = ? and entry.id <> ? order by entry.order_key, entry.id") {}

std::vector<feed::Story> StoryReader::latest(std::size_t limit) {
  Query row(latest_);
  row.bind(std::uint64_t{limit});
  return collect(row);
}

std::vector<feed::Story> StoryReader::between(base::Instant from, base::Instant to, std::size_t limit) {
  Query row(between_);
  row.bind(from).bind(to).bind(std::uint64_t{limit});
  return collect(row);
}

std::optional<feed::Story> StoryReader::one(base::StoryId id) {
  Query row(one_);
  row.bind(base::to_number(id)).bind(std::uint64_t{1});
  std::vector<feed::Story> found = collect(row);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<feed::Revision> StoryReader::revisions(base::EntryId lead) {
  std::vector<feed::Revision> list;
  Query row(revisions_);
  row.bind(base::to_number(lead));
  while (row.step()) {
    feed::Revision& revision = list.emplace_back();
    revision.until = row.instant();
    revision.title = row.text();
  }
  return list;
}

std::optional<base::Instant> StoryReader::order_key_before(base::Instant from) {
  Query row(before_);
  return row.bind(from).step() ? row.maybe_instant() : std::nullopt;
}

std::optional<base::Instant> StoryReader::order_key_from(base::Instant to) {
  Query row(from_);
  return row.bind(to).step() ? row.maybe_instant() : std::nullopt;
}

std::vector<feed::Story> StoryReader::collect(Query& row) {
  std::vector<feed::Story> stories;
  Facts known;
  while (row.step()) {
    feed::Story& story = stories.emplace_back();
    story.id = base::StoryId{row.integer()};
    const std::int64_t entries = row.integer();
    story.countries = split_ids(row.text());
    story.topics = split_ids(row.text());
    story.source = facts_of(row.integer(), known);
    read_article(row, story.lead);
    if (entries > 1) story.also = copies_of(story);
  }
  return stories;
}

std::shared_ptr<const feed::SourceFacts> StoryReader::facts_of(std::int64_t source, Facts& known) {
  std::shared_ptr<const feed::SourceFacts>& found = known[source];
  if (found) return found;
  Query row(facts_);
  row.bind(source);
  auto facts = std::make_shared<feed::SourceFacts>();
  if (row.step()) {
    feed::SourceSettings settings;
    feed::SourceState state;
    facts->id = row.text();
    facts->url = settings.url = row.text();
    settings.labels.edit().agency = row.text();
    settings.labels.edit().title = row.text();
    facts->rights = row.text();
    facts->credit = row.text();
    facts->republish = static_cast<feed::Republish>(row.integer());
    if (std::string effective = row.string(); !effective.empty()) facts->url = std::move(effective);
    facts->feed_id = row.text();
    state.feed_title = row.text();
    facts->link = row.text();
    if (const std::string_view rights = row.text(); facts->rights.empty()) facts->rights = rights;
    facts->author = row.text();
    facts->updated = row.maybe_instant();
    facts->agency = feed::agency_of(settings, state);
    facts->title = !settings.labels->title.empty() ? settings.labels->title
                   : !state.feed_title.empty()     ? state.feed_title
                                                   : facts->agency;
    if (facts->feed_id.empty()) facts->feed_id = settings.url;
  }
  return found = std::move(facts);
}

std::vector<feed::Copy> StoryReader::copies_of(const feed::Story& story) {
  std::vector<feed::Copy> copies;
  Query row(copies_);
  row.bind(base::to_number(story.id)).bind(base::to_number(story.lead.row));
  while (row.step()) {
    feed::Copy& copy = copies.emplace_back();
    copy.source = row.text();
    copy.agency = row.text();
    copy.url = row.text();
  }
  return copies;
}

}  // namespace rapporteur::store
