#include "fetch/hints.h"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace rapporteur;
using namespace std::chrono_literals;

namespace {

// 6 Nov 1994 08:49:37 GMT, the RFC's own example.
const base::Instant now{784111777s};
constexpr base::Duration week = std::chrono::hours(24 * 7);

std::int64_t seconds(std::optional<base::Duration> span) {
  return span ? std::chrono::duration_cast<std::chrono::seconds>(*span).count() : -1;  // -1: absent
}

fetch::ResponseHead head_of(int status, std::string_view fields) {
  fetch::ResponseHead head;
  head.read_line("HTTP/1.1 " + std::to_string(status) + " x\r\n");
  for (std::size_t at = 0; at < fields.size();) {
    const auto end = std::min(fields.find('\n', at), fields.size());
    head.read_line(fields.substr(at, end - at));
    at = end + 1;
  }
  head.read_line("\r\n");
  return head;
}

struct Row {
  const char* fields;
  std::int64_t max_age, expires_in;
};

const Row rows[] = {
    {"", -1, -1},
    {"Cache-Control: max-age=7200", 7200, -1},
    {"cache-control: MAX-AGE=7200", 7200, -1},
    {"Cache-Control: public, max-age=300, must-revalidate", 300, -1},
    {"Cache-Control: max-age=\"300\"", 300, -1},
    {"Cache-Control: max-age = 300", 300, -1},
    {"Cache-Control: max-age=300\nAge: 100", 200, -1},
    {"Cache-Control: max-age=300\nAge: 300", -1, -1},
    {"Cache-Control: max-age=300\nAge: 999999999999999999999", -1, -1},
    {"Cache-Control: max-age=300\nAge: -5", 300, -1},
    {"Cache-Control: max-age=300\nAge: soon", 300, -1},
    {"Cache-Control: max-age=0", -1, -1},
    {"Cache-Control: max-age=-1", -1, -1},
    {"Cache-Control: max-age=", -1, -1},
    {"Cache-Control: max-age", -1, -1},
    {"Cache-Control: max-age=1e9", -1, -1},
    {"Cache-Control: max-age=12.5", -1, -1},
    {"Cache-Control: max-age=0x10", -1, -1},
    {"Cache-Control: max-age=504576000", 504576000, -1},
    {"Cache-Control: max-age=99999999999999999999999999", std::int64_t{1} << 31, -1},
    {"Cache-Control: no-cache", -1, -1},
    {"Cache-Control: no-cache, max-age=300", -1, -1},
    {"Cache-Control: max-age=300, no-cache", -1, -1},
    {"Cache-Control: no-cache=\"Set-Cookie, X\", max-age=300", 300, -1},
    {"Cache-Control: private=\"a, max-age=5\", max-age=300", 300, -1},
    {"Cache-Control: ext=\"a\\\", max-age=5\", max-age=300", 300, -1},
    {"Cache-Control: ext=\"never closed, max-age=300", -1, -1},
    {"Cache-Control: s-maxage=300", -1, -1},
    {"Cache-Control: s-maxage=300, max-age=60", 60, -1},
    {"Cache-Control: x-max-age=300", -1, -1},
    {"Cache-Control: max-age=60, max-age=300", 60, -1},
    {"Cache-Control: public\nCache-Control: max-age=60", 60, -1},
    {"Cache-Control: ,,, ;max-age=60", -1, -1},
    {"Expires: Sun, 06 Nov 1994 09:49:37 GMT", -1, 3600},
    {"Expires: Sunday, 06-Nov-94 09:49:37 GMT", -1, 3600},
    {"Expires: Sun Nov  6 09:49:37 1994", -1, 3600},
    // The server's clock is an hour ahead of ours: what it means is half an hour.
    {"Date: Sun, 06 Nov 1994 09:49:37 GMT\nExpires: Sun, 06 Nov 1994 10:19:37 GMT", -1, 1800},
    {"Date: nonsense\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", -1, 3600},
    {"Expires: 0", -1, -1},
    {"Expires: -1", -1, -1},
    {"Expires: Sun, 06 Nov 1994 07:49:37 GMT", -1, -1},
    {"Expires: Sun, 06 Nov 1994 08:49:37 GMT", -1, -1},
    {"Cache-Control: max-age=60\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", 60, -1},
    {"Cache-Control: max-age=0\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", -1, -1},
    {"Cache-Control: no-cache\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", -1, -1},
    {"Cache-Control: public\nExpires: Sun, 06 Nov 1994 09:49:37 GMT", -1, 3600},
};

struct Patience {
  int status;
  const char* value;
  std::int64_t retry_after;
};

const Patience patience[] = {
    {503, "120", 120},
    {429, "172800", 172800},
    {429, "0", -1},  // no time at all: the own ladder holds (P22)
    {301, "60", 60},
    {503, "Sun, 06 Nov 1994 09:49:37 GMT", 3600},
    {503, "Sun, 06 Nov 1994 07:49:37 GMT", -1},
    {503, "99999999999999999999", 7 * 86400},
    {503, "Sun, 06 Nov 2094 07:49:37 GMT", 7 * 86400},
    {503, "-1", -1},
    {503, "soon", -1},
    {503, "1.5", -1},
    {503, "120 s", -1},
    {200, "120", -1},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(hints_test)

BOOST_AUTO_TEST_CASE(freshness_is_read_as_the_rfc_says) {
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.fields) {
      for (const int status : {200, 304}) {
        const auto hints = fetch::read_hints(head_of(status, row.fields), now, week);
        BOOST_TEST(seconds(hints.max_age) == row.max_age);
        BOOST_TEST(seconds(hints.expires_in) == row.expires_in);
        BOOST_TEST(!hints.retry_after.has_value());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(retry_after_is_read_and_capped) {
  for (const auto& row : patience) {
    BOOST_TEST_CONTEXT(row.status << " " << row.value) {
      const auto head = head_of(row.status, std::string("Retry-After: ") + row.value);
      BOOST_TEST(seconds(fetch::read_hints(head, now, week).retry_after) == row.retry_after);
    }
  }
}

BOOST_AUTO_TEST_CASE(p21_a_date_to_retry_after_counts_by_the_clock_of_its_server) {
  const auto head = [](const std::string& date) {
    return head_of(429, "Date: " + date + "\nRetry-After: Sun, 06 Nov 1994 10:19:37 GMT");
  };
  BOOST_TEST(seconds(fetch::read_hints(head("Sun, 06 Nov 1994 09:49:37 GMT"), now, week).retry_after) == 1800);
  BOOST_TEST(seconds(fetch::read_hints(head("nonsense"), now, week).retry_after) == 5400);
}

BOOST_AUTO_TEST_CASE(two_days_are_not_cut_when_the_cap_is_higher) {
  const auto head = head_of(503, "Retry-After: 172800");
  BOOST_TEST(seconds(fetch::read_hints(head, now, week).retry_after) == 172800);
  BOOST_TEST(seconds(fetch::read_hints(head, now, std::chrono::hours(1)).retry_after) == 3600);
}

BOOST_AUTO_TEST_CASE(the_end_of_a_certificate_is_read_as_openssl_writes_it) {
  const auto end = fetch::read_certificate_date("Nov  6 08:49:37 1994 GMT");
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST((*end == now));
  BOOST_TEST((fetch::read_certificate_date(" Nov 16 08:49:37 1994 GMT\n") == now + std::chrono::hours(240)));
  for (const char* text : {"", "Nov  6 08:49:37 1994", "GMT", "soon GMT", "Bad time value"})
    BOOST_TEST(!fetch::read_certificate_date(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
