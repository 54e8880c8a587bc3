// parse(): a feed or an error with a sentence, never more; every text of the feed is valid UTF-8 that XML allows;
// passing over entries that are known by their bytes leaves the others as they are.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "base/text.h"
#include "base/url.h"
#include "parse/parse.h"
#include "require.h"

namespace {

using rapporteur::base::find_invalid_utf8;

void demand_utf8(const std::string& text) { REQUIRE(find_invalid_utf8(text) == text.size()); }

void look_at(const rapporteur::feed::Head& head) {
  for (const auto* text : {&head.id, &head.title.value, &head.subtitle.value, &head.link, &head.self, &head.language,
                           &head.rights, &head.generator})
    demand_utf8(*text);
  for (const int hour : head.skip_hours) REQUIRE(hour >= 0 && hour < 24);
}

// Half of the entries, as their hashes have it.
bool is_known(std::uint64_t markup_hash) { return markup_hash % 2 == 1; }

void pass_over_known(rapporteur::parse::Document document, const rapporteur::feed::Feed& whole) {
  rapporteur::parse::Options options;
  std::set<std::uint64_t> on_record;
  for (const auto& entry : whole.entries)
    if (is_known(entry.markup_hash)) on_record.insert(entry.markup_hash);
  options.is_known = [&on_record](std::uint64_t markup_hash) { return on_record.contains(markup_hash); };
  const auto rest = rapporteur::parse::parse(std::move(document), options);
  REQUIRE(rest.has_value());
  if (rest->passed_over.empty()) return;
  std::size_t at = 0;
  for (const auto& entry : whole.entries) {
    if (is_known(entry.markup_hash)) continue;
    REQUIRE(at < rest->entries.size());
    REQUIRE(rest->entries[at].id == entry.id && rest->entries[at].link == entry.link);
    REQUIRE(rest->entries[at].title.value == entry.title.value && rest->entries[at].markup_hash == entry.markup_hash);
    ++at;
  }
  REQUIRE(at == rest->entries.size());
  REQUIRE(rest->head.title.value == whole.head.title.value && rest->head.id == whole.head.id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  parse::Document document;
  document.bytes.assign(reinterpret_cast<const char*>(data), size);
  document.url = "https://example.org/feeds/a.xml";
  const auto result = parse::parse(document);
  if (!result) {
    REQUIRE(!result.error().text.empty());
    return 0;
  }
  look_at(result->head);
  for (const auto& entry : result->entries) {
    for (const auto* text : {&entry.id, &entry.title.value, &entry.link, &entry.summary.value, &entry.published_text})
      demand_utf8(*text);
    for (const auto& content : entry.content) demand_utf8(content.value);
    REQUIRE(entry.link.empty() || !base::scheme_of(entry.link).empty());
    if (entry.source) look_at(*entry.source);
  }
  for (const auto& warning : result->warnings) REQUIRE(!warning.code.empty());
  pass_over_known(std::move(document), *result);
  return 0;
}
