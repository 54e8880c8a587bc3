#include "parse/dates_reader.h"

#include <array>
#include <cstring>
#include <string>

#include "parse/dates_tables.h"

namespace rapporteur::parse {

namespace {

using Kind = Token::Kind;

// RFC 2822 section 4.3: 00-49 are 2000 to 2049, 50-99 and three digits are added to 1900.
int full_year(std::int64_t value, int digits) {
  if (digits <= 2) return static_cast<int>(value < 50 ? 2000 + value : 1900 + value);
  return static_cast<int>(digits == 3 ? 1900 + value : value);
}

int to_int(std::int64_t value) { return static_cast<int>(value); }

bool is_ascii_letter(char c) { return c >= 'a' && c <= 'z'; }

std::string capitalised(std::string_view word) {
  std::string name{word};
  if (is_ascii_letter(name.front())) name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return name;
}

}  // namespace

bool DateReader::is_number(std::size_t ahead, int least, int most) const {
  return peek(ahead).kind == Kind::number && peek(ahead).digits >= least && peek(ahead).digits <= most;
}

bool DateReader::is_sign(std::size_t ahead, std::string_view any) const {
  return peek(ahead).kind == Kind::sign && any.find(peek(ahead).sign) != std::string_view::npos;
}

bool DateReader::take_sign(std::string_view any) {
  const bool is_there = is_sign(0, any);
  if (is_there) ++at_;
  return is_there;
}

// Weekday, "Posted on", commas: all that may stand before a date or between date and time.
void DateReader::skip_lead() {
  while (true) {
    const Token& token = peek();
    if (token.kind == Kind::sign && at_ > 0 && std::strchr(",.|-:", token.sign))
      ++at_;
    else if (token.kind == Kind::word && month_of(token.word) == 0 && (is_weekday(token.word) || is_filler(token.word)))
      ++at_;
    // "mar" and "so" are weekdays too: a month stands next to a number, a weekday before one that is followed by a
    // month.
    else if (token.kind == Kind::word && is_weekday(token.word) && is_number(is_sign(1, ",.") ? 2 : 1, 1, 2) &&
             peek(is_sign(1, ",.") ? 3 : 2).kind == Kind::word && month_of(peek(is_sign(1, ",.") ? 3 : 2).word) != 0)
      ++at_;
    else if (unit_of(token.word) == 'D' && at_ > 0)
      ++at_;  // the 日 of 星期日
    else
      return;
  }
}

void DateReader::skip_between() {
  if (peek().kind == Kind::word && peek().word == "t" && is_number(1, 1, 6))
    ++at_;
  else
    skip_lead();
}

std::optional<DateFields> DateReader::read() {
  skip_lead();
  bool has_time = begins_time(false);
  if (has_time) {
    if (!read_time()) return std::nullopt;
    read_zone();
    skip_lead();
  }
  if (!read_date()) return std::nullopt;
  if (!has_time && peek().kind != Kind::end) {
    const bool after_t = peek().word == "t";
    skip_between();
    has_time = after_t || begins_time(true);
    if (has_time && !(after_t ? read_compact_time() : read_time())) return std::nullopt;
  }
  read_zone();
  if (fields_.year < 0 && take_year(false)) read_zone();  // asctime: the year comes last
  if (!fields_.offset && !tokens_.comment().empty() && tokens_.comment().size() > 1)
    fields_.offset = zone_of(tokens_.comment());
  if (has_time) take_offset_without_sign();
  skip_lead();
  if (peek().kind != Kind::end || fields_.year < 0) return std::nullopt;
  return fields_;
}

bool DateReader::read_date() {
  const std::size_t start = at_;
  const DateFields before = fields_;
  for (const auto form : {&DateReader::read_with_units, &DateReader::read_year_first, &DateReader::read_compact,
                          &DateReader::read_numeric, &DateReader::read_day_first, &DateReader::read_month_first}) {
    if ((this->*form)()) return true;
    at_ = start;
    fields_ = before;
  }
  return false;
}

// 2002年10月7日, 2002년 10월 7일
bool DateReader::read_with_units() {
  if (!is_number(0, 4, 4) || unit_of(peek(1).word) != 'Y') return false;
  fields_.year = to_int(peek().value);
  at_ += 2;
  if (!is_number(0, 1, 2) || unit_of(peek(1).word) != 'M') return false;
  fields_.month = to_int(peek().value);
  at_ += 2;
  if (!is_number(0, 1, 2) || unit_of(peek(1).word) != 'D') return true;
  fields_.day = to_int(peek().value);
  at_ += 2;
  return true;
}

bool DateReader::take_week(int digits) {
  if (!is_number(0, digits, digits)) return false;
  fields_.week = to_int(digits == 3 ? peek().value / 10 : peek().value);
  if (fields_.week == 0) return false;
  fields_.day = digits == 3 ? to_int(peek().value % 10) : 1;
  ++at_;
  if (digits == 2 && is_sign(0, "-") && is_number(1, 1, 1)) {
    fields_.day = to_int(peek(1).value);
    at_ += 2;
  }
  return true;
}

// ISO 8601: 2002-10-07, 2002-10, 2002-280, 2002-W41-1, 2002W411, 2002; and with '/', '.', or the month by name.
bool DateReader::read_year_first() {
  if (!is_number(0, 4, 4) || is_sign(1, ":")) return false;
  const std::size_t start = at_;
  fields_.year = to_int(peek().value);
  ++at_;
  if (peek().kind == Kind::end) return start == 0;
  const char separator = is_sign(0, "-/.") ? peek().sign : '\0';
  if (separator) ++at_;
  if (peek().kind == Kind::word && peek().word == "w") {
    ++at_;
    return take_week(is_number(0, 3, 3) ? 3 : 2);
  }
  if (const int month = take_month(); month != 0) {
    fields_.month = month;
    take_sign("-/.");
    if (!is_number(0, 1, 2)) return false;
    fields_.day = to_int(peek().value);
    ++at_;
    return true;
  }
  if (!separator || !is_number(0, 1, 3)) return false;
  if (peek().digits == 3) {
    fields_.day_of_year = to_int(peek().value);
    ++at_;
    return separator == '-' && fields_.day_of_year != 0;
  }
  fields_.month = to_int(peek().value);
  ++at_;
  if (!is_sign(0, {&separator, 1})) return separator == '-' || separator == '/';
  if (!is_number(1, 1, 2)) return false;
  fields_.day = to_int(peek(1).value);
  at_ += 2;
  return true;
}

// 20021007, 2002280 (ordinal), 200210072134, 20021007213405
bool DateReader::read_compact() {
  if (!is_number(0, 7, 14) || at_ != 0) return false;
  std::int64_t value = peek().value;
  const int digits = peek().digits;
  if (digits == 14) {
    fields_.second = to_int(value % 100);
    value /= 100;
  }
  if (digits >= 12) {
    fields_.minute = to_int(value % 100);
    fields_.hour = to_int(value / 100 % 100);
    value /= 10000;
  }
  if (digits == 7) {
    fields_.year = to_int(value / 1000);
    fields_.day_of_year = to_int(value % 1000);
  } else {
    fields_.year = to_int(value / 10000);
    fields_.month = to_int(value / 100 % 100);
    fields_.day = to_int(value % 100);
  }
  ++at_;
  return (digits == 7 && fields_.day_of_year != 0) || digits == 8 || digits == 12 || digits == 14;
}

// 7.10.2002 is day first; with '/' or '-' the caller's order decides, or a number beyond 12, or both being the same.
bool DateReader::read_numeric() {
  if (!is_number(0, 1, 2) || !is_sign(1, "./-") || !is_number(2, 1, 2) || !is_sign(3, {&peek(1).sign, 1}) ||
      !is_number(4, 2, 4))
    return false;
  if (is_sign(5, ":") || (peek(4).digits == 3)) return false;
  int day = to_int(peek(0).value);
  int month = to_int(peek(2).value);
  const bool is_stated = order_ != feed::DateOrder::unstated || peek(1).sign == '.';
  const bool month_first = peek(1).sign != '.' && order_ == feed::DateOrder::mdy;
  if (!is_stated && day <= 12 && month <= 12 && day != month) return false;
  if (month > 12 ? day <= 12 : month_first && day <= 12) std::swap(day, month);
  fields_.day = day;
  fields_.month = month;
  fields_.year = full_year(peek(4).value, peek(4).digits);
  at_ += 5;
  return true;
}

// A month's name, of one word or two, with its dot; Arabic texts give it twice: "تشرين الأول/أكتوبر"; or 10月.
// 0: none is here.
int DateReader::take_month() {
  if (is_number(0, 1, 2) && unit_of(peek(1).word) == 'M') {
    const int number = to_int(peek().value);
    at_ += 2;
    return number;
  }
  if (peek().kind != Kind::word) return 0;
  int month = 0;
  if (peek(1).kind == Kind::word) {
    month = month_of(std::string(peek().word) + "_" + std::string(peek(1).word));
    if (month != 0) at_ += 2;
  }
  if (month == 0) {
    month = month_of(peek().word);
    if (month == 0) return 0;
    ++at_;
  }
  if (is_sign(0, "/") && peek(1).kind == Kind::word) {
    const std::size_t before = at_++;
    if (take_month() != month) at_ = before;
  }
  return month;
}

// Also "'02". A number before ':' is an hour.
bool DateReader::take_year(bool two_digits) {
  const std::size_t quote = is_sign(0, "'") ? 1 : 0;
  if (!is_number(quote, two_digits ? 2 : 3, 4)) return false;
  if (peek(quote).digits < 3 && is_sign(quote + 1, ":.")) return false;
  fields_.year = full_year(peek(quote).value, peek(quote).digits);
  at_ += quote + 1;
  return true;
}

// 7 October 2002, 7-Oct-02, 7. října 2002, 1er janvier 2002, 7 de octubre de 2002, 7Oct2002
bool DateReader::read_day_first() {
  if (!is_number(0, 1, 2)) return false;
  fields_.day = to_int(peek().value);
  ++at_;
  if (peek().kind == Kind::word && is_ordinal_suffix(peek().word)) ++at_;
  take_sign(".-/,");
  while (peek().kind == Kind::word && is_filler(peek().word) && month_of(peek().word) == 0) ++at_;
  fields_.month = take_month();
  if (fields_.month == 0) return false;
  for (int i = 0; i < 2; ++i) {
    take_sign(".-/,");
    if (peek().kind == Kind::word && is_filler(peek().word) && peek(1).kind == Kind::number) ++at_;
  }
  take_year(true);
  return true;
}

// October 7, 2002; Oct 7 21:34:05 2002 (asctime); October 2002
bool DateReader::read_month_first() {
  fields_.month = take_month();
  if (fields_.month == 0) return false;
  take_sign(".-/,");
  while (peek().kind == Kind::word && is_filler(peek().word)) ++at_;
  if (is_number(0, 4, 4)) {
    fields_.day = 1;
    return take_year(false);
  }
  if (!is_number(0, 1, 2) || is_sign(1, ":")) return false;
  fields_.day = to_int(peek().value);
  ++at_;
  if (peek().kind == Kind::word && is_ordinal_suffix(peek().word)) ++at_;
  take_sign(".");
  take_sign("-/,");
  take_year(true);
  return true;
}

// "21.34" is a time only behind a date: in front it begins one.
bool DateReader::begins_time(bool after_date) const {
  std::size_t ahead = 0;
  if (peek().kind == Kind::word && half_of_day(peek().word)) ahead = 1;
  if (!is_number(ahead, 1, 2)) return false;
  const Token& next = peek(ahead + 1);
  if (next.kind == Kind::word)
    return next.word == "h" || next.word == "uhr" || unit_of(next.word) == 'h' || half_of_day(next.word) != 0 ||
           ((next.word == "a" || next.word == "p") && is_sign(ahead + 2, "."));
  if (is_sign(ahead + 1, ":")) return is_number(ahead + 2, 1, 2);
  return after_date && is_sign(ahead + 1, ".") && is_number(ahead + 2, 2, 2) && !is_sign(ahead + 3, "/-");
}

// 21:34:05, 21:34, 21h34, 21.34, 9:34 PM, 9 p.m., 21时34分, 下午9:34; fractions of seconds are cut off.
bool DateReader::read_time() {
  const bool pm_first = peek().kind == Kind::word && half_of_day(peek().word) == 'p';
  const bool am_first = peek().kind == Kind::word && half_of_day(peek().word) == 'a';
  if (pm_first || am_first) ++at_;
  fields_.hour = to_int(peek().value);
  ++at_;
  if (is_sign(0, ":.") || peek().word == "h" || unit_of(peek().word) == 'h') {
    ++at_;
    if (is_number(0, 1, 2) && !(peek().after_blank && peek(1).kind == Kind::word && month_of(peek(1).word))) {
      fields_.minute = to_int(peek().value);
      ++at_;
      take_seconds();
    }
  }
  if (pm_first) {
    if (fields_.hour < 12) fields_.hour += 12;
  } else if (am_first) {
    if (fields_.hour == 12) fields_.hour = 0;
  } else {
    return take_half();
  }
  return true;
}

void DateReader::take_seconds() {
  const bool has_unit = unit_of(peek().word) == 'm';
  if (has_unit || peek().word == "m" || peek().word == "min") ++at_;
  const bool has_sign = is_sign(0, ":.") && is_number(1, 1, 2);
  if (!has_sign && !(has_unit && is_number(0, 1, 2))) return;
  at_ += has_sign ? 1 : 0;
  fields_.second = to_int(peek().value);
  ++at_;
  if (unit_of(peek().word) == 's') ++at_;
  if (is_sign(0, ".,:") && peek(1).kind == Kind::number && !peek(1).after_blank) at_ += 2;
}

// RFC 3339 without signs: T2134, T213405, T21, T21:34:05
bool DateReader::read_compact_time() {
  if (!is_number(0, 2, 6) || peek().digits % 2 != 0) return begins_time(true) && read_time();
  if (peek().digits == 2 && is_sign(1, ":")) return read_time();
  const std::int64_t value = peek().value;
  const int digits = peek().digits;
  fields_.hour = to_int(digits == 2 ? value : digits == 4 ? value / 100 : value / 10000);
  fields_.minute = to_int(digits == 2 ? 0 : digits == 4 ? value % 100 : value / 100 % 100);
  fields_.second = to_int(digits == 6 ? value % 100 : 0);
  ++at_;
  if (is_sign(0, ".,") && peek(1).kind == Kind::number) at_ += 2;
  return true;
}

// "PM", "p.m."; 12 AM is midnight. False when the hour is not of a clock with twelve.
bool DateReader::take_half() {
  char half = peek().kind == Kind::word ? half_of_day(peek().word) : '\0';
  if (half) {
    ++at_;
    take_sign(".");
  } else if ((peek().word == "a" || peek().word == "p") && is_sign(1, ".") && peek(2).word == "m") {
    half = peek().word[0];
    at_ += 3;
    take_sign(".");
  }
  if (!half) return true;
  if (fields_.hour > 12) return half == 'p';  // "21:34 PM"
  fields_.hour = fields_.hour % 12 + (half == 'p' ? 12 : 0);
  return true;
}

// +0200, +02:00, +02, +2, -5:30
bool DateReader::take_offset() {
  if (!is_sign(0, "+-") || !is_number(1, 1, 4) || peek(1).after_blank) return false;
  const int sign = peek().sign == '-' ? -1 : 1;
  const int value = to_int(peek(1).value);
  const int digits = peek(1).digits;
  at_ += 2;
  int hours = digits <= 2 ? value : value / 100;
  int minutes = digits <= 2 ? 0 : value % 100;
  if (digits <= 2 && is_sign(0, ":") && is_number(1, 2, 2)) {
    minutes = to_int(peek(1).value);
    at_ += 2;
  }
  if (hours > 18 || minutes > 59) {  // no zone of this world, so no date
    fields_.year = -1;
    hours = minutes = 0;
  }
  fields_.offset = sign * (hours * 60 + minutes);
  return true;
}

// "Europe/Paris", "America/Port_of_Spain"; "ET", "Eastern Daylight Time". The table of regions is asked when the
// instant is made.
bool DateReader::take_region() {
  if (peek().kind != Kind::word || !is_ascii_letter(peek().word.front()) || month_of(peek().word) != 0) return false;
  if (is_sign(1, "/") && peek(2).kind == Kind::word) {
    fields_.region = capitalised(peek().word);
    for (++at_; is_sign(0, "/_") && peek(1).kind == Kind::word; at_ += 2)
      fields_.region += peek().sign + capitalised(peek(1).word);
    return true;
  }
  fields_.region = region_of(peek().word);
  if (fields_.region.empty()) return false;
  ++at_;
  for (const std::string_view word : {"standard", "daylight", "time"})
    if (peek().kind == Kind::word && peek().word == word) ++at_;
  return true;
}

// "21:34:05 0200": the plus sign was lost on its way through an address. A minus would have stayed.
void DateReader::take_offset_without_sign() {
  if (fields_.year < 0 || fields_.offset || !fields_.region.empty() || !is_number(0, 4, 4) || peek(1).kind != Kind::end)
    return;
  const int value = to_int(peek().value);
  if (value / 100 > 14 || value % 100 % 15 != 0 || value % 100 > 45) return;
  fields_.offset = value / 100 * 60 + value % 100;
  ++at_;
}

// An offset, a name, a name with an offset ("GMT+2" is two hours east), a region, "[Europe/Paris]" behind an offset.
// A word of three to five letters that no table knows is UTC (RFC 2822 section 4.3).
void DateReader::read_zone() {
  take_sign(",");
  if (take_offset()) {
    // A name after the offset repeats it.
    if (peek().kind == Kind::word && peek().word.size() > 1 && zone_of(peek().word)) ++at_;
  } else if (!fields_.offset && fields_.region.empty() && take_region()) {
    return;
  } else if (peek().kind == Kind::word && !fields_.offset) {
    const std::string_view word = peek().word;
    const bool is_last = peek(1).kind == Kind::end;  // "a" is a zone there, elsewhere Spanish for "at"
    if (month_of(word) != 0 || is_weekday(word) || (is_filler(word) && !(is_last && word.size() == 1))) return;
    const bool is_plain = word.size() >= 3 && word.size() <= 5 &&
                          word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
    const std::optional<int> known = zone_of(word);
    if (!known && !is_plain) return;
    ++at_;
    const bool is_utc = word == "utc" || word == "gmt" || word == "ut";
    if (!is_utc || !take_offset()) fields_.offset = known.value_or(0);
  }
  if (fields_.offset && is_sign(0, "["))
    while (peek().kind != Kind::end && !take_sign("]")) ++at_;
}

}  // namespace rapporteur::parse
