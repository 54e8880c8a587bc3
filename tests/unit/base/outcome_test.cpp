#include "base/outcome.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

using namespace rapporteur::base;

BOOST_AUTO_TEST_SUITE(outcome_test)

BOOST_AUTO_TEST_CASE(every_outcome_has_a_word_of_its_own) {
  std::set<std::string> words;
  for (Outcome o :
       {Outcome::fresh, Outcome::unchanged, Outcome::gone, Outcome::refused, Outcome::failed, Outcome::cancelled})
    words.insert(to_string(o));
  BOOST_TEST(words.size() == 6u);
  BOOST_TEST(words.contains("unchanged"));
  BOOST_TEST(words.contains("cancelled"));
}

BOOST_AUTO_TEST_SUITE_END()
