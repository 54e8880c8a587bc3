#include "feed/source.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

using namespace rapporteur::feed;

BOOST_AUTO_TEST_SUITE(source_test)

BOOST_AUTO_TEST_CASE(states_have_the_words_of_the_contract) {
  const std::vector<std::string> words{"pending", "ok", "failing", "blocked", "silent", "gone"};
  for (std::size_t i = 0; i < words.size(); ++i) BOOST_TEST(to_string(static_cast<State>(i)) == words[i]);
}

BOOST_AUTO_TEST_CASE(the_publisher_is_named_by_the_best_that_is_known) {
  SourceSettings settings;
  SourceState state;
  settings.id = "un-news";
  BOOST_TEST(agency_of(settings, state) == "un-news");
  settings.url = "https://www.un.org/rss.xml";
  BOOST_TEST(agency_of(settings, state) == "un.org");
  settings.url = "https://news.un.org:8443/rss.xml";
  BOOST_TEST(agency_of(settings, state) == "news.un.org");
  state.feed_title = "  UN News\n ";
  BOOST_TEST(agency_of(settings, state) == "UN News");
  settings.labels.edit().title = "United Nations News";
  BOOST_TEST(agency_of(settings, state) == "United Nations News");
  settings.labels.edit().agency = "UN";
  BOOST_TEST(agency_of(settings, state) == "UN");
  settings.labels.edit().agency = " \n";
  BOOST_TEST(agency_of(settings, state) == "United Nations News");
}

BOOST_AUTO_TEST_SUITE_END()
