#include "engine/discovery.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur;
using namespace rapporteur::engine;

BOOST_AUTO_TEST_SUITE(discovery_test)

namespace {

const char* const polled = "http://me:pw@who.example.int/feed";

Discovered found(const feed::Head& head, const std::string& link = {}, const std::string& known = {}) {
  fetch::Reply reply;
  fetch::Hop hop;
  hop.url = "http://who.example.int/real/feed";
  reply.hops.push_back(hop);
  reply.link = link;
  return discover(head, reply, known, polled);
}

feed::Head naming(std::vector<std::string> hubs, std::string self = {}) {
  feed::Head head;
  head.hubs = std::move(hubs);
  head.self = std::move(self);
  return head;
}

}  // namespace

BOOST_AUTO_TEST_CASE(p45_the_hub_and_the_topic_are_what_the_document_names) {
  const Discovered one = found(naming({"https://hub.example/"}, "https://who.example.int/self"));
  BOOST_TEST(one.hub == "https://hub.example/");
  BOOST_TEST(one.topic == "https://who.example.int/self");
  const Discovered none = found(naming({}, "https://who.example.int/self"));
  BOOST_TEST(none.hub == "");
  BOOST_TEST(none.topic == "");
}

BOOST_AUTO_TEST_CASE(without_rel_self_the_topic_is_the_address_that_is_polled_without_its_password) {
  BOOST_TEST(found(naming({"https://hub.example/"})).topic == "http://who.example.int/feed");
  BOOST_TEST(found(naming({"https://hub.example/"}, "urn:x")).topic == "http://who.example.int/feed");
}

BOOST_AUTO_TEST_CASE(of_several_hubs_the_known_one_stays_and_else_an_https_one_is_taken) {
  const feed::Head two = naming({"http://a.example/", "https://b.example/", "https://c.example/"});
  BOOST_TEST(found(two).hub == "https://b.example/");
  BOOST_TEST(found(two, "", "https://c.example/").hub == "https://c.example/");
  BOOST_TEST(found(two, "", "http://a.example/").hub == "https://b.example/");  // which keeps a secret
  BOOST_TEST(found(naming({"http://z.example/", "http://a.example/"}), "", "http://a.example/").hub ==
             "http://a.example/");
  BOOST_TEST(found(two, "", "https://gone.example/").hub == "https://b.example/");
  BOOST_TEST(found(naming({"http://a.example/"})).hub == "http://a.example/");
}

BOOST_AUTO_TEST_CASE(what_is_no_http_address_is_no_hub_and_credentials_are_left_out) {
  const Discovered one =
      found(naming({"ftp://hub.example/", "javascript:x", "mailto:hub@example.org", "https://u:p@hub.example/x"}));
  BOOST_TEST(one.hub == "https://hub.example/x");
}

BOOST_AUTO_TEST_CASE(link_fields_go_before_the_document) {
  const feed::Head head = naming({"https://document.example/"}, "https://who.example.int/self");
  const Discovered both = found(head, "</hub>; rel=hub, </topic>; rel=\"self\"");
  BOOST_TEST(both.hub == "http://who.example.int/hub");
  BOOST_TEST(both.topic == "http://who.example.int/topic");
  const Discovered half = found(head, "<https://field.example/>; rel=hub");
  BOOST_TEST(half.hub == "https://field.example/");
  BOOST_TEST(half.topic == "https://who.example.int/self");
}

BOOST_AUTO_TEST_SUITE_END()
