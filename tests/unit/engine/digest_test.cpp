#include "engine/digest.h"

#include <boost/test/unit_test.hpp>

#include "merge/identity.h"
#include "schedule/rhythm.h"

using namespace rapporteur;
using base::Outcome;
using std::chrono::hours;
using std::chrono::minutes;

BOOST_AUTO_TEST_SUITE(digest_test)

namespace {

const base::Instant now = base::Instant(hours(24 * 20780));
const char* const url = "https://agency.example/feed.rss";

const char* const two_items =
    "<rss "
    "version='2.0'><channel><title>Agency</title><link>https://agency.example/</link><language>en-gb</"
    "language><ttl>90</ttl>"
    "<item><title>One</title><link>https://agency.example/1?utm_source=rss</link><guid isPermaLink='false'>1</guid>"
    "<pubDate>Tue, 24 Nov 2026 09:00:00 GMT</pubDate><description>&lt;p&gt;First "
    "&lt;script&gt;x()&lt;/script&gt;text&lt;/p&gt;</description></item>"
    "<item><title>Two</title><link>/2</link><guid isPermaLink='false'>2</guid></item></channel></rss>";

feed::Source followed() {
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = "agency";
  settings->url = url;
  settings->labels.edit().agency = "Agency";
  settings->labels.edit().countries = {"KG"};
  feed::Source source;
  source.settings = settings;
  source.state.row = base::SourceId{7};
  return source;
}

fetch::Reply reply(Outcome outcome, int status, std::string body = {}) {
  fetch::Reply one;
  one.outcome = outcome;
  one.status = status;
  one.reason = status ? "HTTP " + std::to_string(status) : "no answer within 60 s";
  one.body = std::move(body);
  one.content_type = "application/rss+xml";
  one.wire_bytes = 1000;
  one.started = now - std::chrono::seconds(2);
  fetch::Hop hop;
  hop.url = url;
  hop.status = status;
  one.hops.push_back(hop);
  return one;
}

std::shared_ptr<const engine::DigestSettings> settings() { return std::make_shared<engine::DigestSettings>(); }

feed::KnownEntries known_of(const feed::Harvest& harvest) {
  feed::KnownEntries known;
  std::int64_t row = 100;
  for (const feed::Article& article : harvest.articles) {
    const feed::KnownEntry entry{base::EntryId{row++}, article.raw_hash, article.text_hash, article.markup_hash};
    known.emplace(article.key, entry);
    for (const feed::EntryKey& key : article.other_keys) known.emplace(key, entry);
  }
  return known;
}

feed::Harvest first_poll() {
  fetch::Reply one = reply(Outcome::fresh, 200, two_items);
  one.hops.back().validators.etag = "\"a\"";
  return engine::digest(followed(), {}, std::move(one), settings(), now);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_first_document_gives_articles_labels_validators_and_a_due_time) {
  const feed::Harvest harvest = first_poll();
  BOOST_TEST_REQUIRE(harvest.articles.size() == 2u);
  const feed::Article& one = harvest.articles[0];
  BOOST_TEST(one.title == "One");
  BOOST_TEST(one.link == "https://agency.example/1");
  BOOST_TEST(one.summary == "First text");
  BOOST_TEST(one.content.find("script") == std::string::npos);
  BOOST_TEST(one.language == "en-GB");
  BOOST_TEST(one.agency == "Agency");
  BOOST_TEST(one.countries == std::vector<std::string>{"KG"});
  BOOST_TEST(harvest.articles[1].link == "https://agency.example/2");
  BOOST_TEST((harvest.state.state == feed::State::ok));
  BOOST_TEST(harvest.state.reason.empty());
  BOOST_TEST(harvest.state.polls == 1u);
  BOOST_TEST_REQUIRE(harvest.state.validators.size() == 1u);
  BOOST_TEST(*harvest.state.validators[0].validators.etag == "\"a\"");
  BOOST_TEST((harvest.state.next_poll >= now - std::chrono::seconds(2) + minutes(90)));  // ttl
  BOOST_TEST(harvest.state.next_poll_reason.find("ttl") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_what_is_new_is_remembered_in_the_rhythm_of_a_source) {
  // Of two items one states when it came out.
  const feed::Harvest first =
      engine::digest(followed(), {}, reply(Outcome::fresh, 200, two_items), settings(), now + hours(46));
  const auto minute = [](base::Instant at) { return std::chrono::floor<minutes>(at.time_since_epoch()).count(); };
  const auto batches = schedule::read_rhythm(first.state.rhythm).batches;
  BOOST_TEST_REQUIRE(batches.size() == 1u);
  BOOST_TEST(batches[0].minute == minute(*first.articles[0].published));
  feed::Source source = followed();
  source.state = first.state;
  std::string edited = two_items;
  edited.replace(edited.find("First"), 5, "Other");
  const feed::Harvest second =
      engine::digest(source, known_of(first), reply(Outcome::fresh, 200, edited), settings(), now + hours(48));
  BOOST_TEST(second.state.rhythm == first.state.rhythm);
  edited.insert(edited.find("<item>"), "<item><title>Three</title><guid>3</guid></item>");
  const feed::Harvest third =
      engine::digest(source, known_of(first), reply(Outcome::fresh, 200, edited), settings(), now + hours(48));
  const auto more = schedule::read_rhythm(third.state.rhythm).batches;
  BOOST_TEST_REQUIRE(more.size() == 2u);
  BOOST_TEST(more[1].minute == minute(now + hours(47)));  // some time between the two polls
  BOOST_TEST(!more[1].is_exact);
}

BOOST_AUTO_TEST_CASE(what_is_on_record_unchanged_is_not_worked_on_again) {
  const feed::Harvest first = first_poll();
  feed::Source source = followed();
  source.state = first.state;
  std::string edited = two_items;
  edited.replace(edited.find("First"), 5, "Other");
  const feed::Harvest second =
      engine::digest(source, known_of(first), reply(Outcome::fresh, 200, edited), settings(), now + hours(2));
  BOOST_TEST_REQUIRE(second.articles.size() == 1u);
  BOOST_TEST((second.articles[0].row == base::EntryId{100}));
  BOOST_TEST(second.articles[0].summary == "Other text");
  BOOST_TEST(second.articles[0].text_hash != first.articles[0].text_hash);
  BOOST_TEST(second.entries_in_document == 2u);
}

BOOST_AUTO_TEST_CASE(passing_over_known_bytes_makes_no_difference_to_what_is_new) {
  const feed::Harvest first = first_poll();
  BOOST_TEST(first.articles[0].markup_hash != 0u);
  BOOST_TEST(first.articles[0].markup_hash != first.articles[1].markup_hash);
  feed::Source source = followed();
  source.state = first.state;
  const feed::KnownEntries known = known_of(first);
  feed::KnownEntries read_in_full = known;
  for (auto& [key, entry] : read_in_full) entry.markup_hash = 0;
  const std::string added[] = {
      "<item><title>Three</title><guid>3</guid></item>",
      "<item><title>Another one</title><guid isPermaLink='false'>1</guid><link>https://agency.example/9</link></item>",
      "<item><title>One</title><link>https://agency.example/1?utm_source=rss</link></item>",
      "<item><title>One, moved</title><link>https://agency.example/1</link><guid isPermaLink='false'>1b</guid></item>",
      "<item><title>Two</title><link>/2</link><guid isPermaLink='false'>2</guid><author>a@b.example</author></item>"};
  for (const std::string& item : added) {
    std::string body = two_items;
    body.insert(body.find("<item>"), item);
    const feed::Harvest quick = engine::digest(source, known, reply(Outcome::fresh, 200, body), settings(), now);
    const feed::Harvest full = engine::digest(source, read_in_full, reply(Outcome::fresh, 200, body), settings(), now);
    BOOST_TEST(quick.entries_in_document == full.entries_in_document);
    BOOST_TEST(quick.state.last_count == full.state.last_count);
    BOOST_TEST_REQUIRE(quick.articles.size() == full.articles.size(), item);
    for (std::size_t i = 0; i < full.articles.size(); ++i) {
      BOOST_TEST((quick.articles[i].key == full.articles[i].key), item);
      BOOST_TEST((quick.articles[i].row == full.articles[i].row), item);
      BOOST_TEST(quick.articles[i].title == full.articles[i].title);
    }
  }
}

BOOST_AUTO_TEST_CASE(p6_p41_the_same_body_is_unchanged_and_its_new_validators_count) {
  const feed::Harvest first = first_poll();
  feed::Source source = followed();
  source.state = first.state;
  fetch::Reply again = reply(Outcome::fresh, 200, two_items);
  again.hops.back().validators.etag = "\"b\"";
  const feed::Harvest second = engine::digest(source, known_of(first), std::move(again), settings(), now + hours(2));
  BOOST_TEST((second.outcome == Outcome::unchanged));
  BOOST_TEST(second.articles.empty());
  BOOST_TEST(*second.state.validators.at(0).validators.etag == "\"b\"");
}

// Without a length nobody can tell that a body was cut. With its validators the rest would never be asked for.
BOOST_AUTO_TEST_CASE(validators_of_a_document_that_may_be_cut_count_when_it_comes_again) {
  feed::Source source = followed();
  source.state = first_poll().state;
  const std::string whole = two_items, cut = whole.substr(0, whole.rfind("<item>") + 30);
  for (const auto& [body, etag] : {std::pair(cut, "\"a\""), {cut, "\"b\""}, {whole, "\"b\""}}) {
    fetch::Reply answer = reply(Outcome::fresh, 200, body);
    answer.hops.back().validators.etag = "\"b\"";
    source.state = engine::digest(source, {}, std::move(answer), settings(), now + hours(2)).state;
    BOOST_TEST(source.state.validators.at(0).validators.etag.value() == etag);
  }
}

BOOST_AUTO_TEST_CASE(p7_a_304_keeps_validators_and_takes_newer_ones) {
  feed::Source source = followed();
  source.state = first_poll().state;
  fetch::Reply answer = reply(Outcome::unchanged, 304);
  answer.hops.back().validators.last_modified = "yesterday";
  const feed::Harvest harvest = engine::digest(source, {}, std::move(answer), settings(), now);
  BOOST_TEST(*harvest.state.validators.at(0).validators.etag == "\"a\"");
  BOOST_TEST(*harvest.state.validators.at(0).validators.last_modified == "yesterday");
  BOOST_TEST(harvest.state.not_modified == 1u);
}

BOOST_AUTO_TEST_CASE(p14_the_address_that_answered_last_decides_whether_a_poll_is_cheap) {
  const auto answer_of = [](const feed::SourceState& state, fetch::Reply one, const char* address) {
    feed::Source source = followed();
    source.state = state;
    one.hops.back().url = address;
    return engine::digest(source, {}, std::move(one), settings(), now).state;
  };
  fetch::Reply bare = reply(Outcome::fresh, 200, std::string(two_items) + " ");
  const feed::SourceState costly = answer_of(first_poll().state, std::move(bare), "https://other.example/");
  BOOST_TEST((costly.next_poll - now >= hours(23)), costly.next_poll_reason);
  BOOST_TEST(costly.validators.size() == 2u);  // what the first address sent is kept for it (P1, P9)
  const feed::SourceState cheap = answer_of(costly, reply(Outcome::unchanged, 304), url);
  BOOST_TEST((cheap.next_poll - now < hours(3)), cheap.next_poll_reason);
  BOOST_TEST(cheap.validators.front().url == url);
}

BOOST_AUTO_TEST_CASE(p10_validators_of_a_body_that_could_not_be_read_are_not_remembered) {
  feed::Source source = followed();
  source.state = first_poll().state;
  fetch::Reply page =
      reply(Outcome::fresh, 200, "<!DOCTYPE html><html><head><title>Log in</title></head><body>x</body></html>");
  page.hops.back().validators.etag = "\"page\"";
  const feed::Harvest harvest = engine::digest(source, {}, std::move(page), settings(), now);
  BOOST_TEST((harvest.outcome == Outcome::failed));
  BOOST_TEST((harvest.state.state == feed::State::failing));
  BOOST_TEST(!harvest.state.reason.empty());
  BOOST_TEST(*harvest.state.validators.at(0).validators.etag == "\"a\"");
}

BOOST_AUTO_TEST_CASE(refusals_and_failures_are_counted_and_explained) {
  struct Row {
    Outcome outcome;
    int status;
    bool is_challenge;
    feed::State expected;
  };
  for (const Row& row :
       {Row{Outcome::refused, 500, false, feed::State::failing},
        Row{Outcome::refused, 403, false, feed::State::blocked}, Row{Outcome::refused, 503, true, feed::State::blocked},
        Row{Outcome::failed, 0, false, feed::State::failing},
        Row{Outcome::refused, 404, false, feed::State::failing}}) {
    fetch::Reply answer = reply(row.outcome, row.status);
    if (row.is_challenge) answer.challenge = "cf-mitigated: challenge";
    const feed::Harvest harvest = engine::digest(followed(), {}, std::move(answer), settings(), now);
    BOOST_TEST((harvest.state.state == row.expected), row.status);
    BOOST_TEST(!harvest.state.reason.empty());
    BOOST_TEST(harvest.state.failures == 1);
    BOOST_TEST((harvest.state.failing_since == now));
    BOOST_TEST((harvest.state.next_poll > now + minutes(50)), row.status);
    BOOST_TEST(harvest.state.http_status == row.status);
  }
}

BOOST_AUTO_TEST_CASE(success_ends_a_row_of_failures) {
  feed::Source source = followed();
  source.state.failures = 5;
  source.state.failing_since = now - hours(50);
  source.state.state = feed::State::failing;
  source.state.reason = "HTTP 500";
  const feed::Harvest harvest = engine::digest(source, {}, reply(Outcome::fresh, 200, two_items), settings(), now);
  BOOST_TEST(harvest.state.failures == 0);
  BOOST_TEST(harvest.state.reason.empty());
  BOOST_TEST((!harvest.state.failing_since));
}

BOOST_AUTO_TEST_CASE(p28_gone_is_asked_once_more_a_day_later_and_then_never) {
  const feed::Harvest first = engine::digest(followed(), {}, reply(Outcome::gone, 410), settings(), now);
  BOOST_TEST((first.state.state == feed::State::failing));
  BOOST_TEST((first.state.next_poll >= now + hours(23)));
  BOOST_TEST((first.state.next_poll <= now + hours(25)));
  feed::Source source = followed();
  source.state = first.state;
  const feed::Harvest second = engine::digest(source, {}, reply(Outcome::gone, 410), settings(), now + hours(25));
  BOOST_TEST((second.state.state == feed::State::gone));
  BOOST_TEST((second.state.next_poll > now + hours(24 * 365 * 50)));
}

BOOST_AUTO_TEST_CASE(p24_a_challenge_is_blocked_and_named_once) {
  fetch::Reply answer = reply(Outcome::refused, 403);
  answer.challenge = "cf-mitigated: challenge";
  answer.reason = "HTTP 403 Forbidden (cf-mitigated: challenge)";  // as fetch words it
  const feed::Harvest harvest = engine::digest(followed(), {}, std::move(answer), settings(), now);
  BOOST_TEST((harvest.state.state == feed::State::blocked));
  BOOST_TEST(harvest.state.reason == "HTTP 403 Forbidden (cf-mitigated: challenge)");
  BOOST_TEST((harvest.state.next_poll >= now + hours(4)));
}

BOOST_AUTO_TEST_CASE(p44_what_robots_txt_forbids_is_blocked_and_says_so) {
  fetch::Reply forbidden = reply(Outcome::refused, 0);
  forbidden.failure = fetch::Failure::robots;
  forbidden.reason = "https://agency.example/robots.txt forbids this address to rapporteur; it was not asked";
  const feed::SourceState state = engine::digest(followed(), {}, std::move(forbidden), settings(), now).state;
  BOOST_TEST((state.state == feed::State::blocked));
  BOOST_TEST(state.reason.find("robots.txt forbids") != std::string::npos);
  BOOST_TEST((state.next_poll - now >= hours(1)));
}

BOOST_AUTO_TEST_CASE(p42_an_old_item_below_an_unchanged_newest_one_is_found) {
  const feed::Harvest first = first_poll();
  feed::Source source = followed();
  source.state = first.state;
  std::string longer = two_items;
  longer.insert(longer.find("</channel>"),
                "<item><title>Old</title><guid isPermaLink='false'>0</guid>"
                "<pubDate>Tue, 24 Nov 2020 09:00:00 GMT</pubDate></item>");
  const feed::Harvest second =
      engine::digest(source, known_of(first), reply(Outcome::fresh, 200, longer), settings(), now + hours(2));
  BOOST_TEST_REQUIRE(second.articles.size() == 1u);
  BOOST_TEST(second.articles[0].title == "Old");
}

BOOST_AUTO_TEST_CASE(p43_years_of_304_never_make_a_request_unconditional) {
  feed::Source source = followed();
  source.state = first_poll().state;
  for (int day = 1; day < 1000; ++day)
    source.state = engine::digest(source, {}, reply(Outcome::unchanged, 304), settings(), now + hours(24 * day)).state;
  BOOST_TEST(*source.state.validators.at(0).validators.etag == "\"a\"");
}

BOOST_AUTO_TEST_CASE(a_cancelled_request_counts_for_nothing) {
  const feed::Harvest harvest = engine::digest(followed(), {}, reply(Outcome::cancelled, 0), settings(), now);
  BOOST_TEST(harvest.state.polls == 0u);
  BOOST_TEST(harvest.state.failures == 0);
  BOOST_TEST((!harvest.state.last_attempt));
}

namespace {

const char* const three_items =
    "<rss version='2.0'><channel><title>Agency</title><link>https://agency.example/</link>"
    "<item><title>Three</title><link>/3</link><guid isPermaLink='false'>3</guid></item>"
    "<item><title>One</title><link>https://agency.example/1?utm_source=rss</link><guid isPermaLink='false'>1</guid>"
    "<pubDate>Tue, 24 Nov 2026 09:00:00 GMT</pubDate><description>&lt;p&gt;First "
    "&lt;script&gt;x()&lt;/script&gt;text&lt;/p&gt;</description></item>"
    "<item><title>Two</title><link>/2</link><guid isPermaLink='false'>2</guid></item></channel></rss>";

const char* const only_the_third =
    "<rss version='2.0'><channel><title>Only what is new</title><link>https://agency.example/</link>"
    "<item><title>Three</title><link>/3</link><guid isPermaLink='false'>3</guid></item></channel></rss>";

fetch::Reply push(std::string body, Outcome outcome = Outcome::fresh) {
  fetch::Reply one = reply(outcome, 0, std::move(body));
  one.is_pushed = true;
  one.pushed_until = now + hours(100);
  return one;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_document_that_names_a_hub_is_remembered_with_it) {
  std::string named = two_items;
  named.replace(named.find("<language>"), 0,
                "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href='https://hub.example/'/>"
                "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='self' href='https://agency.example/self'/>");
  const feed::Harvest first = engine::digest(followed(), {}, reply(Outcome::fresh, 200, named), settings(), now);
  BOOST_TEST(first.state.hub == "https://hub.example/");
  BOOST_TEST(first.state.hub_topic == "https://agency.example/self");
  feed::Source source = followed();
  source.state = first.state;
  const feed::Harvest second = engine::digest(source, {}, reply(Outcome::fresh, 200, two_items), settings(), now);
  BOOST_TEST(second.state.hub == "");
  BOOST_TEST(second.state.hub_topic == "");
}

BOOST_AUTO_TEST_CASE(p45_a_push_brings_its_entries_and_changes_nothing_that_polling_stands_on) {
  const feed::Harvest first = first_poll();
  feed::Source source = followed();
  source.state = first.state;
  const feed::Harvest pushed =
      engine::digest(source, known_of(first), push(only_the_third), settings(), now + hours(1));
  BOOST_TEST((pushed.outcome == Outcome::fresh));
  BOOST_TEST_REQUIRE(pushed.articles.size() == 1u);
  BOOST_TEST(pushed.articles[0].title == "Three");
  BOOST_TEST(pushed.articles[0].link == "https://agency.example/3");
  const feed::SourceState& before = first.state;
  const feed::SourceState& after = pushed.state;
  BOOST_TEST((after.validators == before.validators));  // P6: a push has none, and clears none
  BOOST_TEST(after.body_hash == before.body_hash);
  BOOST_TEST((after.last_attempt == before.last_attempt));
  BOOST_TEST((after.last_ok == before.last_ok));
  BOOST_TEST((after.next_poll == before.next_poll));
  BOOST_TEST(after.next_poll_reason == before.next_poll_reason);
  BOOST_TEST(after.http_status == before.http_status);
  BOOST_TEST(after.polls == before.polls);
  BOOST_TEST((after.stated_interval == before.stated_interval));
  BOOST_TEST(after.feed_title == before.feed_title);
  BOOST_TEST((after.pushed_until == now + hours(100)));
  BOOST_TEST(pushed.entries_in_document == 0u);  // what is not in it has not vanished

  // The next poll of the whole document finds nothing that the push had not brought, and the hub stays relied on.
  feed::KnownEntries known = known_of(first);
  for (const auto& [key, entry] : known_of(pushed)) known.emplace(key, entry);
  source.state = after;
  fetch::Reply whole = reply(Outcome::fresh, 200, three_items);
  whole.pushed_until = now + hours(100);
  const feed::Harvest check = engine::digest(source, known, std::move(whole), settings(), now + hours(25));
  BOOST_TEST((check.outcome == Outcome::fresh));
  BOOST_TEST(check.articles.empty());
  BOOST_TEST((check.state.pushed_until == now + hours(100)));
}

BOOST_AUTO_TEST_CASE(a_push_of_a_failing_source_leaves_its_failure_to_polling) {
  feed::Source source = followed();
  source.state.failures = 3;
  source.state.state = feed::State::failing;
  source.state.reason = "HTTP 500";
  const feed::Harvest pushed = engine::digest(source, {}, push(only_the_third), settings(), now);
  BOOST_TEST(pushed.articles.size() == 1u);
  BOOST_TEST(pushed.state.failures == 3);
  BOOST_TEST((pushed.state.state == feed::State::failing));
  BOOST_TEST(pushed.state.reason == "HTTP 500");
}

BOOST_AUTO_TEST_CASE(pushed_news_end_a_silence_and_nothing_else_that_was_to_be_told) {
  const feed::Harvest first = first_poll();
  feed::Source source = followed();
  source.state = first.state;
  source.state.last_news = now - hours(24 * 400);
  source.state.certificate_until = now + hours(24 * 3);
  source.state = engine::digest(source, known_of(first), reply(Outcome::unchanged, 304), settings(), now).state;
  BOOST_TEST_REQUIRE((source.state.state == feed::State::silent));
  const std::string silence = source.state.reason;
  const auto after = [&](const char* body) {
    return engine::digest(source, known_of(first), push(body), settings(), now).state;
  };
  BOOST_TEST((after(two_items).state == feed::State::silent));  // known already
  BOOST_TEST(after(two_items).reason == silence);
  const feed::SourceState woken = after(only_the_third);
  BOOST_TEST((woken.state == feed::State::ok));
  BOOST_TEST(woken.reason.starts_with("its server's certificate ends on "), woken.reason);
  BOOST_TEST((woken.last_news == now));

  // What a poll said of its document, only a poll can take back.
  source.state.last_count = 0;
  source.state.entries = 2;
  BOOST_TEST((after(only_the_third).state == feed::State::silent));
  BOOST_TEST(after(only_the_third).reason.starts_with("its document names no story any more"));
}

BOOST_AUTO_TEST_CASE(p45_of_a_push_that_is_not_signed_or_no_feed_nothing_is_left) {
  const feed::Harvest first = first_poll();
  feed::Source source = followed();
  source.state = first.state;
  for (fetch::Reply one :
       {push(only_the_third, Outcome::refused), push("<html><body>no feed</body></html>"), push("")}) {
    const feed::Harvest pushed = engine::digest(source, known_of(first), std::move(one), settings(), now);
    BOOST_TEST((pushed.outcome == Outcome::cancelled));
    BOOST_TEST(pushed.articles.empty());
    BOOST_TEST(!pushed.state.pushed_until.has_value());
    BOOST_TEST(pushed.state.failures == 0);
  }
}

BOOST_AUTO_TEST_CASE(p45_news_that_a_poll_finds_and_the_hub_had_not_pushed_ends_the_reliance) {
  const feed::Harvest first = first_poll();
  const auto poll = [&](std::optional<base::Instant> relied_until, const std::string& body) {
    feed::Source source = followed();
    source.state = first.state;
    source.state.hub = "https://hub.example/";
    source.state.pushed_until = relied_until;
    fetch::Reply answer = reply(Outcome::fresh, 200, body);
    answer.hops.back().validators.etag = "\"b\"";
    answer.pushed_until = now + hours(100);
    return engine::digest(source, known_of(first), std::move(answer), settings(), now).state;
  };
  const feed::SourceState missed = poll(now + hours(90), three_items);
  BOOST_TEST(!missed.pushed_until.has_value());
  BOOST_TEST((missed.next_poll < now + hours(2)));
  // It was not relied on yet: this is the fetch after the confirmation, or the lease had ended.
  for (const auto& before : {std::optional<base::Instant>(), std::optional<base::Instant>(now - hours(1))}) {
    const feed::SourceState confirmed = poll(before, three_items);
    BOOST_TEST((confirmed.pushed_until == now + hours(100)));
    BOOST_TEST((confirmed.next_poll > now + hours(23)));
  }
  // A changed entry, and one that is so young that it may be on its way.
  std::string edited = two_items;
  edited.replace(edited.find("First"), 5, "Other");
  BOOST_TEST(poll(now + hours(90), edited).pushed_until.has_value());
  std::string young = three_items;
  young.replace(young.find("<link>/3"), 0, "<pubDate>" + base::to_rfc822(now - minutes(10)) + "</pubDate>");
  BOOST_TEST(poll(now + hours(90), young).pushed_until.has_value());
  young = three_items;
  young.replace(young.find("<link>/3"), 0, "<pubDate>" + base::to_rfc822(now - minutes(20)) + "</pubDate>");
  BOOST_TEST(!poll(now + hours(90), young).pushed_until.has_value());
}

BOOST_AUTO_TEST_CASE(p45_without_a_promise_of_the_hub_a_poll_ends_the_reliance_and_a_failure_does_not) {
  feed::Source source = followed();
  source.state = first_poll().state;
  source.state.pushed_until = now + hours(90);
  BOOST_TEST(!engine::digest(source, {}, reply(Outcome::unchanged, 304), settings(), now).state.pushed_until);
  const feed::Harvest failed = engine::digest(source, {}, reply(Outcome::failed, 0), settings(), now);
  BOOST_TEST(failed.state.pushed_until.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
