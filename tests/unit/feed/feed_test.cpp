#include "feed/feed.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace rapporteur::feed;

BOOST_AUTO_TEST_SUITE(feed_test)

BOOST_AUTO_TEST_CASE(formats_have_the_words_of_the_contract) {
  const std::vector<std::string> words{"unknown", "rss090", "rss091", "rss092", "rss093", "rss094", "rss10",
                                       "rss20",   "atom03", "atom10", "json10", "json11", "cdf"};
  for (std::size_t i = 0; i < words.size(); ++i) BOOST_TEST(to_string(static_cast<Format>(i)) == words[i]);
}

BOOST_AUTO_TEST_SUITE_END()
