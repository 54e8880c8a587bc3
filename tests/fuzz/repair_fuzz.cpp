// repair(): text that XML allows, of bounded size, whose document it leaves alone the second time; and repair_nesting()
// gives valid UTF-8 that needs no repair. Input that is not UTF-8 is decoded first, as parse() does.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "parse/decode.h"
#include "parse/repair.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  const std::string text =
      parse::decode(std::string(reinterpret_cast<const char*>(data), size), "text/xml; charset=utf-8").text;
  const auto repaired = parse::repair(text);
  REQUIRE(repaired.changed == (repaired.text != text));
  REQUIRE(repaired.text.size() <= text.size() * 8 + 256 * 1024);
  REQUIRE(repaired.text.find('<') == std::string::npos || base::is_xml_text(repaired.text));
  REQUIRE(!parse::needs_repair(repaired.text));
  const auto again = parse::repair(repaired.text);
  // Only what stands ahead of the document may look like more of it the second time.
  REQUIRE(repaired.text.ends_with(again.text));
  for (const auto& warning : repaired.warnings) REQUIRE(base::is_xml_text(warning.text));
  const std::string nested = parse::repair_nesting(repaired.text);
  REQUIRE(base::find_invalid_utf8(nested) == nested.size());
  REQUIRE(nested.empty() || !parse::needs_repair(nested));
  return 0;
}
