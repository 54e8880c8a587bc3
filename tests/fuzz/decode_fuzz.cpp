// decode(): whatever the bytes and whatever the server says, valid UTF-8 of bounded size without a byte order mark, and
// what came out is UTF-8 the next time too.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "parse/decode.h"
#include "require.h"

// The first line is the Content-Type.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string bytes(input.substr(std::min(line + 1, input.size())));
  const auto decoded = parse::decode(bytes, input.substr(0, line));
  REQUIRE(base::find_invalid_utf8(decoded.text) == decoded.text.size());
  REQUIRE(decoded.text.size() <= bytes.size() * 6 + 16);
  REQUIRE(decoded.text.find("\xEF\xBB\xBF") == std::string::npos);
  REQUIRE(!decoded.encoding.empty());
  for (const auto& warning : decoded.warnings) REQUIRE(base::is_xml_text(warning.text));
  const auto again = parse::decode(decoded.text, "text/xml; charset=utf-8");
  REQUIRE(base::find_invalid_utf8(again.text) == again.text.size());
  return 0;
}
