#include "engine/subscription_plan.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur;
using namespace rapporteur::engine;
using base::Instant;
using feed::Agreement;
using feed::Subscription;
using std::chrono::hours;
using std::chrono::minutes;

BOOST_AUTO_TEST_SUITE(subscription_plan_test)

namespace {

const Instant now = Instant(hours(24 * 20780));
const char* const base_url = "https://news.example";

feed::Source source_with_hub(std::string hub = "https://hub.example/") {
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = "who";
  settings->url = "https://who.example.int/feed";
  feed::Source source;
  source.settings = settings;
  source.state.row = base::SourceId{7};
  source.state.state = feed::State::ok;
  source.state.hub = std::move(hub);
  source.state.hub_topic = "https://who.example.int/feed";
  source.state.last_attempt = source.state.last_ok = now - minutes(5);
  return source;
}

Subscription asked() { return asked_again(new_subscription(source_with_hub(), base_url, "token", "secret"), now); }

Intent question(std::string mode = "subscribe", std::string topic = "https://who.example.int/feed") {
  Intent intent;
  intent.mode = std::move(mode);
  intent.topic = std::move(topic);
  intent.challenge = "c";
  intent.lease = hours(100);
  return intent;
}

Subscription verified() { return after_intent(asked(), question(), now).value(); }

fetch::Reply reply(base::Outcome outcome, int status) {
  fetch::Reply one;
  one.outcome = outcome;
  one.status = status;
  one.reason = "HTTP " + std::to_string(status);
  return one;
}

std::optional<Instant> due(const Subscription& known) {
  return request_due(source_with_hub(), &known, std::nullopt, schedule::Settings());
}

}  // namespace

BOOST_AUTO_TEST_CASE(p45_a_hub_is_asked_at_once_for_a_source_that_names_it_and_for_no_other) {
  const schedule::Settings settings;
  BOOST_TEST((request_due(source_with_hub(), nullptr, std::nullopt, settings) == Instant{}));
  BOOST_TEST(!request_due(source_with_hub(""), nullptr, std::nullopt, settings).has_value());
  feed::Source gone = source_with_hub();
  gone.state.state = feed::State::gone;
  BOOST_TEST(!request_due(gone, nullptr, std::nullopt, settings).has_value());
  feed::Source disabled = source_with_hub();
  auto off = std::make_shared<feed::SourceSettings>(*disabled.settings);
  off->enabled = false;
  disabled.settings = off;
  BOOST_TEST(!request_due(disabled, nullptr, std::nullopt, settings).has_value());
}

BOOST_AUTO_TEST_CASE(another_hub_topic_or_address_of_ours_is_another_agreement) {
  const Subscription known = verified();
  BOOST_TEST(is_wanted(known, source_with_hub(), base_url));
  BOOST_TEST(!is_wanted(known, source_with_hub("https://other.example/"), base_url));
  BOOST_TEST(!is_wanted(known, source_with_hub(""), base_url));
  BOOST_TEST(!is_wanted(known, source_with_hub(), "https://moved.example"));
  feed::Source renamed = source_with_hub();
  renamed.state.hub_topic += "?2";
  BOOST_TEST(!is_wanted(known, renamed, base_url));
  feed::Source gone = source_with_hub();
  gone.state.state = feed::State::gone;
  BOOST_TEST(!is_wanted(known, gone, base_url));
}

BOOST_AUTO_TEST_CASE(a_source_that_changes_its_hub_with_each_document_makes_one_request_in_max_interval) {
  const schedule::Settings settings;
  const auto due = request_due(source_with_hub(), nullptr, now, settings);
  BOOST_TEST((due == now + settings.max_interval));
}

BOOST_AUTO_TEST_CASE(a_new_subscription_has_a_token_and_a_secret_of_its_own_and_a_renewal_keeps_them) {
  const Subscription first = asked();
  BOOST_TEST((first.source == base::SourceId{7}));
  BOOST_TEST(first.hub == "https://hub.example/");
  BOOST_TEST(first.topic == "https://who.example.int/feed");
  BOOST_TEST(first.base_url == base_url);
  BOOST_TEST((first.requested_at == now));
  BOOST_TEST(!is_pushing(first, now));
  const Subscription renewal = asked_again(verified(), now + hours(80));
  BOOST_TEST(renewal.token == "token");
  BOOST_TEST(renewal.secret == "secret");
  BOOST_TEST(is_pushing(renewal, now + hours(80)));  // what was agreed holds while the renewal is under way
}

