#include "store/articles.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "store/codec.h"
#include "store/database.h"

namespace rapporteur::store {

namespace {

// Fixed when the entry is first seen.
#define FIXED_COLUMNS "key, atom_id, first_seen, order_key"
// Replaced by each change; in the order of bind_content and of read_article.
#define CONTENT_COLUMNS                                                                                              \
  "raw_hash, text_hash, original_id, published, updated, issued, revised, published_text, title, link, language, "   \
  "agency, countries, topics, tags, authors, categories, enclosures, rights, origin_id, origin_title, origin_link, " \
  "summary, content"
#define CONTENT_MARKS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

void bind_origin(Query& query, const feed::Article& article) {
  if (article.is_republished_source) {
    query.bind(article.source_id).bind(article.source_title).bind(article.source_link);
  } else {
    query.bind_null().bind_null().bind_null();
  }
}

void bind_content(Query& query, const feed::Article& article) {
  query.bind(article.raw_hash).bind(article.text_hash).bind(article.original_id);
  query.bind(article.published).bind(article.updated).bind(article.issued).bind(article.revised);
  query.bind(article.published_text).bind(article.title).bind(article.link).bind(article.language);
  query.bind(article.agency).bind(join_ids(article.countries)).bind(join_ids(article.topics));
  query.bind(encode(article.tags)).bind(encode(article.authors)).bind(encode(article.categories));
  query.bind(encode(article.enclosures)).bind(article.rights);
  bind_origin(query, article);
  query.bind(article.summary).bind(article.content);
}

void read_origin(Query& row, feed::Article& article) {
  std::optional<std::string> id = row.maybe_string();
  article.is_republished_source = id.has_value();
  article.source_id = std::move(id).value_or(std::string());
  article.source_title = row.text();
  article.source_link = row.text();
}

}  // namespace

std::string article_columns() {
  std::string columns = "entry.id";
  for (const std::string_view name : base::split(FIXED_COLUMNS ", " CONTENT_COLUMNS, ','))
    columns.append(", entry.").append(base::trim(name));
  return columns;
}

void read_article(Query& row, feed::Article& article) {
  article.row = base::EntryId{row.integer()};
  article.key = row.blob();
  article.atom_id = row.text();
  article.first_seen = row.instant();
  article.order_key = row.instant();
  article.raw_hash = row.number();
  article.text_hash = row.number();
  article.original_id = row.text();
  article.published = row.maybe_instant();
  article.updated = row.maybe_instant();
  article.issued = row.instant();
  article.revised = row.maybe_instant();
  article.published_text = row.text();
  article.title = row.text();
  article.link = row.text();
  article.language = row.text();
  article.agency = row.text();
  article.countries = split_ids(row.text());
  article.topics = split_ids(row.text());
  decode(row.text(), article.tags);
  decode(row.text(), article.authors);
  decode(row.text(), article.categories);
  decode(row.text(), article.enclosures);
  article.rights = row.text();
  read_origin(row, article);
  article.summary = row.text();
  article.content = row.text();
}

base::Instant issue_instant(const feed::Article& article, std::optional<base::Instant> before, bool is_revised,
                            base::Instant now) {
  // Only a change of the words moves it, not an origin that stamps every entry anew with every build; and such a change
  // always does, for one id with two texts and one `updated` is two entries to a reader (RFC 4287 4.1.1).
  base::Instant instant = before.value_or(article.updated.value_or(article.published.value_or(now)));
  if (is_revised) instant = article.updated && before && *article.updated > *before ? *article.updated : now;
  if (article.published) instant = std::max(instant, *article.published);
  instant = std::min(instant, now);
  return before ? std::max(instant, *before) : instant;
}

ArticleTable::ArticleTable(Database& database)
    : database_(database),
      find_key_(database, "select entry from entry_key where source = ? and key = ? and entry is not null"),
      is_ours_(database, "select 1 from entry where id = ? and source = ?"),
      read_(
          database,
          "select story, atom_id, first_seen, order_key, raw_hash, text_hash, issued, revised from entry where id = ?"),
      insert_(database, "insert into entry (id, source, story, " FIXED_COLUMNS ", " CONTENT_COLUMNS
                        ") values (?, ?, ?, ?, ?, ?, ?, " CONTENT_MARKS ") on conflict (atom_id) do nothing"),
      revise_(database,
              "insert into revision (entry, at, title, summary, content) "
              "select id, ?, title, summary, content from entry where id = ?"),
      update_(database, "update entry set (" CONTENT_COLUMNS ") = (" CONTENT_MARKS ") where id = ?"),
      // A lower rung that two entries claim identifies neither from then on, unless it is the first rung of the one
      // that has it: then that one keeps it. A first rung takes its key in any case.
      put_key_(database,
               "insert into entry_key (source, key, entry, is_primary, raw_hash, text_hash, markup_hash) "
               "values (?, ?, ?, ?, ?, ?, ?) "
               "on conflict (source, key) do update set "
               "entry = case when excluded.is_primary or entry is excluded.entry then excluded.entry end, "
               "is_primary = max(is_primary, excluded.is_primary), "
               "raw_hash = excluded.raw_hash, text_hash = excluded.text_hash, markup_hash = excluded.markup_hash "
               "where excluded.is_primary or entry is excluded.entry or not is_primary") {}

void ArticleTable::begin_harvest(base::SourceId source, const std::string& name, base::Instant at, bool is_first) {
  source_ = source;
  source_name_ = name;
  at_ = at;
  is_first_ = is_first;
  written_.clear();
  written_keys_.clear();
}

std::optional<base::EntryId> ArticleTable::owner_of(const feed::EntryKey& key) {
  if (is_first_ && !written_keys_.contains(key)) return std::nullopt;
  Query query(find_key_);
  query.bind(base::to_number(source_)).bind(key);
  if (!query.step()) return std::nullopt;
  return base::EntryId{query.integer()};
}

bool ArticleTable::is_ours(base::EntryId row) {
  Query query(is_ours_);
  query.bind(base::to_number(row)).bind(base::to_number(source_));
  return query.step();
}

// The first rung decides. A lower rung (the link) finds an entry whose id has changed, but not one that this document
// has already brought under its own id: two stories that share a link are two.
ArticleTable::Match ArticleTable::find(const feed::Article& article) {
  if (const auto owner = owner_of(article.key)) return {owner, written_.contains(*owner)};
  const bool has_row = base::to_number(article.row) != 0;
  if (has_row && !written_.contains(article.row) && is_ours(article.row)) return {article.row, false};
  for (const feed::EntryKey& key : article.other_keys) {
    const auto owner = owner_of(key);
    if (owner && !written_.contains(*owner)) return {owner, false};
  }
  return {};
}

base::EntryId ArticleTable::next_row() {
  if (!next_row_) next_row_ = database_.integer_of("select max(id) from entry") + 1;
  return base::EntryId{*next_row_};
}

base::Instant ArticleTable::order_key_of(const feed::Article& article) const {
  return std::min(article.published.value_or(at_), at_);
}

bool ArticleTable::insert(const feed::Article& article, base::StoryId story) {
  Query query(insert_);
  query.bind(base::to_number(article.row)).bind(base::to_number(source_)).bind(base::to_number(story));
  query.bind(article.key).bind(article.atom_id).bind(article.first_seen).bind(article.order_key);
  bind_content(query, article);
  query.run();
  return database_.changed_rows() > 0;
}

void ArticleTable::add(feed::Article& article, base::StoryId story) {
  article.row = next_row();
  article.first_seen = at_;
  article.order_key = order_key_of(article);
  article.issued = issue_instant(article, std::nullopt, false, at_);
  // Ids are unique over the store, and who comes first keeps his: no source may take the id of another's entry. The
  // minted id too may have been claimed by somebody else's document, so the search does not end there.
  bool is_added = !article.atom_id.empty() && insert(article, story);
  for (int attempt = 0; !is_added; ++attempt) {
    article.atom_id = feed::minted_atom_id(source_name_, article.key);
    if (attempt > 0)
      article.atom_id = base::uuid_of(article.atom_id + ' ' + std::to_string(base::to_number(article.row)) + ' ' +
                                      std::to_string(attempt));
    is_added = insert(article, story);
  }
  ++*next_row_;
  written_.insert(article.row);
  remember_keys(article);
}

Applied ArticleTable::update(feed::Article& article, base::EntryId row, base::StoryId& story) {
  feed::Article before;
  {
    Query query(read_);
    query.bind(base::to_number(row));
    if (!query.step()) return Applied::nothing;
    story = base::StoryId{query.integer()};
    article.row = row;
    article.atom_id = query.text();
    article.first_seen = query.instant();
    article.order_key = query.instant();
    before.raw_hash = query.number();
    before.text_hash = query.number();
    before.issued = query.instant();
    before.revised = query.maybe_instant();
  }
  written_.insert(row);
  remember_keys(article);
  const bool is_revised = article.text_hash != before.text_hash;
  if (is_revised) Query(revise_).bind(at_).bind(base::to_number(row)).run();
  article.revised = is_revised ? at_ : before.revised;
  article.issued = issue_instant(article, before.issued, is_revised, at_);
  if (!is_revised && article.raw_hash == before.raw_hash) return Applied::nothing;
  Query query(update_);
  bind_content(query, article);
  query.bind(base::to_number(row)).run();
  return is_revised ? Applied::revised : Applied::touched;
}

void ArticleTable::remember_keys(const feed::Article& article) {
  remember_key(article.key, article, true);
  for (const feed::EntryKey& key : article.other_keys)
    if (key != article.key) remember_key(key, article, false);
}

void ArticleTable::remember_key(const feed::EntryKey& key, const feed::Article& article, bool is_primary) {
  if (is_first_) written_keys_.insert(key);
  Query query(put_key_);
  query.bind(base::to_number(source_)).bind(key).bind(base::to_number(article.row)).bind(is_primary);
  query.bind(article.raw_hash).bind(article.text_hash).bind(article.markup_hash).run();
}

}  // namespace rapporteur::store
