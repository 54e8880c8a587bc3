#include "engine/health.h"

#include <boost/test/unit_test.hpp>

#include "engine/digest.h"
#include "schedule/rhythm.h"

using namespace rapporteur;
using base::Outcome;
using feed::State;
using std::chrono::hours;

BOOST_AUTO_TEST_SUITE(health_test)

namespace {

constexpr hours day(24);
const base::Instant now = base::Instant(day * 20780);
const char* const url = "https://agency.example/feed.rss";
const schedule::Settings usual;

feed::Source followed() {
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = "agency";
  settings->url = url;
  feed::Source source;
  source.settings = settings;
  source.state.row = base::SourceId{7};
  source.state.effective_url = url;
  return source;
}

fetch::Reply reply(int status, std::string body = {}) {
  fetch::Reply one;
  one.outcome = status == 200 ? Outcome::fresh : status == 304 ? Outcome::unchanged : Outcome::refused;
  if (status == 0) one.outcome = Outcome::failed;
  one.status = status;
  one.reason = status == 0 ? "the name agency.example could not be resolved" : "HTTP " + std::to_string(status);
  if (status == 0) one.failure = fetch::Failure::resolve;
  one.body = std::move(body);
  one.started = now;
  fetch::Hop hop;
  hop.url = url;
  hop.status = status;
  one.hops.push_back(hop);
  return one;
}

feed::SourceState after(feed::Source source, fetch::Reply answer, base::Instant at = now) {
  return engine::digest(std::move(source), {}, std::move(answer), std::make_shared<engine::DigestSettings>(), at).state;
}

std::string page_with(const std::string& words) {
  return "<!DOCTYPE html><html><head><title>x</title></head><body>" + words + "</body></html>";
}

std::string rss_with(const std::string& items) {
  return "<rss version='2.0'><channel><title>Agency</title>" + items + "</channel></rss>";
}

// Stories each `gap`, `count` of them, the last one now.
std::string rhythm_of(base::Duration gap, int count) {
  schedule::Rhythm rhythm;
  for (int i = count - 1; i >= 0; --i)
    rhythm.batches.push_back(
        {std::chrono::floor<std::chrono::minutes>((now - gap * i).time_since_epoch()).count(), true});
  return schedule::write_rhythm(rhythm);
}

feed::SourceState watched(const std::string& rhythm) {
  feed::SourceState state = followed().state;
  state.rhythm = rhythm;
  state.last_news = state.last_full = now;
  state.last_count = 9;
  state.entries = 9;
  return state;
}

feed::SourceState counted(feed::SourceState state, base::Instant at) {
  engine::count_success(*followed().settings, state, usual, at);
  return state;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_CASE(a_challenge_page_in_place_of_a_feed_is_blocked_and_named) {
  struct Row {
    const char* words;
    const char* guardian;
  };
  for (const Row& row : {Row{"<script>window._cf_chl_opt={cvId:'3'}</script>", "Cloudflare"},
                         Row{"<h1>Access Denied</h1>https://errors.edgesuite.net/18.aa", "Akamai"},
                         Row{"<iframe src='/_Incapsula_Resource?SWUDNSAI=31'></iframe>", "Imperva"},
                         Row{"<script>window.gokuProps = {}</script>", "AWS WAF"},
                         Row{"<script src='https://ct.captcha-delivery.com/c.js'></script>", "DataDome"},
                         Row{"The requested URL was rejected. Your support ID is: 1", "F5"}}) {
    const feed::SourceState state = after(followed(), reply(200, page_with(row.words)));
    BOOST_TEST((state.state == State::blocked), row.words);
    BOOST_TEST(has(state.reason, row.guardian), state.reason);
    BOOST_TEST((state.next_poll >= now + hours(4)), state.next_poll_reason);
  }
  fetch::Reply with_field = reply(200, page_with("wait"));
  with_field.challenge = "cf-mitigated: challenge";
  BOOST_TEST(has(after(followed(), std::move(with_field)).reason, "(cf-mitigated: challenge)"));
  // What the same firms add to good pages is no challenge; a title alone is none either.
  for (const char* words : {"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
                            "https://errors.edgesuite.net/", "The requested URL was rejected by nobody"})
    BOOST_TEST((after(followed(), reply(200, page_with(words))).state == State::failing), words);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_blocked_by_its_status_or_by_the_page_of_who_refuses) {
  for (const int status : {401, 403, 451})
    BOOST_TEST((after(followed(), reply(status)).state == State::blocked), status);
  const std::string wall = page_with("Request unsuccessful. Incapsula incident ID: 1-2");
  BOOST_TEST(after(followed(), reply(403, wall)).reason == "HTTP 403 (a page of Imperva that keeps programs out)");
  BOOST_TEST((after(followed(), reply(503, wall)).state == State::blocked));
  for (const int status : {404, 500})
    BOOST_TEST((after(followed(), reply(status, wall)).state == State::failing), status);
  BOOST_TEST((after(followed(), reply(503, page_with("busy"))).state == State::failing));
}

BOOST_AUTO_TEST_CASE(a_page_in_place_of_a_feed_says_which_feed_it_names) {
  const std::string page =
      "<html><head><title>News</title><link rel='alternate' type='application/rss+xml' href='/feed.rss'>"
      "<link rel='alternate' type='application/atom+xml' href='/new/feed.atom'></head></html>";
  const feed::SourceState state = after(followed(), reply(200, page));
  BOOST_TEST((state.state == State::failing));
  BOOST_TEST(state.reason ==
             "this is an HTML page titled \"News\", not a feed; it names this feed: "
             "https://agency.example/new/feed.atom");
}

BOOST_AUTO_TEST_CASE(a_source_is_silent_when_it_is_quiet_beyond_its_habit) {
  struct Row {
    base::Duration gap;
    int stories;
    int quiet_days, silent_days;  // still well, silent
  };
  for (const Row& row : {Row{hours(2), 100, 14, 15}, Row{2 * day, 30, 14, 15}, Row{30 * day, 8, 119, 121},
                         Row{hours(2), 4, 181, 183}, Row{day, 0, 181, 183}}) {
    const feed::SourceState state = watched(rhythm_of(row.gap, row.stories));
    const feed::SourceState well = counted(state, now + day * row.quiet_days);
    BOOST_TEST((well.state == State::ok), well.reason);
    BOOST_TEST(well.reason == "");
    const feed::SourceState silent = counted(state, now + day * row.silent_days);
    BOOST_TEST((silent.state == State::silent), row.stories);
    BOOST_TEST(has(silent.reason, std::to_string(row.silent_days) + " d"), silent.reason);
    BOOST_TEST(silent.failures == 0);
  }
  // One long pause among many gaps is no habit.
  schedule::Rhythm rhythm = schedule::read_rhythm(rhythm_of(2 * day, 30));
  for (std::size_t i = 0; i < 10; ++i) rhythm.batches[i].minute -= 60 * 24 * 60;
  BOOST_TEST((engine::bearable_silence(schedule::write_rhythm(rhythm)) == 14 * day));
}

BOOST_AUTO_TEST_CASE(p43_a_frozen_source_is_silent_and_its_304s_are_named) {
  feed::Source source = followed();
  source.state = watched(rhythm_of(2 * day, 30));
  source.state.newest = now - 3 * day;
  const feed::SourceState frozen = after(source, reply(304), now + 20 * day);
  BOOST_TEST((frozen.state == State::silent));
  BOOST_TEST(frozen.reason ==
             "no new or changed story for 20 d (the newest is of " + base::to_rfc3339(now - 3 * day).substr(0, 10) +
                 "), and more than 14 d is unusual for it; its server has said 304 to every request since " +
                 base::to_rfc3339(now).substr(0, 10));
  BOOST_TEST((frozen.next_poll <= now + 22 * day));  // silence is no failure
  source.state = frozen;
  const feed::SourceState awake =
      after(source, reply(200, rss_with("<item><title>New</title></item>")), now + 21 * day);
  BOOST_TEST((awake.state == State::ok));
  BOOST_TEST(awake.reason.empty());
  BOOST_TEST((awake.last_news == now + 21 * day));
}

BOOST_AUTO_TEST_CASE(a_source_from_before_is_watched_from_its_next_answer_on) {
  feed::SourceState state = watched(rhythm_of(2 * day, 30));
  state.last_news.reset();
  BOOST_TEST((counted(state, now + 400 * day).state == State::ok));
  state.last_news = now + 9 * day;  // the clock was ahead
  BOOST_TEST((counted(state, now).last_news == now));
}

BOOST_AUTO_TEST_CASE(a_document_that_lost_its_entries_is_silent_until_it_has_some_again) {
  feed::Source source = followed();
  const std::string item = "<item><title>One</title><guid>1</guid></item>";
  source.state = after(source, reply(200, rss_with(item)));
  BOOST_TEST(source.state.last_count == 1u);
  source.state.entries = 1;  // the store's count
  source.state = after(source, reply(200, rss_with("")), now + day);
  BOOST_TEST((source.state.state == State::silent));
  BOOST_TEST(source.state.reason == "its document names no story any more; the 1 known from it stay");
  source.state = after(source, reply(304), now + 2 * day);
  BOOST_TEST((source.state.state == State::silent));
  source.state = after(source, reply(200, rss_with(item)), now + 3 * day);
  BOOST_TEST((source.state.state == State::ok));
  BOOST_TEST((after(followed(), reply(200, rss_with(""))).state == State::ok));  // never had any
}

BOOST_AUTO_TEST_CASE(a_certificate_is_told_two_weeks_before_it_ends) {
  feed::Source source = followed();
  fetch::Reply answer = reply(200, rss_with("<item><title>One</title></item>"));
  answer.certificate_until = now + 20 * day;
  source.state = after(source, std::move(answer));
  BOOST_TEST(source.state.reason.empty());
  source.state = after(source, reply(304), now + 17 * day);  // over a kept connection: what is known stays
  BOOST_TEST((source.state.state == State::ok));
  BOOST_TEST(has(source.state.reason, "certificate ends on " + base::to_rfc3339(now + 20 * day).substr(0, 10)));
  BOOST_TEST(has(source.state.reason, "in 3 d"), source.state.reason);
  fetch::Reply renewed = reply(304);
  renewed.certificate_until = now + 107 * day;
  BOOST_TEST(after(source, std::move(renewed), now + 18 * day).reason.empty());
  fetch::Reply plain = reply(304);
  plain.hops.back().url = "http://agency.example/feed.rss";
  BOOST_TEST(!after(source, std::move(plain), now + 18 * day).certificate_until);
}

BOOST_AUTO_TEST_CASE(p23_whose_plea_it_was_is_remembered_until_the_next_answer) {
  fetch::Reply plea = reply(429);
  plea.hops.emplace_back().url = "https://busy.example:8443/x";
  plea.hops.front().retry_after = hours(9);  // of the redirect, for itself
  plea.hops.back().retry_after = hours(5);
  plea.hints.retry_after = hours(9);
  feed::Source source = followed();
  source.state = after(source, plea);
  BOOST_TEST(source.state.plea_host == "busy.example");
  BOOST_TEST_REQUIRE(source.state.plea_until.has_value());
  BOOST_TEST((*source.state.plea_until == now + hours(5)));
  BOOST_TEST((source.state.next_poll >= now + hours(9)));
  for (const int status : {200, 304, 404, 0}) {
    const feed::SourceState next = after(source, reply(status, rss_with("")), now + hours(10));
    BOOST_TEST(next.plea_host == "", status);
    BOOST_TEST(!next.plea_until, status);
  }
  fetch::Reply shy = reply(503);  // says no more than that it is ill
  BOOST_TEST(after(source, shy).plea_host == "");
  shy.hops.back().retry_after = hours(2);
  BOOST_TEST(after(source, shy).plea_host == "agency.example");
}

BOOST_AUTO_TEST_CASE(p29_two_weeks_of_404_or_of_an_unknown_name_are_called_dead) {
  for (const int status : {404, 0, 500}) {
    feed::Source source = followed();
    base::Instant at = now;
    for (; at <= now + 13 * day; at += day) source.state = after(source, reply(status), at);
    BOOST_TEST(!has(source.state.reason, "since"), source.state.reason);
    source.state = after(source, reply(status), now + 14 * day);
    BOOST_TEST((source.state.state == State::failing));
    BOOST_TEST(has(source.state.reason, "failed without a break since " + base::to_rfc3339(now).substr(0, 10)));
    BOOST_TEST(has(source.state.reason, "dead") == (status != 500), source.state.reason);
    BOOST_TEST((source.state.next_poll <= now + 16 * day));  // never given up
  }
}

BOOST_AUTO_TEST_SUITE_END()
