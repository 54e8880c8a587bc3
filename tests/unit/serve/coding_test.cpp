#include "serve/coding.h"

#include <boost/test/unit_test.hpp>

namespace rapporteur::serve {

namespace {

char letter_of(Coding coding) { return coding == Coding::brotli ? 'b' : coding == Coding::gzip ? 'g' : 'i'; }

}  // namespace

BOOST_AUTO_TEST_SUITE(coding_test)

BOOST_AUTO_TEST_CASE(the_best_acceptable_coding_is_chosen) {
  struct Row {
    const char* field;
    char coding;
  };
  const Row rows[] = {
      {"", 'i'},
      {"gzip", 'g'},
      {"gzip, deflate, br", 'b'},
      {"gzip, deflate", 'g'},
      {"br;q=0.5, gzip", 'g'},
      {"gzip;q=0.5, br;q=0.5", 'b'},
      {"gzip;q=0", 'i'},
      {"gzip;q=0.000", 'i'},
      {"gzip; q=0.001", 'g'},
      {"GZIP", 'g'},
      {"x-gzip", 'g'},
      {"*", 'b'},
      {"*;q=0", 'i'},
      {"br;q=0, *", 'g'},
      {"identity;q=1, gzip;q=0.5", 'i'},
      {"identity;q=0.5, gzip;q=0.5", 'g'},
      {"identity;q=0", 'i'},  // nothing else is named: better a body than none
      {"deflate, zstd", 'i'},
      {"gzip;q=2", 'i'},
      {"gzip;q=0.1234", 'i'},
      {"gzip;q=", 'i'},
      {",,gzip,,", 'g'},
      {"gzipped", 'i'},
  };
  for (const Row& row : rows)
    BOOST_TEST(letter_of(choose_coding(row.field, {.gzip = true, .brotli = true})) == row.coding, row.field);
}

BOOST_AUTO_TEST_CASE(only_what_is_ready_is_chosen) {
  BOOST_TEST(letter_of(choose_coding("gzip, br", {.gzip = true, .brotli = false})) == 'g');
  BOOST_TEST(letter_of(choose_coding("gzip, br", {})) == 'i');
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
