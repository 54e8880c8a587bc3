// How fast bytes become entries, against the floor: pugixml loading the same bytes into a bare tree. One pass goes over
// a corpus that is larger than the caches, as a daemon meets its documents: cold.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pugixml.hpp>
#include <utility>

#include "bench/documents.h"
#include "merge/identity.h"
#include "parse/parse.h"

namespace {

using namespace rapporteur;

// RAPPORTEUR_BENCH_CORPUS names a folder of documents to measure instead.
std::vector<std::string> load_corpus() {
  const char* folder = std::getenv("RAPPORTEUR_BENCH_CORPUS");
  if (!folder) return bench::make_corpus(200);
  std::vector<std::string> corpus;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".xml") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

const std::vector<std::string>& corpus() {
  static const std::vector<std::string> documents = load_corpus();
  return documents;
}

// parse() consumes its bytes, so each pass gets documents of its own, made while the clock stands still; the tree is
// given the same.
template <class Work>
void measure(benchmark::State& state, const Work& work) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<std::string> documents = corpus();
    state.ResumeTiming();
    for (std::string& document : documents) {
      bytes += document.size();
      work(document);
    }
    state.PauseTiming();
    documents = {};
    state.ResumeTiming();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}

void pugixml_load(benchmark::State& state) {
  measure(state, [](std::string& document) {
    pugi::xml_document tree;
    benchmark::DoNotOptimize(tree.load_buffer(document.data(), document.size()));
  });
}
BENCHMARK(pugixml_load)->Unit(benchmark::kMillisecond);

void parse_to_feed(benchmark::State& state) {
  measure(state, [](std::string& document) {
    auto feed = parse::parse({std::move(document), "application/xml", "https://example.org/feed"});
    if (!feed || feed->entries.empty()) std::abort();
    benchmark::DoNotOptimize(feed);
  });
}
BENCHMARK(parse_to_feed)->Unit(benchmark::kMillisecond);

void parse_and_identify(benchmark::State& state) {
  measure(state, [](std::string& document) {
    auto feed = parse::parse({std::move(document), "application/xml", "https://example.org/feed"});
    if (!feed) std::abort();
    benchmark::DoNotOptimize(merge::identify(feed->entries));
  });
}
BENCHMARK(parse_and_identify)->Unit(benchmark::kMillisecond);

}  // namespace
