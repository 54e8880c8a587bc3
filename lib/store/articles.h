// The tables `entry`, `entry_key` and `revision`: is it an entry we have, is it an edit, which id does it get, with
// which instant is it issued. Used by writer.cpp inside its transactions; the column lists also by stories.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "feed/article.h"
#include "feed/harvest.h"
#include "store/statement.h"

namespace rapporteur::store {

class Database;

// The instant that Atom's `updated` says (PUBLISHING section 1): the origin's; without one published, else first seen;
// after a revision the origin's if that moved on, else the time it was seen. Never before published, never in the
// future, never smaller than before. `before`: what it was issued with, none when it is new. `is_revised`: title or
// text changed just now.
base::Instant issue_instant(const feed::Article& article, std::optional<base::Instant> before, bool is_revised,
                            base::Instant now);

// The columns of `entry` that make an Article, with the table's name before each; and their reader.
std::string article_columns();
void read_article(Query& row, feed::Article& article);

enum class Applied { added, revised, touched, nothing };

// The entries of one source during one harvest.
class ArticleTable {
 public:
  explicit ArticleTable(Database& database);

  // Starts a harvest: an entry is written once in it, whatever the document repeats. `is_first`: nothing of this source
  // is on record, so only keys that this harvest writes can be found.
  void begin_harvest(base::SourceId source, const std::string& name, base::Instant at, bool is_first);

  // The entry's row, when the article is one that we have; it is then not to be added. A repeat within the harvest
  // gives `is_repeat`.
  struct Match {
    std::optional<base::EntryId> row;
    bool is_repeat = false;
  };
  Match find(const feed::Article& article);

  // The row that `add` will give to the next entry: a story names its lead before the entry exists.
  base::EntryId next_row();
  // min(published, first seen), as `add` will fix it.
  base::Instant order_key_of(const feed::Article& article) const;
  // Fills in row, atom_id, first_seen, order_key and issued.
  void add(feed::Article& article, base::StoryId story);
  // Fills in the same, from the store, and revised. `story` gets the entry's story.
  Applied update(feed::Article& article, base::EntryId row, base::StoryId& story);

  // After a rollback.
  void forget() { next_row_.reset(); }

 private:
  std::optional<base::EntryId> owner_of(const feed::EntryKey& key);
  bool is_ours(base::EntryId row);
  bool insert(const feed::Article& article, base::StoryId story);
  void remember_keys(const feed::Article& article);
  void remember_key(const feed::EntryKey& key, const feed::Article& article, bool is_primary);

  Database& database_;
  Statement find_key_, is_ours_, read_, insert_, revise_, update_, put_key_;
  base::SourceId source_{};
  std::string source_name_;
  base::Instant at_{};
  bool is_first_ = false;
  std::unordered_set<base::EntryId> written_;
  std::unordered_set<feed::EntryKey, feed::EntryKeyHash> written_keys_;  // of a first harvest
  std::optional<std::int64_t> next_row_;
};

}  // namespace rapporteur::store
