// An answer's document as far as it has to be read, and who its entries are: those that are on record by their bytes
// are passed over. digest() alone calls it. Pure, any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "feed/feed.h"
#include "feed/harvest.h"
#include "merge/identity.h"
#include "parse/parse.h"

namespace rapporteur::engine {

struct Reading {
  feed::Feed document;
  std::vector<merge::Identified> identities;  // of document.entries, in their order

  std::size_t entries() const { return document.entries.size() + document.passed_over.size(); }
};

Result<Reading, parse::Error> read_news(parse::Document document, parse::Options options,
                                        const feed::KnownEntries& known);

// What is on record of an entry, under the highest of its keys that is; nullptr: nothing.
const feed::KnownEntry* find_known(const feed::KnownEntries& known, const merge::Identity& identity);

}  // namespace rapporteur::engine
