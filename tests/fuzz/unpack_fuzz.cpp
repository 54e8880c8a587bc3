// Bodies that call themselves compressed: never more than they may unpack to, and what is cut is the beginning of what
// is whole. The first byte chooses the coding and the limit.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fetch/unpack.h"
#include "require.h"

using namespace rapporteur;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::array codings{fetch::Coding::gzip, fetch::Coding::deflate, fetch::Coding::br, fetch::Coding::zstd};
  const fetch::Coding coding = codings[data[0] % codings.size()];
  const std::size_t most = data[0] & 0x80 ? 100 : 200'000;
  const std::string_view packed(reinterpret_cast<const char*>(data + 1), size - 1);
  std::string all;
  const fetch::Unpacking how = fetch::unpack(packed, coding, most, all);
  REQUIRE(all.size() <= most);
  std::string more;
  const fetch::Unpacking again = fetch::unpack(packed, coding, 10 * most, more);
  if (how == fetch::Unpacking::whole) REQUIRE(again == fetch::Unpacking::whole && more == all);
  if (how == fetch::Unpacking::too_large) REQUIRE(again != fetch::Unpacking::whole || more.size() > most);
  if (again == fetch::Unpacking::whole) {
    std::string beginning;
    fetch::unpack(packed.substr(0, packed.size() / 2), coding, 10 * most, beginning);
    REQUIRE(more.compare(0, beginning.size(), beginning) == 0);
  }
  return 0;
}
