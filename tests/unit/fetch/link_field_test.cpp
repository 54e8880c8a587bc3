#include "fetch/link_field.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur::fetch;

BOOST_AUTO_TEST_SUITE(link_field_test)

namespace {

std::string joined(std::string_view field, std::string_view relation) {
  std::string all;
  for (const std::string& target : links_of(field, relation)) all += (all.empty() ? "" : " ") + target;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_links_of_a_relation_are_found_in_their_order) {
  const char* const field =
      "<https://hub.example/>; rel=\"hub\", <https://two.example/>;REL=Hub , <https://a.example/feed>; rel=\"self\"";
  BOOST_TEST(joined(field, "hub") == "https://hub.example/ https://two.example/");
  BOOST_TEST(joined(field, "self") == "https://a.example/feed");
  BOOST_TEST(joined(field, "next") == "");
}

BOOST_AUTO_TEST_CASE(the_forms_of_rfc_8288_are_read) {
  struct Row {
    const char* field;
    const char* hubs;
  };
  const Row rows[] = {
      {"", ""},
      {"</hub>;rel=hub", "/hub"},
      {"< https://h/ > ; rel = \"hub\"", "https://h/"},
      {"<https://h/>; rel=\"alternate hub\"", "https://h/"},
      {"<https://h/?a=1,2;b>; rel=\"hub\"", "https://h/?a=1,2;b"},
      {"<https://h/>; title=\"a, <b>; rel=x \\\" c\"; rel=\"hub\"", "https://h/"},
      {"<https://h/>; rel=\"next\"; rel=\"hub\"", ""},               // the first rel counts
      {"<https://h/>; rel=\"hub\"; anchor=\"https://other/\"", ""},  // about something else
      {"<https://h/>; rev=\"hub\"", ""},
      {"<https://h/>; rel=\"github\"", ""},
      {"<https://h/>", ""},
      {"<>; rel=hub", ""},
      {"<https://h/; rel=\"hub\"", ""},
      {"https://h/; rel=\"hub\"", ""},
      {"<https://h/>; rel=\"hub", "https://h/"},
      {",,<https://h/>;;; rel=hub;,,<https://i/>; rel=hub,", "https://h/ https://i/"},
      {"<https://h/>; flag; rel=hub", "https://h/"},
  };
  for (const Row& row : rows) BOOST_TEST(joined(row.field, "hub") == row.hubs, row.field);
}

BOOST_AUTO_TEST_SUITE_END()
