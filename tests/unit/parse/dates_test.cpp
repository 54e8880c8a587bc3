#include "parse/dates.h"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <string>

#include "base/text.h"

using namespace rapporteur;

namespace {

std::string read(std::string_view text, feed::DateOrder order = feed::DateOrder::unstated, std::string_view zone = {}) {
  const auto date = parse::read_date(text, order, zone);
  return date ? base::to_rfc3339(date->instant) : "-";
}

feed::DateOrder order_of(std::string_view word) {
  return word == "dmy" ? feed::DateOrder::dmy : word == "mdy" ? feed::DateOrder::mdy : feed::DateOrder::unstated;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dates_test)

BOOST_AUTO_TEST_CASE(every_row_of_the_table_reads_as_it_says) {
  std::ifstream file(RAPPORTEUR_SOURCE_DIR "/tests/fixtures/dates.tsv");
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    const auto fields = base::split(line, '\t');
    BOOST_REQUIRE_MESSAGE(fields.size() == 5, "a row without five fields: " << line);
    ++rows;
    const std::string got = read(fields[0], order_of(fields[1]), fields[2]);
    BOOST_CHECK_MESSAGE(got == fields[3],
                        "\"" << fields[0] << "\" (" << fields[4] << "): expected " << fields[3] << ", got " << got);
  }
  BOOST_CHECK_GE(rows, 250u);
}

BOOST_AUTO_TEST_CASE(it_is_told_whether_a_zone_was_stated) {
  for (const char* text : {"Mon, 07 Oct 2002 21:34:05 GMT", "2002-10-07T21:34:05Z", "2002-10-07T21:34:05+02:00",
                           "7 Oct 2002 21:34 EST", "Mon, 07 Oct 2002 21:34:05 A", "Mon, 07 Oct 2002 21:34:05 (UTC)"})
    BOOST_CHECK_MESSAGE(parse::read_date(text)->has_zone, text);
  for (const char* text : {"2002-10-07", "2002-10-07T21:34:05", "7 October 2002 21:34", "Mon Oct  7 21:34:05 2002"}) {
    BOOST_CHECK_MESSAGE(!parse::read_date(text)->has_zone, text);
    BOOST_CHECK_MESSAGE(!parse::read_date(text, feed::DateOrder::unstated, "Europe/Paris")->has_zone, text);
  }
}

// The straight path and the reader of tokens must agree: a second blank sends the same date to the latter.
BOOST_AUTO_TEST_CASE(both_paths_read_the_common_forms_alike) {
  for (const std::string month : {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"})
    for (const std::string zone : {"GMT", "+0000", "+0230", "-1100", "+02:00"}) {
      const std::string usual = "Sat, 05 " + month + " 2011 03:04:05 " + zone;
      const std::string odd = "Sat,  05 " + month + " 2011  03:04:05  " + zone;
      BOOST_CHECK_EQUAL(read(usual), read(odd));
      BOOST_CHECK_NE(read(usual), "-");
      BOOST_CHECK_EQUAL(read(usual), read(usual.substr(5)));  // the weekday is optional (RFC 822 section 5.1)
      BOOST_CHECK_EQUAL(read(usual), read("5" + usual.substr(7)));
    }
  for (const std::string zone : {"Z", "+02:00", "-0330"})
    BOOST_CHECK_EQUAL(read("2011-02-05T03:04:05" + zone), read("2011-02-05  03:04:05  " + zone));
}

BOOST_AUTO_TEST_CASE(hostile_text_is_refused) {
  BOOST_CHECK_EQUAL(read(std::string(1'000'000, '1')), "-");
  BOOST_CHECK_EQUAL(read(std::string(1'000'000, '(')), "-");
  BOOST_CHECK_EQUAL(read(std::string(150, '(')), "-");
  BOOST_CHECK_EQUAL(read(std::string(150, ')')), "-");
  BOOST_CHECK_EQUAL(read(std::string(150, '-')), "-");
  BOOST_CHECK_EQUAL(read(std::string(20, '\0')), "-");
  BOOST_CHECK_EQUAL(read("2002-10-07T21:34:05Z" + std::string(1, '\0')), "-");
  BOOST_CHECK_EQUAL(read("99999999999999999 Oct 2002"), "-");
  BOOST_CHECK_EQUAL(read("\xFF\xFE"
                         "2002-10-07"),
                    "-");
}

BOOST_AUTO_TEST_SUITE_END()
