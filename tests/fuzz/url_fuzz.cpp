// The addresses of base/url: what is normal stays so, and what is resolved is absolute, ASCII and normal.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/url.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto is_plain = [](std::string_view url) {
    return std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  };
  if (const auto url = base::normalize_url(text)) {
    REQUIRE(is_plain(*url));
    REQUIRE(!base::scheme_of(*url).empty());
    REQUIRE(base::normalize_url(*url) == url);
    REQUIRE(base::resolve_url("https://example.org/", *url) == url);
    REQUIRE(base::is_http_url(*url) == base::authority_of(*url).has_value());
  }
  for (const std::string_view from : {"https://example.org/a/b?c#d", "http://[::1]:8080/", "not a base"})
    if (const auto url = base::resolve_url(from, text)) {
      REQUIRE(is_plain(*url));
      REQUIRE(base::normalize_url(*url) == url);
    }
  const auto tracked = base::without_tracking(text);
  REQUIRE(base::without_tracking(tracked) == tracked);
  base::is_absolute_iri(text);
  base::without_userinfo(text);
  base::without_fragment(text);
  return 0;
}
