#include "engine/reading.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace rapporteur::engine {

namespace {

using RowsByMarkup = std::unordered_map<std::uint64_t, base::EntryId>;
using ReadResult = Result<Reading, parse::Error>;

RowsByMarkup rows_by_markup(const feed::KnownEntries& known) {
  RowsByMarkup rows;
  rows.reserve(known.size());
  for (const auto& [key, entry] : known)
    if (entry.markup_hash != 0) rows.emplace(entry.markup_hash, entry.row);
  return rows;
}

// An entry that was read answers to a key of one that was not: only the whole document tells them apart.
bool contradicts(const Reading& reading, const feed::KnownEntries& known, const RowsByMarkup& rows) {
  std::unordered_set<std::int64_t> passed_over;
  for (const std::uint64_t hash : reading.document.passed_over) passed_over.insert(base::to_number(rows.at(hash)));
  return std::any_of(reading.identities.begin(), reading.identities.end(), [&](const merge::Identified& entry) {
    const feed::KnownEntry* before = find_known(known, entry.identity);
    return before && passed_over.contains(base::to_number(before->row));
  });
}

ReadResult read(parse::Document document, const parse::Options& options) {
  auto parsed = parse::parse(std::move(document), options);
  if (!parsed) return parsed.error();
  std::vector<merge::Identified> identities = merge::identify(parsed->entries);
  return Reading{std::move(*parsed), std::move(identities)};
}

}  // namespace

ReadResult read_news(parse::Document document, parse::Options options, const feed::KnownEntries& known) {
  const RowsByMarkup rows = rows_by_markup(known);
  if (rows.empty()) return read(std::move(document), options);
  options.is_known = [&rows](std::uint64_t markup_hash) { return rows.contains(markup_hash); };
  ReadResult reading = read(document, options);
  if (!reading || reading->document.passed_over.empty() || !contradicts(*reading, known, rows)) return reading;
  options.is_known = {};
  return read(std::move(document), options);
}

const feed::KnownEntry* find_known(const feed::KnownEntries& known, const merge::Identity& identity) {
  const auto same = known.find(identity.key);
  if (same != known.end()) return &same->second;
  for (const feed::EntryKey& key : identity.other_keys) {
    const auto other = known.find(key);
    if (other != known.end()) return &other->second;
  }
  return nullptr;
}

}  // namespace rapporteur::engine
