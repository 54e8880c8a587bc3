#include "base/site.h"

#include <boost/test/unit_test.hpp>

using rapporteur::base::site_of;

BOOST_AUTO_TEST_SUITE(site_test)

BOOST_AUTO_TEST_CASE(hosts_of_one_registered_name_are_one_site) {
  BOOST_TEST(site_of("news.un.org") == "un.org");
  BOOST_TEST(site_of("un.org") == "un.org");
  BOOST_TEST(site_of("a.b.gov.uk") == "b.gov.uk");
  BOOST_TEST(site_of("one.github.io") == "one.github.io");  // a suffix of the list's private part
}

BOOST_AUTO_TEST_CASE(what_nobody_registers_stands_for_itself) {
  for (const char* host : {"127.0.0.2", "2001:db8::1", "localhost", "org", ""}) BOOST_TEST(site_of(host) == host);
}

BOOST_AUTO_TEST_SUITE_END()
