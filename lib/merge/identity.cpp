#include "merge/identity.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "base/url.h"
#include "feed/harvest.h"

namespace rapporteur::merge {

namespace {

// A body shorter than this may be the same boilerplate every day ("The noon briefing is at noon").
constexpr std::size_t telling_bytes = 200;

// What an entry offers to be known by. Empty: nothing.
struct Claim {
  std::string_view id;
  std::string link;          // without tracking, one scheme for http and https
  feed::EntryKey pair{};     // of id and link
  feed::EntryKey content{};  // of title, summary and bodies
  std::size_t content_bytes = 0;
};

// Pieces cannot run into each other: "ab" and "c" differ from "a" and "bc".
feed::EntryKey key_of(std::initializer_list<std::string_view> pieces) { return base::wide_hash(pieces); }

std::string_view bytes_of(const feed::EntryKey& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

// Sites flip between http and https for one page, within one document even; a front page identifies nothing.
std::string telling_link(const feed::Entry& entry) {
  std::string link = base::without_tracking(entry.link);
  if (link.starts_with("http://")) link.insert(4, "s");
  const std::size_t path = link.starts_with("https://") ? link.find_first_of("/?#", 8) : 0;
  return path == std::string::npos || link.substr(path) == "/" ? std::string() : link;
}

Claim claim_of(const feed::Entry& entry) {
  Claim claim;
  claim.id = base::trim(entry.id);
  claim.link = telling_link(entry);
  claim.pair = key_of({claim.id, claim.link});
  base::ChangeHash content_hash;
  const auto add = [&](std::string_view piece) {
    content_hash.add(piece);
    claim.content_bytes += piece.size();
  };
  add(entry.title.value);
  add(entry.summary.value);
  for (const feed::Content& content : entry.content) {
    add(content.value);
    content_hash.add(content.src);
  }
  claim.content = content_hash.wide_value();
  return claim;
}

// How many different entries of the document stand behind each id, link and content. Views into the claims.
struct Census {
  std::unordered_map<std::string_view, int> ids, links;
  std::unordered_map<feed::EntryKey, int, feed::EntryKeyHash> pairs, contents;

  explicit Census(std::size_t entries) {
    ids.reserve(entries);
    links.reserve(entries);
    pairs.reserve(entries);
    contents.reserve(entries);
  }
  void count(const Claim& claim) {
    ++ids[claim.id];
    ++links[claim.link];
    ++pairs[claim.pair];
    ++contents[claim.content];
  }
};

bool has_link(const Claim& claim, const Census& census) {
  return !claim.link.empty() && census.links.at(claim.link) == 1;
}

// The highest rung that this document does not contradict.
feed::EntryKey rung_of(const Claim& claim, const Census& census) {
  const bool has_id = !claim.id.empty();
  if (has_id && census.ids.at(claim.id) == 1) return key_of({"i", claim.id});
  if (has_id && !claim.link.empty() && census.pairs.at(claim.pair) == 1) return key_of({"il", bytes_of(claim.pair)});
  if (!has_id && has_link(claim, census)) return key_of({"l", claim.link});
  return key_of({"c", bytes_of(claim.pair), bytes_of(claim.content)});
}

// By these an entry is recognised when its id or its link has changed. Only what stands once in the document and says
// enough counts: a wrong match would overwrite a story with another, which is worse than showing one twice.
std::vector<feed::EntryKey> lower_rungs(const Claim& claim, const feed::Entry& entry, const Census& census,
                                        const feed::EntryKey& key) {
  std::vector<feed::EntryKey> rungs;
  if (has_link(claim, census)) rungs.push_back(key_of({"l", claim.link}));
  if (entry.published && claim.content_bytes >= telling_bytes && census.contents.at(claim.content) == 1) {
    const auto instant = entry.published->time_since_epoch().count();
    rungs.push_back(key_of({"d", std::to_string(instant), bytes_of(claim.content)}));
  }
  std::erase(rungs, key);
  return rungs;
}

}  // namespace

std::vector<Identified> identify(const std::vector<feed::Entry>& entries) {
  std::vector<Claim> claims;
  claims.reserve(entries.size());
  for (const feed::Entry& entry : entries) claims.push_back(claim_of(entry));

  std::vector<Identified> identified(entries.size());
  std::unordered_set<feed::EntryKey, feed::EntryKeyHash> seen;
  seen.reserve(entries.size());
  Census census(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool is_new = seen.insert(key_of({bytes_of(claims[i].pair), bytes_of(claims[i].content)})).second;
    identified[i].is_repeat = !is_new;
    identified[i].raw_hash = raw_hash(entries[i], claims[i].content);
    if (is_new) census.count(claims[i]);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Identity& identity = identified[i].identity;
    identity.key = rung_of(claims[i], census);
    identity.other_keys = lower_rungs(claims[i], entries[i], census, identity.key);
  }
  return identified;
}

std::string proposed_atom_id(const std::string& source_id, const feed::Entry& entry, const feed::EntryKey& key) {
  const std::string_view id = base::trim(entry.id);
  return base::is_absolute_iri(id) ? std::string{id} : feed::minted_atom_id(source_id, key);
}

}  // namespace rapporteur::merge
