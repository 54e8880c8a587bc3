#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>

#include "store/failure.h"
#include "store/store.h"
#include "support/store.h"

using namespace rapporteur;
using feed::Agreement;
using feed::Subscription;
using support::at;

BOOST_AUTO_TEST_SUITE(subscriptions_test)

namespace {

Subscription full(base::SourceId source, const std::string& token) {
  Subscription one;
  one.source = source;
  one.hub = "https://hub.example/";
  one.topic = "https://who.example.int/feed?a=1&b=ü";
  one.base_url = "https://news.example";
  one.token = token;
  one.secret = "secret of " + token;
  one.agreement = Agreement::verified;
  one.reason = "HTTP 503";
  one.requested_at = at(1);
  one.failures = 2;
  one.hold_until = at(2);
  one.covered_from = at(3);
  one.granted_at = at(4);
  one.lease_end = at(5);
  return one;
}

bool is_same(const Subscription& a, const Subscription& b) {
  return a.source == b.source && a.hub == b.hub && a.topic == b.topic && a.base_url == b.base_url &&
         a.token == b.token && a.secret == b.secret && a.agreement == b.agreement && a.reason == b.reason &&
         a.requested_at == b.requested_at && a.failures == b.failures && a.hold_until == b.hold_until &&
         a.covered_from == b.covered_from && a.granted_at == b.granted_at && a.lease_end == b.lease_end;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_subscription_is_read_back_as_it_was_written_after_the_store_was_opened_again) {
  support::TemporaryStore temporary;
  Subscription bare;
  Subscription whole;
  {
    const auto writer = temporary.writer();
    const auto states = support::follow(*writer, {support::source_named("who"), support::source_named("fao")}, at(0));
    whole = full(states[0].row, "t1");
    bare.source = states[1].row;
    bare.token = "t2";
    writer->write(bare);
    writer->write(whole);
  }
  const auto list = temporary.writer()->subscriptions(at(9));
  BOOST_TEST_REQUIRE(list.size() == 2u);
  BOOST_TEST(is_same(list[0], whole));
  BOOST_TEST(is_same(list[1], bare));
}

BOOST_AUTO_TEST_CASE(a_later_word_about_a_subscription_takes_the_place_of_the_earlier_one) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  const auto states = support::follow(*writer, {support::source_named("who")}, at(0));
  writer->write(full(states[0].row, "t1"));
  Subscription later = full(states[0].row, "t1");
  later.agreement = Agreement::leaving;
  later.lease_end.reset();
  writer->write(later);
  BOOST_TEST_REQUIRE(writer->subscriptions(at(9)).size() == 1u);
  BOOST_TEST(is_same(writer->subscriptions(at(9))[0], later));
}

BOOST_AUTO_TEST_CASE(what_a_source_left_stands_before_what_it_has_and_is_forgotten_a_month_after_its_end) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  const auto states = support::follow(*writer, {support::source_named("who")}, at(0));
  Subscription left = full(states[0].row, "t2");
  left.agreement = Agreement::ended;
  Subscription now = full(states[0].row, "t1");
  now.requested_at = at(8);
  writer->write(now);
  writer->write(left);
  const base::Instant much_later = at(5) + std::chrono::hours(24 * 30);
  BOOST_TEST_REQUIRE(writer->subscriptions(much_later).size() == 2u);
  BOOST_TEST(is_same(writer->subscriptions(much_later)[0], left));
  BOOST_TEST(is_same(writer->subscriptions(much_later)[1], now));
  BOOST_TEST_REQUIRE(writer->subscriptions(much_later + std::chrono::seconds(1)).size() == 1u);
  BOOST_TEST(is_same(writer->subscriptions(much_later)[0], now));
}

BOOST_AUTO_TEST_CASE(a_subscription_outlives_its_source_in_the_configuration) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  const auto states = support::follow(*writer, {support::source_named("who")}, at(0));
  writer->write(full(states[0].row, "t1"));
  support::follow(*writer, {}, at(1));
  BOOST_TEST(writer->subscriptions(at(9)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_token_never_passes_to_another_source) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  const auto states = support::follow(*writer, {support::source_named("who"), support::source_named("fao")}, at(0));
  writer->write(full(states[0].row, "t1"));
  writer->write(full(states[1].row, "t1"));
  BOOST_TEST_REQUIRE(writer->subscriptions(at(9)).size() == 1u);
  BOOST_TEST((writer->subscriptions(at(9))[0].source == states[0].row));
}

BOOST_AUTO_TEST_CASE(a_subscription_of_no_source_is_refused_and_nothing_of_it_is_kept) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  BOOST_CHECK_THROW(writer->write(full(base::SourceId{77}, "t1")), store::Failure);
  BOOST_TEST(writer->subscriptions(at(9)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
