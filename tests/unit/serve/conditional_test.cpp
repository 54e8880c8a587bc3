#include "serve/conditional.h"

#include <boost/test/unit_test.hpp>

namespace rapporteur::serve {

BOOST_AUTO_TEST_SUITE(conditional_test)

BOOST_AUTO_TEST_CASE(a_coding_marks_the_tag_inside_its_quotes) {
  BOOST_TEST(tag_of_coding("\"abc\"", "-g") == "\"abc-g\"");
  BOOST_TEST(tag_of_coding("\"abc\"", "") == "\"abc\"");
  BOOST_TEST(tag_of_coding("", "-b") == "");
}

BOOST_AUTO_TEST_CASE(lists_of_tags_are_compared_weakly) {
  struct Row {
    const char* field;
    bool matches;
  };
  const Row rows[] = {
      {"\"abc\"", true},
      {"W/\"abc\"", true},
      {"\"abc-g\"", true},
      {"W/\"abc-b\"", true},
      {"\"abc-x\"", false},
      {"\"abc-g-g\"", false},
      {"\"ab\"", false},
      {"\"x\", \"y\", \"abc\"", true},
      {"\"x\",W/\"abc-g\"", true},
      {"\"x,\"abc\"", false},  // the second quote ends the first tag; what follows is no tag
      {"\"a,b\", \"abc\"", true},
      {"*", true},
      {"  *  ", true},
      {", ,\"abc\",", true},
      {"abc", false},
      {"\"abc", false},
      {"w/\"abc\"", false},
      {"W/", false},
      {"", false},
  };
  for (const Row& row : rows) BOOST_TEST(matches_any(row.field, "\"abc\"") == row.matches, row.field);
  BOOST_TEST(!matches_any("*", ""));
}

BOOST_AUTO_TEST_CASE(tags_win_over_dates) {
  const auto changed = *base::from_http_date("Fri, 01 Dec 2017 09:00:00 GMT");
  const std::string_view same = "Fri, 01 Dec 2017 09:00:00 GMT", older = "Fri, 01 Dec 2017 08:59:59 GMT";
  BOOST_TEST(!is_unchanged({"\"other\"", same}, "\"abc\"", changed));
  BOOST_TEST(is_unchanged({"\"abc\"", older}, "\"abc\"", changed));
}

BOOST_AUTO_TEST_CASE(dates_count_when_there_is_no_tag) {
  const auto changed = *base::from_http_date("Fri, 01 Dec 2017 09:00:00 GMT") + std::chrono::milliseconds(900);
  BOOST_TEST(is_unchanged({"", "Fri, 01 Dec 2017 09:00:00 GMT"}, "\"abc\"", changed));
  BOOST_TEST(is_unchanged({"", "Friday, 01-Dec-17 09:00:00 GMT"}, "\"abc\"", changed));
  BOOST_TEST(is_unchanged({"", "Fri Dec  1 09:00:00 2017"}, "\"abc\"", changed));
  BOOST_TEST(!is_unchanged({"", "Fri, 01 Dec 2017 08:59:59 GMT"}, "\"abc\"", changed));
  BOOST_TEST(!is_unchanged({"", "yesterday"}, "\"abc\"", changed));
  BOOST_TEST(!is_unchanged({"", ""}, "\"abc\"", changed));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
