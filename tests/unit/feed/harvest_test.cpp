#include "feed/harvest.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur::feed;

BOOST_AUTO_TEST_SUITE(harvest_test)

BOOST_AUTO_TEST_CASE(known_entries_are_found_by_their_whole_key) {
  KnownEntries known;
  EntryKey a{}, b{};
  b.back() = 1;  // the hash looks at the first bytes only: such keys share a bucket, not an entry
  known[a].raw_hash = 1;
  known[b].raw_hash = 2;
  BOOST_TEST(known.size() == 2u);
  BOOST_TEST(known.at(a).raw_hash == 1u);
  BOOST_TEST(known.at(b).raw_hash == 2u);
}

BOOST_AUTO_TEST_CASE(different_beginnings_hash_differently) {
  EntryKey a{}, b{};
  b.front() = 1;
  BOOST_TEST(EntryKeyHash{}(a) != EntryKeyHash{}(b));
  BOOST_TEST(EntryKeyHash{}(a) == EntryKeyHash{}(EntryKey{}));
}

BOOST_AUTO_TEST_SUITE_END()
