#include "parse/dates.h"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "base/text.h"
#include "parse/dates_reader.h"
#include "parse/dates_tokens.h"

namespace rapporteur::parse {

namespace {

namespace chrono = std::chrono;
using LocalSeconds = chrono::local_seconds;

// Years of feeds: 0001 is how .NET writes "never".
constexpr int first_year = 1000;
constexpr int last_year = 9999;

bool is_in_range(const DateFields& f) {
  if (f.year < first_year || f.year > last_year) return false;
  if (f.hour == 24) return f.minute == 0 && f.second == 0;
  return f.hour >= 0 && f.hour < 24 && f.minute < 60 && f.second <= 60;  // 60: a leap second (RFC 3339 section 5.6)
}

// The Monday of week 1 is that of the week with 4 January (ISO 8601).
std::optional<chrono::local_days> week_date(int year, int week, int day) {
  if (week < 1 || week > 53 || day < 1 || day > 7) return std::nullopt;
  const auto monday_of_first = [](int y) {
    const chrono::local_days fourth{chrono::year{y} / 1 / 4};
    return fourth - (chrono::weekday{fourth} - chrono::Monday);
  };
  const auto found = monday_of_first(year) + chrono::weeks{week - 1} + chrono::days{day - 1};
  if (week == 53 && found >= monday_of_first(year + 1)) return std::nullopt;
  return found;
}

std::optional<chrono::local_days> to_day(const DateFields& f) {
  const chrono::year year{f.year};
  if (f.week != 0) return week_date(f.year, f.week, f.day);
  if (f.day_of_year != 0) {
    if (f.day_of_year > (year.is_leap() ? 366 : 365)) return std::nullopt;
    return chrono::local_days{year / 1 / 1} + chrono::days{f.day_of_year - 1};
  }
  if (f.month < 1 || f.day < 1) return std::nullopt;
  const chrono::year_month_day date = year / f.month / f.day;
  if (!date.ok()) return std::nullopt;
  return chrono::local_days{date};
}

// Offset of a local time. In the hour that a change of clocks skips, and in the one it repeats, the rule before the
// change counts. nullopt: there is no zone of that name.
std::optional<chrono::seconds> offset_in(std::string_view timezone, LocalSeconds local) {
  if (timezone.empty() || timezone == "UTC") return chrono::seconds{};
  const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(
      icu::UnicodeString::fromUTF8({timezone.data(), static_cast<int32_t>(timezone.size())})));
  const auto* basic = dynamic_cast<const icu::BasicTimeZone*>(zone.get());
  if (!basic || *zone == icu::TimeZone::getUnknown()) return std::nullopt;
  int32_t raw = 0;
  int32_t saving = 0;
  UErrorCode status = U_ZERO_ERROR;
  basic->getOffsetFromLocal(static_cast<double>(local.time_since_epoch().count()) * 1000, UCAL_TZ_LOCAL_FORMER,
                            UCAL_TZ_LOCAL_FORMER, raw, saving, status);
  return U_SUCCESS(status) ? std::optional{chrono::seconds{(raw + saving) / 1000}} : std::nullopt;
}

std::optional<Date> to_date(const DateFields& fields, std::string_view timezone) {
  if (!is_in_range(fields)) return std::nullopt;
  const std::optional<chrono::local_days> day = to_day(fields);
  if (!day) return std::nullopt;
  const LocalSeconds local =
      *day + chrono::hours{fields.hour} + chrono::minutes{fields.minute} + chrono::seconds{fields.second};
  if (local.time_since_epoch().count() == 0)
    return std::nullopt;  // the epoch in whatever zone: "no date" in many programs
  const bool has_zone = fields.offset || !fields.region.empty();
  std::optional<chrono::seconds> offset;
  if (fields.offset)
    offset = chrono::minutes{*fields.offset};
  else if (has_zone)
    offset = offset_in(fields.region, local);
  else
    offset = offset_in(timezone, local).value_or(chrono::seconds{});  // a name that is none is UTC
  if (!offset) return std::nullopt;
  const chrono::seconds since_epoch = local.time_since_epoch() - *offset;
  if (since_epoch.count() == 0) return std::nullopt;
  return Date{base::Instant{since_epoch}, has_zone};
}

// The two forms that nearly all feeds use, read in place; anything unusual in them is left to the reader of tokens.

int two_digits(const char* p) {
  const unsigned tens = static_cast<unsigned char>(p[0]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(p[1]) - unsigned{'0'};
  return tens > 9 || ones > 9 ? -1 : static_cast<int>(tens * 10 + ones);
}

int four_digits(const char* p) {
  const int high = two_digits(p);
  const int low = two_digits(p + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

bool read_clock(const char* p, DateFields& fields) {
  fields.hour = two_digits(p);
  fields.minute = two_digits(p + 3);
  fields.second = two_digits(p + 6);
  return p[2] == ':' && p[5] == ':' && fields.hour >= 0 && fields.minute >= 0 && fields.second >= 0;
}

// "+hh:mm" or "+hhmm"
bool read_offset(std::string_view text, DateFields& fields) {
  const std::size_t colon = text.size() == 6 && text[3] == ':' ? 1 : 0;
  if (text.size() != 5 + colon || (text[0] != '+' && text[0] != '-')) return false;
  const int hours = two_digits(text.data() + 1);
  const int minutes = two_digits(text.data() + 3 + colon);
  fields.offset = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
  return hours >= 0 && hours <= 18 && minutes >= 0 && minutes < 60;
}

// 2002-10-07T21:34:05Z, 2002-10-07T21:34:05+02:00
bool read_rfc3339(std::string_view text, DateFields& fields) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T') return false;
  fields.year = four_digits(text.data());
  fields.month = two_digits(text.data() + 5);
  fields.day = two_digits(text.data() + 8);
  if (fields.year < 0 || fields.month < 0 || fields.day < 0 || !read_clock(text.data() + 11, fields)) return false;
  fields.offset = 0;
  return (text.size() == 20 && text[19] == 'Z') || read_offset(text.substr(19), fields);
}

int english_month(const char* p) {
  static constexpr char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (std::size_t month = 0; month < 12; ++month)
    if (std::memcmp(names + month * 3, p, 3) == 0) return static_cast<int>(month) + 1;
  return 0;
}

// Mon, 07 Oct 2002 21:34:05 GMT, 7 Oct 2002 21:34:05 +0200
bool read_rfc822(std::string_view text, DateFields& fields) {
  if (text.size() > 5 && text[3] == ',' && text[4] == ' ' && base::is_alpha(text[0])) text.remove_prefix(5);
  if (text.size() < 23) return false;
  const std::size_t digits = text[1] == ' ' ? 1 : 2;
  const char* p = text.data() + digits;  // the blank behind the day
  fields.day = digits == 2 ? two_digits(p - 2) : base::is_digit(p[-1]) ? p[-1] - '0' : -1;
  fields.month = english_month(p + 1);
  fields.year = four_digits(p + 5);
  if (p[0] != ' ' || p[4] != ' ' || p[9] != ' ' || p[18] != ' ' || fields.day < 0 || fields.month == 0 ||
      fields.year < 0)
    return false;
  if (!read_clock(p + 10, fields)) return false;
  const std::string_view zone = text.substr(digits + 19);
  fields.offset = 0;
  return zone == "GMT" || zone == "UTC" || read_offset(zone, fields);
}

}  // namespace

std::optional<Date> read_date(std::string_view text, feed::DateOrder order, std::string_view timezone) {
  text = base::trim(text);
  DateFields fields;
  if (read_rfc3339(text, fields) || read_rfc822(text, fields)) return to_date(fields, timezone);
  const DateTokens tokens(text);
  if (!tokens.is_usable()) return std::nullopt;
  const std::optional<DateFields> found = DateReader(tokens, order).read();
  return found ? to_date(*found, timezone) : std::nullopt;
}

}  // namespace rapporteur::parse
