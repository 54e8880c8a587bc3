// One answer to one harvest: parsed, identified, cleaned, hashed, planned. New entries cost the cleaning; an answer
// whose entries are all on record costs the reading alone. Beside it the floor: pugixml loading the same bytes.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <pugixml.hpp>
#include <utility>

#include "bench/documents.h"
#include "engine/digest.h"
#include "ops/memory.h"

namespace {

using namespace rapporteur;

const std::vector<std::string>& corpus() {
  static const bool is_set = (ops::keep_freed_memory(), true);  // as the program does, for the floor as well
  static_cast<void>(is_set);
  static const std::vector<std::string> documents = bench::make_corpus(100);
  return documents;
}

feed::Source followed() {
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = "agency";
  settings->url = "https://agency.example/feed.xml";
  settings->labels.edit().agency = "Agency";
  feed::Source source;
  source.settings = std::move(settings);
  source.state.row = base::SourceId{1};
  return source;
}

fetch::Reply reply_with(std::string body) {
  fetch::Reply reply;
  reply.outcome = base::Outcome::fresh;
  reply.status = 200;
  reply.body = std::move(body);
  reply.content_type = "application/xml";
  fetch::Hop hop;
  hop.url = "https://agency.example/feed.xml";
  hop.status = 200;
  reply.hops.push_back(std::move(hop));
  return reply;
}

feed::Harvest digested(const std::string& document, const feed::KnownEntries& known, bool sanitises) {
  auto settings = std::make_shared<engine::DigestSettings>();
  settings->sanitises = sanitises;
  const base::Instant now{std::chrono::hours{24 * 20780}};
  return engine::digest(followed(), known, reply_with(document), std::move(settings), now);
}

// By the bytes of each entry, or only by what they say: as where each poll brings another number of comments.
std::vector<feed::KnownEntries> all_known(bool by_bytes) {
  std::vector<feed::KnownEntries> known;
  for (const std::string& document : corpus()) {
    feed::KnownEntries& entries = known.emplace_back();
    for (const feed::Article& article : digested(document, {}, false).articles)
      entries.emplace(article.key, feed::KnownEntry{base::EntryId{1}, article.raw_hash, article.text_hash,
                                                    by_bytes ? article.markup_hash : 0});
  }
  return known;
}

template <class Work>
void measure(benchmark::State& state, const Work& work) {
  std::size_t bytes = 0;
  for (auto _ : state)
    for (std::size_t i = 0; i < corpus().size(); ++i) {
      bytes += corpus()[i].size();
      work(i);
    }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void pugixml_load(benchmark::State& state) {
  measure(state, [](std::size_t i) {
    pugi::xml_document tree;
    benchmark::DoNotOptimize(tree.load_buffer(corpus()[i].data(), corpus()[i].size()));
  });
}
BENCHMARK(pugixml_load)->Unit(benchmark::kMillisecond);

void measure_known(benchmark::State& state, bool by_bytes) {
  const std::vector<feed::KnownEntries> known = all_known(by_bytes);
  measure(state, [&known](std::size_t i) {
    if (!digested(corpus()[i], known[i], true).articles.empty()) std::abort();
  });
}

void every_entry_known(benchmark::State& state) { measure_known(state, true); }
BENCHMARK(every_entry_known)->Unit(benchmark::kMillisecond);

void every_entry_known_other_bytes(benchmark::State& state) { measure_known(state, false); }
BENCHMARK(every_entry_known_other_bytes)->Unit(benchmark::kMillisecond);

void every_entry_new_not_cleaned(benchmark::State& state) {
  measure(state, [](std::size_t i) { benchmark::DoNotOptimize(digested(corpus()[i], {}, false)); });
}
BENCHMARK(every_entry_new_not_cleaned)->Unit(benchmark::kMillisecond);

void every_entry_new(benchmark::State& state) {
  measure(state, [](std::size_t i) { benchmark::DoNotOptimize(digested(corpus()[i], {}, true)); });
}
BENCHMARK(every_entry_new)->Unit(benchmark::kMillisecond);

}  // namespace
