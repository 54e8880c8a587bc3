// parse(): a feed or an error with a sentence, never more; every text of the feed is valid UTF-8 that XML allows.
#include <cstddef>
#include <cstdint>
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  parse::Document document;
  document.bytes.assign(reinterpret_cast<const char*>(data), size);
  document.url = "https://example.org/feeds/a.xml";
  const auto result = parse::parse(std::move(document));
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
  return 0;
}
