// Making one edition of a view of 50 or 500 stories of ordinary length: the whole of it, and its parts.
#include <benchmark/benchmark.h>

#include "publish/compress.h"
#include "publish/edition.h"

namespace rapporteur {

namespace {

publish::View view_of(std::int64_t stories) {
  static constexpr const char* words[] = {"health ",  "report ", "children ", "refugees ",
                                          "climate ", "rights ", "women ",    "support "};
  auto source = std::make_shared<feed::SourceFacts>();
  source->id = "source";
  source->url = source->feed_id = "https://feeds.example.org/news.xml";
  source->title = source->agency = "Agency";
  source->link = "https://www.example.org/";
  publish::View view;
  std::uint32_t seed = 1;
  const auto text = [&seed](std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) {
      seed = seed * 1664525 + 1013904223;
      out += words[seed >> 29];
    }
    return out;
  };
  for (std::int64_t i = 0; i < stories; ++i) {
    feed::Story story;
    story.id = base::StoryId{i};
    story.source = source;
    story.countries = {"KG"};
    story.topics = {"human-rights"};
    story.lead.atom_id = "tag:example.org,2017:" + std::to_string(i);
    story.lead.title = text(87);
    story.lead.summary = text(362);
    story.lead.content = "<p>" + text(3000) + "</p>";
    story.lead.link = "https://www.example.org/" + std::to_string(i);
    story.lead.language = "en";
    story.lead.first_seen = story.lead.order_key = story.lead.issued = base::Instant(std::chrono::hours(420000 - i));
    story.lead.published = story.lead.first_seen;
    view.stories.push_back(std::move(story));
  }
  view.updated = base::Instant(std::chrono::hours(420000));
  return view;
}

void compose(benchmark::State& state) {
  const publish::View view = view_of(state.range(0));
  const publish::Settings settings;
  std::size_t bytes = 0;
  for (auto step : state) {
    std::map<std::string, publish::Page, std::less<>> pages;
    publish::compose(view, {}, settings, pages);
    bytes = 0;
    for (const auto& [path, page] : pages) bytes += page.body.size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(compose)->Arg(50)->Arg(500)->Unit(benchmark::kMillisecond);

std::string atom_document(std::int64_t stories) {
  std::map<std::string, publish::Page, std::less<>> pages;
  publish::compose(view_of(stories), {}, publish::Settings(), pages);
  return pages.at("/feed.atom").body;
}

void compress(benchmark::State& state, std::string (*coding)(std::string_view)) {
  const std::string document = atom_document(50);
  for (auto step : state) benchmark::DoNotOptimize(coding(document));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * document.size()));
}
BENCHMARK_CAPTURE(compress, gzip, publish::gzip)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compress, brotli, publish::brotli)->Unit(benchmark::kMillisecond);

}  // namespace

}  // namespace rapporteur
