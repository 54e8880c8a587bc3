// An entry as the document told it becomes an article of ours: cleaned, labelled, hashed. Pure; worker threads.
#pragma once

#include <string>

#include "feed/article.h"
#include "feed/source.h"
#include "merge/identity.h"

namespace rapporteur::engine {

// What every entry of one document shares.
struct ArticleContext {
  const feed::Source& source;
  const feed::Feed& document;
  std::string fallback_language;  // of the feed, the server or the configuration, in that order
  bool sanitises = true;          // false only in benchmarks, to show what sanitising costs
  merge::TextHash text_hash{};    // one room for all of them
};

// `key` and `raw_hash` were found by merge::identify and merge::raw_hash; the entry is consumed.
feed::Article make_article(feed::Entry entry, ArticleContext& context);

// The primary subtag decides readers' fonts and direction: "en-GB" is kept, "EN_us" becomes "en-US", nonsense is "".
std::string tidy_language(std::string_view language);

}  // namespace rapporteur::engine
