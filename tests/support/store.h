// A store in a temporary directory, and the values that fill one. For tests of store and of what stands on it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "feed/harvest.h"
#include "feed/source.h"
#include "store/store.h"
#include "support/temporary_directory.h"

namespace rapporteur::support {

inline feed::EntryKey key_of(const std::string& words) {
  const base::Sha256 digest = base::sha256(words);
  feed::EntryKey key{};
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

inline base::Instant at(std::int64_t minutes) {
  return base::Instant(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) + std::chrono::minutes(minutes);
}

inline std::shared_ptr<const feed::SourceSettings> source_named(const std::string& id, const std::string& url = {}) {
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = id;
  settings->url = url.empty() ? "https://" + id + ".example.int/feed" : url;
  settings->labels.edit().agency = id;
  return settings;
}

// What is remembered of each, as the engine sees it when it works with it.
inline std::vector<feed::SourceState> follow(store::Writer& writer,
                                             const std::vector<std::shared_ptr<const feed::SourceSettings>>& sources,
                                             base::Instant now) {
  const std::vector<feed::PackedState> packed = writer.follow(sources, now);
  std::vector<feed::SourceState> states;
  for (std::size_t i = 0; i < sources.size(); ++i) states.push_back(packed.at(i).unpack(sources[i]->url));
  return states;
}

// An article as digest makes it: key and id from `name`, hashes from its words.
inline feed::Article article_named(const std::string& name, const std::string& text = "Text") {
  feed::Article article;
  article.key = key_of("id " + name);
  article.original_id = name;
  article.atom_id = "urn:example:" + name;
  article.title = "Title of " + name;
  article.link = "https://example.int/" + name;
  article.summary = text;
  article.content = "<p>" + text + "</p>";
  article.text_hash = base::change_hash(article.title + text);
  article.raw_hash = base::change_hash(name + text);
  article.language = "en";
  article.agency = "WHO";
  return article;
}

inline feed::Harvest harvest_of(feed::SourceState state, std::vector<feed::Article> articles, base::Instant instant) {
  feed::Harvest harvest;
  harvest.outcome = articles.empty() ? base::Outcome::unchanged : base::Outcome::fresh;
  harvest.at = instant;
  harvest.state = std::move(state);
  harvest.entries_in_document = articles.size();
  harvest.articles = std::move(articles);
  return harvest;
}

// What was opened, or an exception with the sentence that says why not.
template <class T>
std::unique_ptr<T> taken(Result<std::unique_ptr<T>, store::OpenError> opened) {
  if (!opened) throw std::runtime_error(opened.error().text);
  return std::move(*opened);
}

struct TemporaryStore {
  TemporaryDirectory directory;
  store::Settings settings{directory.file("store.db"), std::nullopt};

  std::unique_ptr<store::Writer> writer() const { return taken(store::Writer::open(settings)); }
  std::unique_ptr<store::Readers> readers() const { return taken(store::Readers::open(settings)); }
};

}  // namespace rapporteur::support
