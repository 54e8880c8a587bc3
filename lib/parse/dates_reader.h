// The grammar of dates as people write them, over tokens: finds year, month, day, time and zone, in whatever order and
// with whatever signs. Checks no ranges but those that decide what a number is. Used by read_date() alone. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "feed/source.h"
#include "parse/dates_tokens.h"

namespace rapporteur::parse {

struct DateFields {
  int year = -1;
  int month = 1;
  int day = 1;
  int week = 0;         // ISO 8601 week date: `day` is the weekday, 1 Monday
  int day_of_year = 0;  // ISO 8601 ordinal date
  int hour = 0, minute = 0, second = 0;
  std::optional<int> offset;  // minutes east of UTC
  std::string region;         // IANA name, without an offset: "Europe/Paris"
};

class DateReader {
 public:
  DateReader(const DateTokens& tokens, feed::DateOrder order) : tokens_(tokens), order_(order) {}
  std::optional<DateFields> read();

 private:
  const Token& peek(std::size_t ahead = 0) const { return tokens_.at(at_ + ahead); }
  bool is_number(std::size_t ahead, int least, int most) const;  // by how many digits it has
  bool is_sign(std::size_t ahead, std::string_view any) const;
  bool take_sign(std::string_view any);
  void skip_lead();
  void skip_between();

  bool read_date();
  bool read_year_first();
  bool read_compact();
  bool read_with_units();
  bool read_numeric();
  bool read_day_first();
  bool read_month_first();
  int take_month();
  bool take_year(bool two_digits);
  bool take_week(int digits);

  bool begins_time(bool after_date) const;
  bool read_time();
  bool read_compact_time();
  void take_seconds();
  bool take_half();
  void read_zone();
  bool take_offset();
  bool take_region();
  void take_offset_without_sign();

  const DateTokens& tokens_;
  feed::DateOrder order_;
  std::size_t at_ = 0;
  DateFields fields_;
};

}  // namespace rapporteur::parse
