// What the head of a document, and the end of its body, change in a source's state.
#include <boost/test/unit_test.hpp>

#include "engine/digest.h"

using namespace rapporteur;
using std::chrono::hours;
using std::chrono::minutes;

BOOST_AUTO_TEST_SUITE(digest_head_test)

namespace {

const base::Instant now = base::Instant(hours(24 * 20780));

// A source that knows the validator "old" is answered with the validator "new".
feed::SourceState after(const std::string& body, bool is_delimited = true) {
  const std::string url = "https://agency.example/feed.rss";
  auto configured = std::make_shared<feed::SourceSettings>();
  configured->id = "agency";
  configured->url = url;
  feed::Source source;
  source.settings = configured;
  source.state.row = base::SourceId{7};
  source.state.validators = {{url, {"\"old\"", std::nullopt}}};
  fetch::Reply reply;
  reply.outcome = base::Outcome::fresh;
  reply.status = 200;
  reply.started = now;
  reply.is_delimited = is_delimited;
  reply.body = body;
  fetch::Hop hop;
  hop.url = url;
  hop.status = 200;
  hop.validators.etag = "\"new\"";
  reply.hops.push_back(hop);
  return engine::digest(source, {}, std::move(reply), std::make_shared<engine::DigestSettings>(), now).state;
}

std::optional<base::Duration> interval_stated_by(const std::string& head) {
  return after("<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>x</title>" +
               head + "<item><title>One</title></item></channel></rss>")
      .stated_interval;
}

}  // namespace

BOOST_AUTO_TEST_CASE(p19_of_ttl_and_update_period_the_longer_counts) {
  const std::string hourly = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>";
  const std::string daily = "<sy:updatePeriod>daily</sy:updatePeriod>";
  BOOST_TEST((interval_stated_by("<ttl>1440</ttl>" + hourly) == base::Duration(hours(24))));
  BOOST_TEST((interval_stated_by("<ttl>60</ttl>" + daily) == base::Duration(hours(24))));
  BOOST_TEST((interval_stated_by("<ttl>90</ttl><sy:updatePeriod>fortnightly</sy:updatePeriod>") ==
              base::Duration(minutes(90))));
  BOOST_TEST((interval_stated_by(daily) == base::Duration(hours(24))));
  BOOST_TEST(!interval_stated_by(""));
}

// Whoever writes badly is believed when he said where his document ends.
BOOST_AUTO_TEST_CASE(p6_validators_of_a_document_cut_by_its_author_replace_the_older_ones) {
  const std::string cut = "<rss version='2.0'><channel><title>x</title><item><title>One</title></item><item><title>T";
  for (const bool is_delimited : {true, false}) {
    const auto validators = after(cut, is_delimited).validators;
    BOOST_TEST(validators.front().validators.etag.value_or("") == (is_delimited ? "\"new\"" : "\"old\""));
  }
}

BOOST_AUTO_TEST_SUITE_END()