BOOST_AUTO_TEST_CASE(what_pushes_is_left_with_a_word_to_the_hub_and_what_does_not_without) {
  const schedule::Settings settings;
  Subscription left = left_behind(verified(), now + hours(1));
  BOOST_TEST((left.agreement == Agreement::leaving));
  BOOST_TEST(has_left(left));
  BOOST_TEST(!is_pushing(left, now + hours(1)));
  BOOST_TEST((farewell_due(left, settings) == Instant{}));
  BOOST_TEST(!farewell_due(left_behind(asked(), now), settings).has_value());
  BOOST_TEST(!farewell_due(left_behind(verified(), now + hours(100)), settings).has_value());  // its lease is over
  BOOST_TEST(!farewell_due(verified(), settings).has_value());

  // The hub is asked three times, later and later, and only for what it agreed to end.
  left = asked_again(left, now + hours(1));
  BOOST_TEST((farewell_due(left, settings) == now + hours(2)));
  left = asked_again(left, now + hours(2));
  BOOST_TEST((farewell_due(left, settings) == now + hours(4)));
  BOOST_TEST(!farewell_due(asked_again(left, now + hours(99)), settings).has_value());  // its lease ends first
  BOOST_TEST(!farewell_due(asked_again(left, now + hours(4)), settings).has_value());
  BOOST_TEST(!after_intent(left, question("subscribe"), now + hours(2)).has_value());
  BOOST_TEST(!after_intent(left, question("unsubscribe", "https://elsewhere/"), now + hours(2)).has_value());
  const Subscription ended = after_intent(left, question("unsubscribe"), now + hours(2)).value();
  BOOST_TEST((ended.agreement == Agreement::ended));
  BOOST_TEST(!farewell_due(ended, settings).has_value());
  BOOST_TEST(after_intent(ended, question("unsubscribe"), now + hours(3)).has_value());  // it did not hear us
}

BOOST_AUTO_TEST_CASE(a_hub_that_refuses_to_let_us_go_is_not_asked_again) {
  const schedule::Settings settings;
  const Subscription left = asked_again(left_behind(verified(), now), now);
  const auto after = [&](int status) {
    return farewell_due(after_reply(left, reply(base::Outcome::refused, status), settings, now), settings);
  };
  BOOST_TEST(!after(404).has_value());
  BOOST_TEST((after(500) == now + hours(1)));
  BOOST_TEST((after(429) == now + hours(4)));
}

BOOST_AUTO_TEST_CASE(p45_a_lease_is_renewed_when_20_percent_of_it_are_left) {
  const Subscription known = verified();
  BOOST_TEST((known.lease_end == now + hours(100)));
  BOOST_TEST((due(known) == now + hours(80)));
  Intent longer = question();
  longer.lease = hours(24 * 3650);
  BOOST_TEST((due(after_intent(asked(), longer, now).value()) == now + hours(24 * 24)));  // 80 % of at most 30 days
  Intent silent = question();
  silent.lease.reset();
  BOOST_TEST((due(after_intent(asked(), silent, now).value()) == now + hours(24 * 8)));  // what we had asked for
  Intent tiny = question();
  tiny.lease = std::chrono::seconds(1);
  BOOST_TEST((due(after_intent(asked(), tiny, now).value()) == now + hours(24)));
}

BOOST_AUTO_TEST_CASE(a_hub_that_does_not_ask_back_is_asked_again_later_and_later) {
  Subscription one = asked();
  const hours waits[] = {hours(1), hours(2), hours(4), hours(8), hours(16), hours(24), hours(24)};
  for (const hours wait : waits) {
    BOOST_TEST((due(one) == one.requested_at + wait), wait.count());
    one = asked_again(one, one.requested_at + wait);
    BOOST_TEST(one.token == "token");
  }
}

