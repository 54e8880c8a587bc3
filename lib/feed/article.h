// An entry made ours: identified within its source, safe to print, with the labels by which views find it.
// engine::digest makes it (pure); store keeps it; publish prints it. One article is one row of `entry`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "feed/feed.h"

namespace rapporteur::feed {

// The identity of an entry within its source: 16 bytes of SHA-256 over a rung of the ladder (merge/identity).
using EntryKey = std::array<unsigned char, 16>;

struct Article {
  // Identity. Atom ids are minted once, when the store first sees the article, and kept.
  EntryKey key{};
  std::vector<EntryKey> other_keys;  // further rungs of the ladder (link), by which a changed id is recognised
  std::string original_id;           // the document's id, "" when it had none
  std::string atom_id;               // proposed by digest, decided by the store (unique over the store)

  // Change detection: raw over everything the document said, text over the words of title and text only,
  // markup over its piece of the document.
  std::uint64_t raw_hash = 0;
  std::uint64_t text_hash = 0;
  std::uint64_t markup_hash = 0;  // of the bytes it was read from, where these alone identify it; else 0

  // What readers see. All addresses absolute, all markup sanitised, all text valid XML text.
  std::string title;    // plain text, never empty: a title is made of the text when the document has none
  std::string link;     // without tracking parameters; "" when the document named none
  std::string summary;  // plain text, at most 600 characters
  std::string content;  // sanitised HTML, the longest body the document gave; "" when it gave none
  std::vector<Person> authors;
  std::vector<Category> categories;
  std::vector<Enclosure> enclosures;
  std::string rights;
  std::string language;  // BCP 47, lower case primary tag; "" unknown
  std::string published_text;
  std::optional<base::Instant> published;            // as stated
  std::optional<base::Instant> updated;              // as stated by the origin
  bool is_republished_source = false;                // the entry carried an atom:source of its own
  std::string source_id, source_title, source_link;  // that source, when it did

  // Labels: the union of what the source declares and (later) what the text says.
  std::string agency;
  std::vector<std::string> countries, topics, tags;

  // Facts of the store; digest leaves them unset.
  base::EntryId row{};
  base::Instant first_seen{};
  base::Instant order_key{};             // min(published, first seen): fixed for ever (CONTRACT section 7)
  std::optional<base::Instant> revised;  // last change of title or text
  base::Instant issued{};                // what Atom's `updated` says: never smaller than before, never in the future
};

// The id of an entry that has none of its own, or whose own another entry holds: the same source and key, the same id,
// for ever.
std::string minted_atom_id(const std::string& source_id, const EntryKey& key);

}  // namespace rapporteur::feed
