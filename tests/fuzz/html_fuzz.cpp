// html::clean() and to_text(): valid UTF-8, nothing that runs, and what is clean stays as it is.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "html/clean.h"
#include "html/to_text.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  const std::string markup = base::to_xml_text({reinterpret_cast<const char*>(data), size});
  const std::string clean = html::clean(markup, "https://example.org/a/");
  REQUIRE(base::is_xml_text(clean));
  for (const char* forbidden :
       {"<script", "<style", "<iframe", "<object", "<embed", "<form", "<svg", "<math", "<base", "<meta", "<link"})
    REQUIRE(clean.find(forbidden) == std::string::npos);
  REQUIRE(html::clean(clean, "https://example.org/a/") == clean);
  const std::string text = html::to_text(markup);
  REQUIRE(base::is_xml_text(text));
  html::looks_like_html(markup);
  html::feed_links(markup, "https://example.org/");
  html::decode_references(markup);
  return 0;
}