BOOST_AUTO_TEST_CASE(a_hub_that_refuses_is_left_alone_as_long_as_it_says_and_never_asked_quickly) {
  const schedule::Settings settings;
  Subscription one = after_reply(asked(), reply(base::Outcome::refused, 500), settings, now);
  BOOST_TEST(one.reason == "HTTP 500");
  BOOST_TEST((due(one) == now + hours(1)));
  one = after_reply(asked(), reply(base::Outcome::refused, 403), settings, now);
  BOOST_TEST((due(one) == now + hours(4)));
  fetch::Reply busy = reply(base::Outcome::refused, 503);
  busy.hints.retry_after = hours(48);
  BOOST_TEST((due(after_reply(asked(), busy, settings, now)) == now + hours(48)));
  busy.hints.retry_after = hours(24 * 365);
  BOOST_TEST((due(after_reply(asked(), busy, settings, now)) == now + settings.max_retry_after));
  busy.hints.retry_after = std::chrono::seconds(1);
  BOOST_TEST((due(after_reply(asked(), busy, settings, now)) >= now + hours(1)));
  const Subscription taken = after_reply(asked(), reply(base::Outcome::fresh, 202), settings, now);
  BOOST_TEST(taken.reason == "");
  BOOST_TEST((due(taken) == now + hours(1)));  // and is not verified by that
  BOOST_TEST(!is_pushing(taken, now));
  BOOST_TEST(after_reply(asked(), reply(base::Outcome::cancelled, 0), settings, now).failures == 0);
}

BOOST_AUTO_TEST_CASE(a_hub_that_verifies_first_and_then_answers_with_an_error_pushes_all_the_same) {
  const Subscription one = after_reply(verified(), reply(base::Outcome::refused, 500), schedule::Settings(), now);
  BOOST_TEST(is_pushing(one, now));
  BOOST_TEST((due(one) == now + hours(80)));
}

BOOST_AUTO_TEST_CASE(p45_a_verification_counts_only_for_what_we_asked_for) {
  struct Row {
    const char* what;
    Intent intent;
    Instant at;
    bool is_ours;
  };
  Intent unchallenged = question();
  unchallenged.challenge.clear();
  const Row rows[] = {
      {"as asked", question(), now, true},
      {"a day later", question(), now + hours(24), true},
      {"later", question(), now + hours(25), false},
      {"another topic", question("subscribe", "https://who.example.int/feed2"), now, false},
      {"no topic", question("subscribe", ""), now, false},
      {"unsubscribe", question("unsubscribe"), now, false},
      {"no mode", question(""), now, false},
      {"no challenge", unchallenged, now, false},
      {"a denial of another topic", question("denied", "https://who.example.int/feed2"), now, false},
  };
  for (const Row& row : rows)
    BOOST_TEST(after_intent(asked(), row.intent, row.at).has_value() == row.is_ours, row.what);
}

BOOST_AUTO_TEST_CASE(a_denial_ends_the_agreement_and_the_hub_is_asked_anew_after_a_week) {
  Intent intent = question("denied");
  intent.reason = "too many";
  const Subscription denied = after_intent(verified(), intent, now + hours(10)).value();
  BOOST_TEST((denied.agreement == Agreement::denied));
  BOOST_TEST(denied.reason == "too many");
  BOOST_TEST(!is_pushing(denied, now + hours(10)));
  BOOST_TEST((due(denied) == now + hours(10) + hours(24 * 7)));
  BOOST_TEST(!after_intent(denied, question(), now + hours(11)).has_value());  // not without a new request
  const Subscription again = asked_again(denied, now + hours(200));
  BOOST_TEST((again.agreement == Agreement::requested));
  BOOST_TEST(after_intent(again, question(), now + hours(200)).has_value());
}

