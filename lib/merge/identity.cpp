#include "merge/identity.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/hash.h"
#include "base/text.h"
#include "base/url.h"

namespace rapporteur::merge {

namespace {

// A body shorter than this may be the same boilerplate every day ("The noon briefing is at noon").
constexpr std::size_t telling_bytes = 200;

// What an entry offers to be known by. Empty: nothing.
struct Claim {
  std::string id;
  std::string link;     // without tracking, one scheme for http and https
  std::string content;  // title, summary and bodies, each with its length in front
  std::uint64_t content_hash = 0;
  std::size_t content_bytes = 0;
};

// Pieces that cannot run into each other: "ab" and "c" differ from "a" and "bc".
void append_piece(std::string& out, std::string_view piece) {
  out += std::to_string(piece.size());
  out += ':';
  out += piece;
}

feed::EntryKey key_of(std::string_view tag, std::string_view value) {
  std::string name;
  name.reserve(tag.size() + value.size() + 1);
  name.append(tag).push_back('\0');
  name += value;
  const base::Sha256 digest = base::sha256(name);
  feed::EntryKey key;
  static_assert(sizeof key <= sizeof digest);
  std::memcpy(key.data(), digest.data(), key.size());
  return key;
}

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
  append_piece(claim.content, entry.title.value);
  append_piece(claim.content, entry.summary.value);
  claim.content_bytes = entry.title.value.size() + entry.summary.value.size();
  for (const feed::Content& content : entry.content) {
    append_piece(claim.content, content.value);
    append_piece(claim.content, content.src);
    claim.content_bytes += content.value.size();
  }
  claim.content_hash = base::change_hash(claim.content);
  return claim;
}

std::string together(const Claim& claim) {
  std::string out;
  append_piece(out, claim.id);
  append_piece(out, claim.link);
  return out;
}

// How many different entries of the document stand behind each id, link and content. Views into the claims.
struct Census {
  std::unordered_map<std::string_view, int> ids, links;
  std::unordered_map<std::string, int> pairs;
  std::unordered_map<std::uint64_t, int> contents;

  void count(const Claim& claim) {
    ++ids[claim.id];
    ++links[claim.link];
    ++pairs[together(claim)];
    ++contents[claim.content_hash];
  }
};

bool has_link(const Claim& claim, const Census& census) {
  return !claim.link.empty() && census.links.at(claim.link) == 1;
}

// The highest rung that this document does not contradict.
feed::EntryKey rung_of(const Claim& claim, const Census& census) {
  const bool has_id = !claim.id.empty();
  if (has_id && census.ids.at(claim.id) == 1) return key_of("i", claim.id);
  if (has_id && !claim.link.empty() && census.pairs.at(together(claim)) == 1) return key_of("il", together(claim));
  if (!has_id && has_link(claim, census)) return key_of("l", claim.link);
  return key_of("c", together(claim) + claim.content);
}

// By these an entry is recognised when its id or its link has changed. Only what stands once in the document and says
// enough counts: a wrong match would overwrite a story with another, which is worse than showing one twice.
std::vector<feed::EntryKey> lower_rungs(const Claim& claim, const feed::Entry& entry, const Census& census,
                                        const feed::EntryKey& key) {
  std::vector<feed::EntryKey> rungs;
  if (has_link(claim, census)) rungs.push_back(key_of("l", claim.link));
  if (entry.published && claim.content_bytes >= telling_bytes && census.contents.at(claim.content_hash) == 1) {
    const auto instant = entry.published->time_since_epoch().count();
    rungs.push_back(key_of("d", std::to_string(instant) + ' ' + claim.content));
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
  std::unordered_set<std::string> seen;
  Census census;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto [place, is_new] = seen.insert(together(claims[i]) + std::to_string(claims[i].content_hash));
    identified[i].is_repeat = !is_new;
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
  return base::is_absolute_iri(id) ? std::string{id} : minted_atom_id(source_id, key);
}

std::string minted_atom_id(const std::string& source_id, const feed::EntryKey& key) {
  return base::uuid_of(source_id + '\0' + base::to_hex(key.data(), key.size()));
}

}  // namespace rapporteur::merge
