// The words of dates: months and weekdays in the languages that feeds of the UN and the press are written in, zones,
// and the small words between them. Words come folded (see dates_tokens.h). A new form of words is a row here and one
// in tests/fixtures/dates.tsv. Pure, any thread.
#pragma once

#include <optional>
#include <string_view>

namespace rapporteur::parse {

int month_of(std::string_view word);  // 1-12; 0: no month
bool is_weekday(std::string_view word);
// Minutes east of UTC. A single letter is "military" and means unknown (RFC 2822 section 4.3), which is 0.
std::optional<int> zone_of(std::string_view word);
// The IANA name of a region whose clock a word means: "ET", "Pacific". "" for none.
std::string_view region_of(std::string_view word);
// Words that may stand around a date and say nothing: "on", "le", "de", "at", "Uhr", "г".
bool is_filler(std::string_view word);
// "st", "nd", "rd", "th", "er", "º", …: behind the number of a day.
bool is_ordinal_suffix(std::string_view word);
// 'a' or 'p' for the halves of the day in several languages, 0 for none.
char half_of_day(std::string_view word);
// Characters of Chinese, Japanese and Korean dates by what they count: 'Y', 'M', 'D', 'h', 'm', 's'; 0 for none.
char unit_of(std::string_view word);

}  // namespace rapporteur::parse