BOOST_AUTO_TEST_CASE(p45_the_source_is_asked_once_after_the_confirmation_and_then_relied_on_until_a_miss) {
  feed::Source source = source_with_hub();
  const Subscription known = verified();
  BOOST_TEST(owes_fetch(known, source.state));
  BOOST_TEST((promise(known, source, schedule::Settings(), now) == known.lease_end));
  source.state.last_attempt = now - minutes(1);  // was under way when the hub confirmed
  source.state.last_ok = now + minutes(1);
  BOOST_TEST(owes_fetch(known, source.state));
  source.state.last_attempt = now + minutes(10);
  source.state.last_ok = now + minutes(10);
  BOOST_TEST(!owes_fetch(known, source.state));
  BOOST_TEST(!promise(known, source, schedule::Settings(), now + minutes(11))
                  .has_value());  // the last poll took the reliance away
  source.state.pushed_until = known.lease_end;
  BOOST_TEST((promise(known, source, schedule::Settings(), now + minutes(11)) == known.lease_end));
  BOOST_TEST(!promise(known, source, schedule::Settings(), now + hours(100)).has_value());
  source.state.hub = "https://other.example/";
  BOOST_TEST(!promise(known, source, schedule::Settings(), now + minutes(11)).has_value());
}

BOOST_AUTO_TEST_CASE(a_renewal_in_time_leaves_no_gap_and_a_late_one_owes_a_fetch_again) {
  feed::Source source = source_with_hub();
  source.state.last_attempt = source.state.last_ok = now + hours(1);
  const Subscription known = verified();
  const auto renewed = [&](hours after) {
    return after_intent(asked_again(known, now + after), question(), now + after).value();
  };
  BOOST_TEST(!owes_fetch(renewed(hours(80)), source.state));
  BOOST_TEST((renewed(hours(80)).lease_end == now + hours(180)));
  // Later than that it was polled as usual, and is until it pushes again; a hub that comes back after days begins anew.
  BOOST_TEST(!owes_fetch(renewed(hours(101)), source.state));
  BOOST_TEST(!promise(renewed(hours(101)), source, schedule::Settings(), now + hours(101)).has_value());
  BOOST_TEST(owes_fetch(renewed(hours(125)), source.state));
}

BOOST_AUTO_TEST_CASE(p45_a_lease_too_short_to_be_renewed_is_not_relied_on_and_its_hub_is_asked_once_a_day) {
  const schedule::Settings settings;
  Intent brief = question();
  brief.lease = minutes(5);
  const Subscription known = after_intent(asked(), brief, now).value();
  BOOST_TEST(is_too_short(known, settings));
  BOOST_TEST(is_pushing(known, now));  // what it brings is taken all the same
  BOOST_TEST(!promise(known, source_with_hub(), settings, now).has_value());
  BOOST_TEST((due(known) == now + hours(24)));
  brief.lease = minutes(20);
  BOOST_TEST(!is_too_short(after_intent(asked(), brief, now).value(), settings));
  BOOST_TEST((due(after_intent(asked(), brief, now).value()) == now + minutes(16)));
  BOOST_TEST(!is_too_short(asked(), settings));
}

BOOST_AUTO_TEST_CASE(a_secret_goes_over_https_or_stays_in_a_network_of_ours) {
  fetch::AddressPolicy policy;
  policy.allowed = {*fetch::parse_network("127.0.0.0/8"), *fetch::parse_network("fd00::/8"),
                    *fetch::parse_network("192.0.66.0/24")};
  struct Row {
    const char* hub;
    bool is_good;
  };
  const Row rows[] = {{"https://hub.example/", true},       {"https://10.0.0.1/", true},  // the guard's matter
                      {"http://hub.example/", false},       {"http://127.0.0.1:8480/hub", true},
                      {"http://[fd00::1]/hub", true},       {"http://10.0.0.1/", false},
                      {"http://localhost/", false},         {"http://192.0.66.1/", false},  // public: others listen
                      {"http://127.0.0.1.example/", false}, {"", false}};
  for (const Row& row : rows) BOOST_TEST(is_confidential(row.hub, policy) == row.is_good, row.hub);
  BOOST_TEST(!is_confidential("http://127.0.0.1/", fetch::AddressPolicy()));
  policy.allow_private = true;
  BOOST_TEST(is_confidential("http://10.0.0.1/", policy));
}

BOOST_AUTO_TEST_CASE(what_was_left_a_month_ago_is_forgotten) {
  const Subscription left = left_behind(verified(), now);
  BOOST_TEST(!is_forgotten(left, now + hours(100 + 24 * 30)));
  BOOST_TEST(is_forgotten(left, now + hours(101 + 24 * 30)));
  BOOST_TEST(!is_forgotten(verified(), now + hours(24 * 365)));
}

BOOST_AUTO_TEST_SUITE_END()
