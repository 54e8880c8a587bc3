// Instants, durations and clocks, and the forms in which the protocols write them.
// Everything is UTC. Instants are kept in milliseconds (the planner needs them) and written in whole seconds
// (RSS, HTTP and readers know no finer). Pure code never asks a clock: `now` comes in as an argument.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rapporteur::base {

using Duration = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Duration>;

// Asked by engine, fetch and daemon only. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

// "2017-12-01T09:00:00Z" (RFC 3339), seconds rounded down.
std::string to_rfc3339(Instant instant);
// Strict reader of what to_rfc3339 and configuration files write; feeds' dates are parse::dates' business.
std::optional<Instant> from_rfc3339(std::string_view text);
// "Fri, 01 Dec 2017 09:00:00 GMT" (IMF-fixdate, RFC 9110 5.6.7).
std::string to_http_date(Instant instant);
// The three forms a recipient must accept (RFC 9110 5.6.7); nothing else.
std::optional<Instant> from_http_date(std::string_view text);
// "Fri, 01 Dec 2017 09:00:00 +0000" (RFC 822 as RSS 2.0 wants it).
std::string to_rfc822(Instant instant);
// For sentences: "0.2 s", "45 s", "12 min", "3 h", "2 d"; the two largest units at most ("1 h 5 min").
std::string describe(Duration duration);
// "90s", "15m", "24h", "14d", "0.2s": the durations of the configuration. Nothing else is accepted; no sign.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace rapporteur::base
