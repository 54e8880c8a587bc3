#include "base/time.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/text.h"

namespace rapporteur::base {

namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                        "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Civil fields, as written. A second of 60 is a leap second: it is read as the first of the next minute.
struct Civil {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

std::optional<Instant> to_instant(const Civil& c) {
  const std::chrono::year_month_day date{std::chrono::year{c.year}, std::chrono::month{static_cast<unsigned>(c.month)},
                                         std::chrono::day{static_cast<unsigned>(c.day)}};
  if (!date.ok() || c.hour > 23 || c.minute > 59 || c.second > 60) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{c.hour} + std::chrono::minutes{c.minute} +
         seconds{c.second};
}

Civil to_civil(std::chrono::sys_seconds instant) {
  const auto midnight = std::chrono::floor<days>(instant);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss time{instant - midnight};
  return {int{date.year()},
          static_cast<int>(unsigned{date.month()}),
          static_cast<int>(unsigned{date.day()}),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count())};
}

// The protocols write years with four digits; instants outside are held at the ends, so that what is written is
// readable.
std::chrono::sys_seconds writable(Instant instant) {
  constexpr std::chrono::sys_seconds first{std::chrono::sys_days{std::chrono::year{0} / 1 / 1}};
  constexpr std::chrono::sys_seconds last{std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - seconds{1}};
  return std::clamp(std::chrono::floor<seconds>(instant), first, last);
}

void append_number(std::string& out, int number, int width) {
  char digits[10];
  for (int i = width; i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  out.append(digits, static_cast<std::size_t>(width));
}

void append_time_of_day(std::string& out, const Civil& c) {
  append_number(out, c.hour, 2);
  out += ':';
  append_number(out, c.minute, 2);
  out += ':';
  append_number(out, c.second, 2);
}

// "Fri, 01 Dec 2017 09:00:00 ": what RFC 9110 and RFC 822 have in common.
std::string to_mail_form(Instant instant, std::string_view zone) {
  const std::chrono::sys_seconds rounded = writable(instant);
  const Civil c = to_civil(rounded);
  const std::chrono::weekday weekday{std::chrono::floor<days>(rounded)};
  std::string out{weekdays[weekday.c_encoding()]};
  out += ", ";
  append_number(out, c.day, 2);
  out += ' ';
  out += months[static_cast<std::size_t>(c.month - 1)];
  out += ' ';
  append_number(out, c.year, 4);
  out += ' ';
  append_time_of_day(out, c);
  out += ' ';
  out += zone;
  return out;
}

// Takes fixed pieces off the front of a text; after the first that does not fit, everything fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Reader& literal(std::string_view word) {
    if (rest_.starts_with(word))
      rest_.remove_prefix(word.size());
    else
      good_ = false;
    return *this;
  }
  Reader& number(int width, int& value) {
    if (rest_.size() < static_cast<std::size_t>(width)) return fail();
    value = 0;
    for (int i = 0; i < width; ++i) {
      const char c = rest_[static_cast<std::size_t>(i)];
      if (!is_digit(c)) return fail();
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(static_cast<std::size_t>(width));
    return *this;
  }
  template <std::size_t N>
  Reader& name(const std::array<std::string_view, N>& names, int& index) {
    const auto found =
        std::find_if(names.begin(), names.end(), [&](std::string_view n) { return rest_.starts_with(n); });
    if (found == names.end()) return fail();
    rest_.remove_prefix(found->size());
    index = static_cast<int>(found - names.begin());
    return *this;
  }
  Reader& month(int& value) {
    name(months, value);
    ++value;
    return *this;
  }
  Reader& time_of_day(Civil& c) {
    return number(2, c.hour).literal(":").number(2, c.minute).literal(":").number(2, c.second);
  }
  bool next_is(char c) const { return good_ && !rest_.empty() && rest_.front() == c; }
  bool at_end() const { return good_ && rest_.empty(); }
  bool good() const { return good_; }
  Reader& fail() {
    good_ = false;
    return *this;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<Instant> from_imf_fixdate(std::string_view text) {
  Civil c;
  int weekday = 0;
  Reader r{text};
  r.name(weekdays, weekday).literal(", ").number(2, c.day).literal(" ").month(c.month).literal(" ").number(4, c.year);
  r.literal(" ").time_of_day(c).literal(" GMT");
  return r.at_end() ? to_instant(c) : std::nullopt;
}

// "Sunday, 06-Nov-94 08:49:37 GMT". The rule of 50 years (RFC 9110 5.6.7) needs a clock; without one the century turns
// at 70, which agrees with it for every server that lived after 1970.
std::optional<Instant> from_rfc850(std::string_view text) {
  Civil c;
  int weekday = 0;
  Reader r{text};
  r.name(long_weekdays, weekday).literal(", ").number(2, c.day).literal("-").month(c.month).literal("-");
  r.number(2, c.year).literal(" ").time_of_day(c).literal(" GMT");
  if (!r.at_end()) return std::nullopt;
  c.year += c.year < 70 ? 2000 : 1900;
  return to_instant(c);
}

// "Sun Nov  6 08:49:37 1994"
std::optional<Instant> from_asctime(std::string_view text) {
  Civil c;
  int weekday = 0;
  Reader r{text};
  r.name(weekdays, weekday).literal(" ").month(c.month).literal(" ");
  if (r.next_is(' '))
    r.literal(" ").number(1, c.day);
  else
    r.number(2, c.day);
  r.literal(" ").time_of_day(c).literal(" ").number(4, c.year);
  return r.at_end() ? to_instant(c) : std::nullopt;
}

struct Unit {
  std::string_view name;
  Duration size;
};

std::string of_unit(std::int64_t count, std::string_view unit) {
  return std::to_string(count).append(" ").append(unit);
}

}  // namespace

std::string to_rfc3339(Instant instant) {
  const Civil c = to_civil(writable(instant));
  std::string out;
  out.reserve(20);
  append_number(out, c.year, 4);
  out += '-';
  append_number(out, c.month, 2);
  out += '-';
  append_number(out, c.day, 2);
  out += 'T';
  append_time_of_day(out, c);
  out += 'Z';
  return out;
}

std::optional<Instant> from_rfc3339(std::string_view text) {
  Civil c;
  Reader r{text};
  r.number(4, c.year).literal("-").number(2, c.month).literal("-").number(2, c.day).literal("T").time_of_day(c);
  int fraction = 0;
  if (r.next_is('.')) {
    int digit = 0, scale = 100;
    r.literal(".").number(1, digit);
    while (r.good()) {  // finer than a millisecond is cut off
      fraction += digit * scale;
      scale /= 10;
      if (r.next_is('Z') || r.next_is('+') || r.next_is('-')) break;
      r.number(1, digit);
    }
  }
  int offset_hours = 0, offset_minutes = 0, sign = 1;
  if (r.next_is('Z')) {
    r.literal("Z");
  } else {
    if (r.next_is('-')) sign = -1;
    r.literal(sign < 0 ? "-" : "+").number(2, offset_hours).literal(":").number(2, offset_minutes);
  }
  if (!r.at_end() || offset_hours > 23 || offset_minutes > 59) return std::nullopt;
  const std::optional<Instant> local = to_instant(c);
  if (!local) return std::nullopt;
  return *local + Duration{fraction} - sign * (std::chrono::hours{offset_hours} + std::chrono::minutes{offset_minutes});
}

std::string to_http_date(Instant instant) { return to_mail_form(instant, "GMT"); }

std::string to_rfc822(Instant instant) { return to_mail_form(instant, "+0000"); }

std::optional<Instant> from_http_date(std::string_view text) {
  if (const auto instant = from_imf_fixdate(text)) return instant;
  if (const auto instant = from_rfc850(text)) return instant;
  return from_asctime(text);
}

std::string describe(Duration duration) {
  static constexpr Unit units[] = {
      {"d", days{1}}, {"h", std::chrono::hours{1}}, {"min", std::chrono::minutes{1}}, {"s", seconds{1}}};
  if (duration < Duration::zero()) {
    if (duration == Duration::min()) duration += Duration{1};
    return "-" + describe(-duration);
  }
  if (duration == Duration::zero()) return "0 s";
  if (duration < Duration{100}) return of_unit(duration.count(), "ms");
  if (duration < seconds{10} && duration % seconds{1} >= Duration{100}) {
    const std::int64_t tenths = duration.count() / 100;
    return std::to_string(tenths / 10).append(".").append(of_unit(tenths % 10, "s"));
  }
  const auto* large =
      std::find_if(std::begin(units), std::end(units), [&](const Unit& u) { return duration >= u.size; });
  std::string out = of_unit(duration / large->size, large->name);
  if (const auto* small = large + 1; small != std::end(units))
    if (const std::int64_t count = duration % large->size / small->size; count > 0)
      out.append(" ").append(of_unit(count, small->name));
  return out;
}

std::optional<Duration> parse_duration(std::string_view text) {
  static constexpr Unit units[] = {
      {"s", seconds{1}}, {"m", std::chrono::minutes{1}}, {"h", std::chrono::hours{1}}, {"d", days{1}}};
  static constexpr Duration longest = days{36525};
  std::int64_t whole = 0;
  std::size_t at = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    whole = whole * 10 + (text[at] - '0');
    if (whole > longest.count()) return std::nullopt;
  }
  if (at == 0) return std::nullopt;
  std::int64_t thousandths = 0;
  const bool has_fraction = at < text.size() && text[at] == '.';
  if (has_fraction) {
    const std::size_t first = ++at;
    for (std::int64_t scale = 100; at < text.size() && is_digit(text[at]); ++at, scale /= 10) {
      if (scale == 0) return std::nullopt;  // finer than we keep: refused rather than rounded away
      thousandths += (text[at] - '0') * scale;
    }
    if (at == first) return std::nullopt;
  }
  const std::string_view name = text.substr(at);
  const auto* unit = std::find_if(std::begin(units), std::end(units), [&](const Unit& u) { return u.name == name; });
  if (unit == std::end(units) || (has_fraction && name != "s")) return std::nullopt;
  if (whole > longest / unit->size) return std::nullopt;
  const Duration duration = whole * unit->size + Duration{thousandths};
  return duration <= longest ? std::optional{duration} : std::nullopt;
}

}  // namespace rapporteur::base
