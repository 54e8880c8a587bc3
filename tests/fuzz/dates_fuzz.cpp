// read_date(): no text of any kind does harm, and a date that was read is read again from what is written of it.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "parse/dates.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rapporteur;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto order : {feed::DateOrder::unstated, feed::DateOrder::dmy, feed::DateOrder::mdy}) {
    const auto date = parse::read_date(text, order, size % 2 == 0 ? "Europe/Paris" : "");
    if (!date) continue;
    REQUIRE(date->instant.time_since_epoch().count() % 1000 == 0);
    const auto written = parse::read_date(base::to_rfc3339(date->instant));
    // A zone may carry a date across the ends of the years that are read.
    const auto year = base::to_rfc3339(date->instant).substr(0, 5);
    REQUIRE((written && written->instant == date->instant && written->has_zone) || year == "0999-" ||
            year.find_first_of("+-") != 4 || date->instant.time_since_epoch().count() == 0);
  }
  return 0;
}
