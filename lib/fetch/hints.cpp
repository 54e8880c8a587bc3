#include "fetch/hints.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/text.h"

namespace rapporteur::fetch {
namespace {

constexpr std::int64_t most_seconds = std::int64_t{1} << 31;  // RFC 9111 1.2.2

// delta-seconds: digits only, any number of them.
std::optional<std::int64_t> read_seconds(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), base::is_digit)) return std::nullopt;
  std::int64_t seconds = 0;
  for (const char digit : text) seconds = std::min(most_seconds, seconds * 10 + (digit - '0'));
  return seconds;
}

struct CacheControl {
  bool has_max_age = false;             // present, readable or not
  std::optional<std::int64_t> max_age;  // the first one (RFC 9111 4.2.1)
  bool is_no_cache = false;             // without field names
};

// Where the directive that begins at `at` ends: at a comma outside quotes.
std::size_t end_of_directive(std::string_view text, std::size_t at) {
  for (bool is_quoted = false; at < text.size(); ++at) {
    if (text[at] == '"') is_quoted = !is_quoted;
    if (text[at] == '\\' && is_quoted)
      ++at;
    else if (text[at] == ',' && !is_quoted)
      return at;
  }
  return text.size();
}

CacheControl read_cache_control(std::string_view text) {
  CacheControl found;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = end_of_directive(text, at);
    const auto directive = text.substr(at, end - at);
    at = end + 1;
    const auto equals = directive.find('=');
    const auto name = base::trim(directive.substr(0, equals));
    auto value = equals == directive.npos ? std::string_view() : base::trim(directive.substr(equals + 1));
    // The quoted form is to be understood, though not to be sent (RFC 9111 5.2).
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (base::equals_ignoring_case(name, "no-cache") && value.empty()) found.is_no_cache = true;
    if (base::equals_ignoring_case(name, "max-age") && !found.has_max_age) {
      found.has_max_age = true;
      found.max_age = read_seconds(value);
    }
  }
  return found;
}

std::optional<base::Duration> positive(base::Duration span) {
  return span > base::Duration::zero() ? std::optional(span) : std::nullopt;
}

}  // namespace

std::optional<base::Duration> read_retry_after(std::string_view value, base::Instant now) {
  value = base::trim(value);
  if (const auto seconds = read_seconds(value)) return positive(std::chrono::seconds(*seconds));
  if (const auto date = base::from_http_date(value)) return positive(*date - now);
  return std::nullopt;
}

base::Hints read_hints(const ResponseHead& head, base::Instant now, base::Duration max_retry_after) {
  base::Hints hints;
  const auto cache_control = head.cache_control ? read_cache_control(*head.cache_control) : CacheControl();
  if (cache_control.max_age && !cache_control.is_no_cache) {
    const auto age = head.age ? read_seconds(*head.age).value_or(0) : 0;
    hints.max_age = positive(std::chrono::seconds(*cache_control.max_age - age));
  }
  // Dates are taken less the server's own, so that its clock need not be right.
  const auto its_now = (head.date ? base::from_http_date(*head.date) : std::nullopt).value_or(now);
  if (!cache_control.has_max_age && !cache_control.is_no_cache && head.expires)
    if (const auto expires = base::from_http_date(*head.expires)) hints.expires_in = positive(*expires - its_now);
  if (head.retry_after && head.status >= 300) {
    hints.retry_after = read_retry_after(*head.retry_after, its_now);
    if (hints.retry_after) hints.retry_after = std::min(*hints.retry_after, max_retry_after);
  }
  return hints;
}

// It is asctime's form (RFC 9110 5.6.7) but for the weekday in front, which no reader believes, and the zone.
std::optional<base::Instant> read_certificate_date(std::string_view text) {
  constexpr std::string_view zone = " GMT";
  text = base::trim(text);
  if (!text.ends_with(zone)) return std::nullopt;
  text.remove_suffix(zone.size());
  return base::from_http_date("Sun " + std::string(text));
}

}  // namespace rapporteur::fetch
