#include "base/time.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace rapporteur::base;
using namespace std::chrono_literals;

namespace {

Instant at(std::int64_t milliseconds) { return Instant{Duration{milliseconds}}; }

std::string again(std::string_view text) {
  const auto instant = from_http_date(text);
  return instant ? to_rfc3339(*instant) : "refused";
}

std::string read(std::string_view text) {
  const auto instant = from_rfc3339(text);
  return instant ? std::to_string(instant->time_since_epoch().count()) : "refused";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(time_test)

BOOST_AUTO_TEST_CASE(an_instant_is_written_in_three_forms) {
  const Instant noon = at(1512118800999);
  BOOST_TEST(to_rfc3339(noon) == "2017-12-01T09:00:00Z");
  BOOST_TEST(to_http_date(noon) == "Fri, 01 Dec 2017 09:00:00 GMT");
  BOOST_TEST(to_rfc822(noon) == "Fri, 01 Dec 2017 09:00:00 +0000");
}

BOOST_AUTO_TEST_CASE(instants_before_1970_round_down_not_towards_zero) {
  BOOST_TEST(to_rfc3339(at(-1)) == "1969-12-31T23:59:59Z");
  BOOST_TEST(to_rfc3339(at(-1000)) == "1969-12-31T23:59:59Z");
  BOOST_TEST(to_rfc3339(at(-1001)) == "1969-12-31T23:59:58Z");
  BOOST_TEST(to_http_date(at(-1)) == "Wed, 31 Dec 1969 23:59:59 GMT");
  BOOST_TEST(to_rfc3339(*from_rfc3339("1945-10-24T00:00:00Z")) == "1945-10-24T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(instants_beyond_four_digits_are_held_at_the_ends) {
  BOOST_TEST(to_rfc3339(Instant::max()) == "9999-12-31T23:59:59Z");
  BOOST_TEST(to_rfc3339(Instant::min()) == "0000-01-01T00:00:00Z");
  BOOST_TEST(from_rfc3339(to_rfc3339(Instant::max())).has_value());
  BOOST_TEST(from_rfc3339(to_rfc3339(Instant::min())).has_value());
}

BOOST_AUTO_TEST_CASE(every_day_of_five_centuries_reads_back) {
  for (std::int64_t day = -100 * 365; day < 400 * 365; day += 13) {
    const Instant instant = at(day * 86400000 + 12345000);
    BOOST_REQUIRE(from_rfc3339(to_rfc3339(instant)) == instant);
    BOOST_REQUIRE(from_http_date(to_http_date(instant)) == instant);
  }
}

BOOST_AUTO_TEST_CASE(rfc3339_is_read_strictly) {
  struct Row {
    const char *text, *expected;
  };
  const Row rows[] = {
      {"1970-01-01T00:00:00Z", "0"},
      {"1970-01-01T00:00:00.5Z", "500"},
      {"1970-01-01T00:00:00.123456789Z", "123"},
      {"1970-01-01T01:00:00+01:00", "0"},
      {"1969-12-31T19:00:00-05:00", "0"},
      {"1970-01-01T05:45:00.001+05:45", "1"},
      {"2016-12-31T23:59:60Z", "1483228800000"},
      {"2024-02-29T00:00:00Z", "1709164800000"},
      {"2023-02-29T00:00:00Z", "refused"},
      {"1900-02-29T00:00:00Z", "refused"},
      {"1970-00-01T00:00:00Z", "refused"},
      {"1970-13-01T00:00:00Z", "refused"},
      {"1970-01-32T00:00:00Z", "refused"},
      {"1970-01-01T24:00:00Z", "refused"},
      {"1970-01-01T00:60:00Z", "refused"},
      {"1970-01-01T00:00:61Z", "refused"},
      {"1970-01-01T00:00:00", "refused"},
      {"1970-01-01T00:00:00.Z", "refused"},
      {"1970-01-01T00:00:00.5", "refused"},
      {"1970-01-01T00:00:00+0100", "refused"},
      {"1970-01-01T00:00:00+24:00", "refused"},
      {"1970-01-01T00:00:00+01:60", "refused"},
      {"1970-01-01 00:00:00Z", "refused"},
      {"1970-01-01T00:00:00Z ", "refused"},
      {" 1970-01-01T00:00:00Z", "refused"},
      {"1970-1-1T00:00:00Z", "refused"},
      {"-970-01-01T00:00:00Z", "refused"},
      {"1970-01-01T-1:00:00Z", "refused"},
      {"1970-01-01", "refused"},
      {"", "refused"},
  };
  for (const Row& row : rows) BOOST_TEST(read(row.text) == row.expected, row.text << " gave " << read(row.text));
}

BOOST_AUTO_TEST_CASE(the_three_http_forms_are_read_and_nothing_else) {
  struct Row {
    const char *text, *expected;
  };
  const Row rows[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},  // RFC 9110 section 5.6.7
      {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"},
      {"Sun Nov 16 08:49:37 1994", "1994-11-16T08:49:37Z"},
      {"Thursday, 01-Jan-70 00:00:00 GMT", "1970-01-01T00:00:00Z"},
      {"Sunday, 06-Nov-33 08:49:37 GMT", "2033-11-06T08:49:37Z"},
      {"Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"},
      {"Mon, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},  // a wrong weekday harms nobody
      {"Sun, 06 Nov 1994 08:49:37 UTC", "refused"},
      {"Sun, 06 Nov 1994 08:49:37 +0000", "refused"},
      {"Sun, 6 Nov 1994 08:49:37 GMT", "refused"},
      {"sun, 06 nov 1994 08:49:37 gmt", "refused"},
      {"Sun, 31 Sep 1994 08:49:37 GMT", "refused"},
      {"Sun, 06 Nov 1994 24:49:37 GMT", "refused"},
      {"Sun, 06 Nov 1994 08:49:37 GMT;", "refused"},
      {"Sun, 06 Nov 1994 08:49:37", "refused"},
      {"06 Nov 1994 08:49:37 GMT", "refused"},
      {"1994-11-06T08:49:37Z", "refused"},
      {"0", "refused"},
      {"-1", "refused"},
      {"", "refused"},
  };
  for (const Row& row : rows) BOOST_TEST(again(row.text) == row.expected, row.text << " gave " << again(row.text));
}

BOOST_AUTO_TEST_CASE(durations_are_described_with_two_units_at_most) {
  struct Row {
    Duration duration;
    const char* expected;
  };
  const Row rows[] = {
      {0ms, "0 s"},       {3ms, "3 ms"},           {200ms, "0.2 s"},     {1000ms, "1 s"},      {1050ms, "1 s"},
      {1500ms, "1.5 s"},  {9999ms, "9.9 s"},       {12900ms, "12 s"},    {45s, "45 s"},        {60s, "1 min"},
      {65s, "1 min 5 s"}, {12min, "12 min"},       {3h, "3 h"},          {65min, "1 h 5 min"}, {1h + 59s, "1 h"},
      {48h, "2 d"},       {25h + 5min, "1 d 1 h"}, {24h + 59min, "1 d"}, {-45s, "-45 s"},
  };
  for (const Row& row : rows)
    BOOST_TEST(describe(row.duration) == row.expected, row.expected << " came as " << describe(row.duration));
  BOOST_TEST(describe(Duration::max()).ends_with(" h"));
  BOOST_TEST(describe(Duration::min()).starts_with("-"));
}

BOOST_AUTO_TEST_CASE(durations_of_the_configuration_are_read_exactly) {
  struct Row {
    const char* text;
    std::optional<Duration> expected;
  };
  const Row rows[] = {
      {"90s", 90s},
      {"15m", 15min},
      {"24h", 24h},
      {"14d", 336h},
      {"0.2s", 200ms},
      {"0s", 0ms},
      {"1.25s", 1250ms},
      {"0.001s", 1ms},
      {"007s", 7s},
      {"36525d", 876600h},
      {"36526d", {}},
      {"876601h", {}},
      {"99999999999999999999s", {}},
      {"9223372036854775807d", {}},
      {"3155760000.001s", {}},
      {"0.0001s", {}},
      {"1.s", {}},
      {".5s", {}},
      {"1.5h", {}},
      {"-1s", {}},
      {"+1s", {}},
      {"1 s", {}},
      {" 1s", {}},
      {"1s ", {}},
      {"1S", {}},
      {"1ms", {}},
      {"1w", {}},
      {"s", {}},
      {"10", {}},
      {"", {}},
      {"1h30m", {}},
      {"1e3s", {}},
      {"0x1s", {}},
      {"\xD9\xA1s", {}},
  };
  for (const Row& row : rows) BOOST_TEST((parse_duration(row.text) == row.expected), row.text);
}

BOOST_AUTO_TEST_CASE(the_system_clock_is_later_than_this_code) {
  BOOST_TEST((SystemClock{}.now() > *from_rfc3339("2024-01-01T00:00:00Z")));
}

BOOST_AUTO_TEST_SUITE_END()
