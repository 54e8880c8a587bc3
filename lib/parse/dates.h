// The tolerant date reader: RFC 822/1123/850, asctime, ISO 8601 / W3CDTF / RFC 3339, and what publishers make of them.
// Nonsense gives no date, never a wrong one. Tables in dates.cpp. Pure, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "feed/source.h"

namespace rapporteur::parse {

struct Date {
  base::Instant instant{};  // whole seconds
  bool has_zone = false;    // false: the zone given by the caller (else UTC) was used
};

// `order` decides numeric D/M against M/D, which is otherwise refused unless one of them exceeds 12.
// `timezone` is an IANA name used where the date states no zone; "" is UTC.
std::optional<Date> read_date(std::string_view text, feed::DateOrder order = feed::DateOrder::unstated,
                              std::string_view timezone = {});

}  // namespace rapporteur::parse
