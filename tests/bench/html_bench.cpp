// What cleaning costs: the usual body of a news item, one that needs a tree, words only, and what a title costs.
#include <benchmark/benchmark.h>

#include <string>

#include "html/clean.h"
#include "html/filter.h"
#include "html/rebuild.h"
#include "html/to_text.h"

namespace rapporteur {
namespace {

constexpr std::string_view base_url = "https://news.example.org/en/story/2017/12/1";

// About 5 KB: paragraphs with links, a picture, a list, a table, some references.
std::string story() {
  std::string markup =
      "<div class=\"field field-name-body\"><figure><img src=\"/sites/default/files/photo.jpg\" width=\"800\" "
      "height=\"533\" "
      "alt=\"A health worker\" class=\"img-responsive\" /><figcaption>&copy; UNICEF/Name</figcaption></figure>\n";
  for (int i = 0; i < 8; ++i) {
    markup +=
        "<p style=\"text-align: justify;\"><strong>GENEVA, 1 December</strong> &#8211; The humanitarian situation in "
        "the region "
        "has worsened over the last weeks, the <a href=\"https://www.example.org/en/about?section=3&amp;id=7\" "
        "target=\"_blank\" "
        "rel=\"noopener\">United Nations agency</a> said, with <em>more than 120,000 people</em> displaced since "
        "Monday. "
        "&ldquo;We don&rsquo;t have enough clean water,&rdquo; a spokesperson told reporters.</p>\n";
  }
  markup += "<ul><li>Food</li><li>Water &amp; sanitation</li><li>Shelter</li></ul>\n<table><tbody>";
  for (int i = 0; i < 6; ++i) markup += "<tr><td>Region</td><td>1,234</td><td>56%</td></tr>";
  return markup + "</tbody></table></div>";
}

std::string words() {
  std::string text;
  while (text.size() < 5'000) text += "The humanitarian situation in the region has worsened over the last weeks. ";
  return text;
}

void report(benchmark::State& state, const std::string& input) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(input.size()));
}

void clean_story(benchmark::State& state) {
  const std::string markup = story();
  for (auto _ : state) benchmark::DoNotOptimize(html::clean(markup, base_url));
  report(state, markup);
}
BENCHMARK(clean_story);

void clean_misnested_story(benchmark::State& state) {
  const std::string markup = "<b><i>x</b></i>" + story();
  for (auto _ : state) benchmark::DoNotOptimize(html::clean(markup, base_url));
  report(state, markup);
}
BENCHMARK(clean_misnested_story);

void clean_words(benchmark::State& state) {
  const std::string text = words();
  for (auto _ : state) benchmark::DoNotOptimize(html::clean(text, base_url));
  report(state, text);
}
BENCHMARK(clean_words);

void story_to_text(benchmark::State& state) {
  const std::string markup = story();
  for (auto _ : state) benchmark::DoNotOptimize(html::to_text(markup));
  report(state, markup);
}
BENCHMARK(story_to_text);

void words_to_text(benchmark::State& state) {
  const std::string text = words();
  for (auto _ : state) benchmark::DoNotOptimize(html::to_text(text));
  report(state, text);
}
BENCHMARK(words_to_text);

void title_judged(benchmark::State& state) {
  const std::string title = "Security Council adopts resolution 2393 (2017) on Syria & the region";
  for (auto _ : state) benchmark::DoNotOptimize(html::looks_like_html(title));
  report(state, title);
}
BENCHMARK(title_judged);

void hostile_nesting(benchmark::State& state) {
  std::string markup;
  while (markup.size() < 256 * 1024) markup += "<b><div></b><i>";
  for (auto _ : state) benchmark::DoNotOptimize(html::clean(markup, base_url));
  report(state, markup);
}
BENCHMARK(hostile_nesting);

}  // namespace
}  // namespace rapporteur
