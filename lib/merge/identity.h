// Is it the same entry? The ladder of keys within one source (id, else link, else content) and the two hashes that tell
// an edit from noise. Pure, any thread. Never across sources: a guid of one source says nothing about another's.
#pragma once

#include <string>
#include <vector>

#include "feed/article.h"
#include "merge/folded.h"

namespace rapporteur::merge {

struct Identity {
  feed::EntryKey key{};                    // the rung that identifies
  std::vector<feed::EntryKey> other_keys;  // lower rungs
};

// In the document's order. An id that stands on several different entries of one document does not identify:
// those fall to id with link, then to content. Two entries that agree in every rung are one: the later gets
// `is_repeat`.
struct Identified {
  Identity identity;
  // Of everything the document said of the entry, before cleaning: equal hashes mean that no work is needed.
  std::uint64_t raw_hash = 0;
  bool is_repeat = false;
};
std::vector<Identified> identify(const std::vector<feed::Entry>& entries);

// `content` is the key of title, summary and bodies, which are long and hashed once. Used by identify() alone.
std::uint64_t raw_hash(const feed::Entry& entry, const feed::EntryKey& content);
// The words of title and text, without markup and white space: a difference is a revision. Keeps its room from article
// to article; one object, one thread.
class TextHash {
 public:
  std::uint64_t of(const feed::Article& article);

 private:
  FoldedText folded_;
  std::string characters_;
};

// The id under which the entry is republished: its own when it is an absolute IRI, else one minted from source and key.
std::string proposed_atom_id(const std::string& source_id, const feed::Entry& entry, const feed::EntryKey& key);

}  // namespace rapporteur::merge
