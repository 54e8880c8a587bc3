// What the head of a document changes in a source's state.
#include <boost/test/unit_test.hpp>

#include "engine/digest.h"

using namespace rapporteur;
using std::chrono::hours;
using std::chrono::minutes;

BOOST_AUTO_TEST_SUITE(digest_head_test)

namespace {

const base::Instant now = base::Instant(hours(24 * 20780));

feed::SourceState after(const std::string& head) {
  auto configured = std::make_shared<feed::SourceSettings>();
  configured->id = "agency";
  configured->url = "https://agency.example/feed.rss";
  feed::Source source;
  source.settings = configured;
  source.state.row = base::SourceId{7};
  fetch::Reply reply;
  reply.outcome = base::Outcome::fresh;
  reply.status = 200;
  reply.started = now;
  reply.body = "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>x</title>" +
               head + "<item><title>One</title></item></channel></rss>";
  fetch::Hop hop;
  hop.url = configured->url;
  hop.status = 200;
  hop.validators.etag = "\"a\"";
  reply.hops.push_back(hop);
  return engine::digest(source, {}, std::move(reply), std::make_shared<engine::DigestSettings>(), now).state;
}

}  // namespace

BOOST_AUTO_TEST_CASE(p19_of_ttl_and_update_period_the_longer_counts) {
  const std::string hourly = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>";
  const std::string daily = "<sy:updatePeriod>daily</sy:updatePeriod>";
  BOOST_TEST((after("<ttl>1440</ttl>" + hourly).stated_interval == base::Duration(hours(24))));
  BOOST_TEST((after("<ttl>60</ttl>" + daily).stated_interval == base::Duration(hours(24))));
  BOOST_TEST((after("<ttl>90</ttl><sy:updatePeriod>fortnightly</sy:updatePeriod>").stated_interval ==
              base::Duration(minutes(90))));
  BOOST_TEST((after(daily).stated_interval == base::Duration(hours(24))));
  BOOST_TEST((!after("").stated_interval));
}

// Whoever writes badly is believed when he said where his document ends.
BOOST_AUTO_TEST_CASE(p6_validators_of_a_document_cut_by_its_author_replace_the_older_ones) {
  const std::string url = "https://agency.example/feed.rss";
  for (const bool is_delimited : {true, false}) {
    feed::Source source;
    auto configured = std::make_shared<feed::SourceSettings>();
    configured->id = "agency";
    configured->url = url;
    source.settings = configured;
    source.state.row = base::SourceId{7};
    source.state.validators = {{url, {"\"old\"", std::nullopt}}};
    fetch::Reply reply;
    reply.outcome = base::Outcome::fresh;
    reply.status = 200;
    reply.started = now;
    reply.is_delimited = is_delimited;
    reply.body = "<rss version='2.0'><channel><title>x</title><item><title>One</title></item><item><title>T";
    fetch::Hop hop;
    hop.url = url;
    hop.status = 200;
    hop.validators.etag = "\"new\"";
    reply.hops.push_back(hop);
    const auto state =
        engine::digest(source, {}, std::move(reply), std::make_shared<engine::DigestSettings>(), now).state;
    BOOST_TEST(state.validators.front().validators.etag.value_or("") == (is_delimited ? "\"new\"" : "\"old\""));
  }
}

BOOST_AUTO_TEST_SUITE_END()
