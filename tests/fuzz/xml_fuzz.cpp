// Xml: whatever the tags do, the tree can be walked, its depth is bounded and its views lie in it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "parse/xml.h"
#include "require.h"

namespace {

using namespace rapporteur::parse;

struct Depth : Visitor {
  std::size_t open_elements = 0;
  void open(const Element& element, const std::vector<Attribute>&) override {
    REQUIRE(++open_elements <= Xml::max_depth);
    static_cast<void>(element.namespace_uri());
  }
  void close(const Element&) override {
    REQUIRE(open_elements > 0);
    --open_elements;
  }
  void text(std::string_view) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Xml xml({reinterpret_cast<const char*>(data), size}, "https://example.org/");
  const Element root = xml.root();
  if (!root) return 0;
  Depth depth;
  root.walk(depth);
  REQUIRE(depth.open_elements == 0);
  REQUIRE(root.offset() <= size);
  std::string room;
  for (Element child = root.first(); child; child = child.next()) child.text(room);
  return 0;
}
