// detect() and describe(): a shape within the text, and a sentence for whatever is no feed.
#include <cstddef>
#include <cstdint>
#include <string>

#include "parse/detect.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur::parse;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  has_binary_signature(text);
  const Shape shape = detect(text);
  REQUIRE(shape.start <= text.size());
  REQUIRE(shape.root.empty() ||
          (shape.root.data() >= text.data() && shape.root.data() + shape.root.size() <= text.data() + size));
  REQUIRE(!describe(shape, text).empty());
  return 0;
}
