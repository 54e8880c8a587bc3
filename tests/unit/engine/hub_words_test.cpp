#include "engine/hub_words.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur;
using namespace rapporteur::engine;

BOOST_AUTO_TEST_SUITE(hub_words_test)

BOOST_AUTO_TEST_CASE(p45_the_form_of_a_request_says_all_that_a_hub_needs) {
  feed::Subscription one;
  one.topic = "https://who.example.int/feed?a=1&b=é +";
  one.base_url = "https://news.example/un/";
  one.token = "0123abcd";
  one.secret = "s3cret";
  BOOST_TEST(callback_of(one) == "https://news.example/un/websub/callback/0123abcd");
  BOOST_TEST(request_form(one) ==
             "hub.mode=subscribe&hub.topic=https%3A%2F%2Fwho.example.int%2Ffeed%3Fa%3D1%26b%3D%C3%A9%20%2B"
             "&hub.callback=https%3A%2F%2Fnews.example%2Fun%2Fwebsub%2Fcallback%2F0123abcd"
             "&hub.secret=s3cret&hub.lease_seconds=864000");
  one.agreement = feed::Agreement::leaving;
  BOOST_TEST(request_form(one) ==
             "hub.mode=unsubscribe&hub.topic=https%3A%2F%2Fwho.example.int%2Ffeed%3Fa%3D1%26b%3D%C3%A9%20%2B"
             "&hub.callback=https%3A%2F%2Fnews.example%2Fun%2Fwebsub%2Fcallback%2F0123abcd");
}

BOOST_AUTO_TEST_CASE(the_query_of_a_hub_is_read_in_any_order_and_with_anything_beside_it) {
  const Intent intent = read_intent(
      "hub.challenge=a%2Bb+c&x=y&hub.topic=https%3a%2f%2Fwho.example.int%2Ffeed%3Fa%3D1&&hub.mode=subscribe"
      "&hub.lease_seconds=3600&hub.reason=no%20more");
  BOOST_TEST(intent.mode == "subscribe");
  BOOST_TEST(intent.topic == "https://who.example.int/feed?a=1");
  BOOST_TEST(intent.challenge == "a+b c");
  BOOST_TEST(intent.reason == "no more");
  BOOST_TEST((intent.lease == std::chrono::hours(1)));
  BOOST_TEST(read_intent("hub.mode").mode == "");
  BOOST_TEST(read_intent("hub.mode=%zz%4").mode == "%zz%4");
  BOOST_TEST(read_intent("").topic == "");
}

BOOST_AUTO_TEST_CASE(a_lease_is_a_positive_number_of_seconds_or_absent) {
  const auto lease = [](const std::string& text) { return read_intent("hub.lease_seconds=" + text).lease; };
  BOOST_TEST((lease("1") == std::chrono::seconds(1)));
  BOOST_TEST((lease("99999999999999") == std::chrono::hours(24 * 365 * 10)));
  for (const char* nonsense : {"", "0", "-5", "1.5", "10s", "999999999999999999999999"})
    BOOST_TEST(!lease(nonsense).has_value(), nonsense);
}

// The HMACs of RFC 2202 and RFC 4231, test case 2.
BOOST_AUTO_TEST_CASE(p45_a_body_is_genuine_only_with_the_signature_of_our_secret) {
  const char* const body = "what do ya want for nothing?";
  const std::string sha1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
  const std::string sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  const std::string sha384 =
      "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
  const std::string sha512 =
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
      "caeab1a34d4a6b4b636e070a38bce737";
  struct Row {
    std::string signature;
    bool is_good;
  };
  const Row rows[] = {
      {"sha1=" + sha1, true},
      {"sha256=" + sha256, true},
      {"sha384=" + sha384, true},
      {"sha512=" + sha512, true},
      {"SHA256= 5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843", true},
      {"", false},
      {sha256, false},
      {"sha256", false},
      {"sha256=", false},
      {"=" + sha256, false},
      {"md5=" + sha1, false},
      {"sha1=" + sha256, false},
      {"sha256=" + sha1, false},
      {"sha256=" + sha256.substr(0, 62), false},
      {"sha256=" + sha256 + "00", false},
      {"sha256=4" + sha256.substr(1), false},
      {"sha256=zz" + sha256.substr(2), false},
  };
  for (const Row& row : rows) BOOST_TEST(is_signed(body, "Jefe", row.signature) == row.is_good, row.signature);
  BOOST_TEST(!is_signed(body, "Jefa", "sha256=" + sha256));
  BOOST_TEST(!is_signed("what do ya want for nothing!", "Jefe", "sha256=" + sha256));
  BOOST_TEST(!is_signed("", "", "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
}

BOOST_AUTO_TEST_SUITE_END()
