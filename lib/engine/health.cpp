#include "engine/health.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/url.h"
#include "engine/moves.h"
#include "engine/roster.h"
#include "html/clean.h"
#include "schedule/expectation.h"
#include "schedule/interval.h"
#include "schedule/rhythm.h"

namespace rapporteur::engine {

namespace {

using base::Duration;
using base::Instant;
using feed::State;

constexpr Duration day = std::chrono::hours(24);
constexpr Duration shortest_silence = 14 * day;  // less is a holiday
constexpr Duration unknown_silence = 182 * day;  // of a source whose habit is not known
constexpr int gaps_of_silence = 4;
constexpr Duration dead_after = 14 * day;           // P29
constexpr Duration certificate_warning = 14 * day;  // renewals come a month before the end, where they come by machine

std::string day_of(Instant instant) { return base::to_rfc3339(instant).substr(0, 10); }

// Words of the pages by which firewalls keep programs out. Each stands in their pages only: scripts that the same
// firms add to good pages must not match.
struct Mark {
  std::string_view mark, also, guardian;
};
constexpr std::array<Mark, 16> marks{{
    {"_cf_chl_opt", "", "Cloudflare"},
    {"cf-browser-verification", "", "Cloudflare"},
    {"Attention Required! | Cloudflare", "", "Cloudflare"},
    {"used Cloudflare to restrict access", "", "Cloudflare"},
    {"edgesuite.net/", "Access Denied", "Akamai"},
    {"sec-if-cpt-container", "", "Akamai"},
    {"_Incapsula_Resource", "", "Imperva"},
    {"Incapsula incident ID", "", "Imperva"},
    {"awsWafCookieDomainList", "", "AWS WAF"},
    {"gokuProps", "", "AWS WAF"},
    {"captcha-delivery.com", "", "DataDome"},
    {"sucuri_cloudproxy_js", "", "Sucuri"},
    {"Sucuri WebSite Firewall", "", "Sucuri"},
    {"px-captcha", "", "HUMAN"},
    {"anubis_challenge", "", "Anubis"},
    {"The requested URL was rejected", "support ID", "F5"},
}};

std::string named(const fetch::Reply& reply, std::string_view guardian) {
  if (!reply.challenge.empty()) return " (" + reply.challenge + ")";
  return " (a page of " + std::string(guardian) + " that keeps programs out)";
}

// The first feed that a page names for itself, unless it is the address that was asked.
std::string feed_named_by(std::string_view page, const fetch::Reply& reply) {
  for (const html::FeedLink& link : html::feed_links(page, reply.final_url()))
    if (link.href != reply.final_url() && link.href != reply.hops.front().url) return link.href;
  return {};
}

// Sentences of one answer: all are told.
void add_sentence(std::string& reason, std::string_view sentence) {
  if (sentence.empty()) return;
  if (!reason.empty()) reason += "; ";
  reason += sentence;
}

std::string quiet_sentence(const feed::SourceState& state, Duration bearable, Instant now) {
  const Duration quiet = now - *state.last_news;
  std::string sentence = "no new or changed story for " + base::describe(std::chrono::floor<std::chrono::days>(quiet));
  if (state.newest) sentence += " (the newest is of " + day_of(*state.newest) + ")";
  sentence += bearable == unknown_silence
                  ? ", and what is usual for it is not known"
                  : ", and more than " + base::describe(std::chrono::floor<std::chrono::hours>(bearable)) +
                        " is unusual for it";
  if (state.last_full && now - *state.last_full > day)
    sentence += "; its server has said 304 to every request since " + day_of(*state.last_full);
  return sentence;
}

// What is on record stays: a document that lost its entries has not withdrawn them.
std::string empty_sentence(const feed::SourceState& state) {
  return "its document names no story any more; the " + std::to_string(state.entries) + " known from it stay";
}

std::string certificate_sentence(const feed::SourceState& state, Instant now) {
  if (!state.certificate_until || *state.certificate_until - now > certificate_warning) return {};
  const Duration left = std::max(*state.certificate_until - now, Duration::zero());
  return "its server's certificate ends on " + day_of(*state.certificate_until) + ", in " + base::describe(left) +
         "; it cannot be asked after that unless the certificate is renewed";
}

// Of a source whose last answer was a good one.
void judge_answering(const feed::SourceSettings& source, feed::SourceState& state, const schedule::Settings& settings,
                     Instant now) {
  state.state = State::ok;
  state.reason.clear();
  const bool is_long = now - *state.last_news > shortest_silence;
  const Duration bearable = is_long ? bearable_silence(state.rhythm) : shortest_silence;
  const bool is_empty = state.last_full && state.last_count == 0 && state.entries > 0;
  if (is_empty)
    add_sentence(state.reason, empty_sentence(state));
  else if (now - *state.last_news > bearable)
    add_sentence(state.reason, quiet_sentence(state, bearable, now));
  if (!state.reason.empty()) state.state = State::silent;
  add_sentence(state.reason, certificate_sentence(state, now));
  add_sentence(state.reason, move_sentence(source, state, settings));
}

}  // namespace

std::string_view guardian_of(std::string_view page) {
  for (const Mark& one : marks)
    if (page.find(one.mark) != page.npos && page.find(one.also) != page.npos) return one.guardian;
  return {};
}

Trouble trouble_of_page(const fetch::Reply& reply, const parse::Error& error) {
  Trouble trouble;
  trouble.reason = base::to_xml_text(error.text);
  const bool is_page = error.code == parse::ErrorCode::html_page;
  const std::string_view guardian = is_page ? guardian_of(error.page) : std::string_view();
  if (!reply.challenge.empty() || !guardian.empty()) {
    trouble.state = State::blocked;
    trouble.reason += named(reply, guardian);
    return trouble;
  }
  const std::string feed = is_page ? feed_named_by(error.page, reply) : std::string();
  if (!feed.empty()) trouble.reason += "; it names this feed: " + base::to_xml_text(base::without_userinfo(feed));
  return trouble;
}

Trouble trouble_of_refusal(const fetch::Reply& reply) {
  Trouble trouble;
  trouble.reason = base::to_xml_text(reply.reason);
  const bool says_no = reply.status == 401 || reply.status == 403 || reply.status == 451 ||
                       (reply.failure == fetch::Failure::robots && reply.status == 0);  // P44
  // A page at 404 or 500 may come from the same firms and means what its status says.
  const bool may_be_wall = says_no || reply.status == 202 || reply.status == 405 || reply.status == 406 ||
                           reply.status == 429 || reply.status == 503;
  const std::string_view guardian = may_be_wall ? guardian_of(reply.body) : std::string_view();
  if (says_no || !guardian.empty() || !reply.challenge.empty()) trouble.state = State::blocked;
  if (!guardian.empty() && reply.challenge.empty()) trouble.reason += named(reply, guardian);
  trouble.is_absence = reply.status == 404 || (reply.status == 0 && reply.failure == fetch::Failure::resolve);
  return trouble;
}

// A tenth of the gaps may be longer than usual: a summer's pause is no habit.
Duration bearable_silence(std::string_view rhythm) {
  const std::vector<schedule::Batch> batches = schedule::read_rhythm(rhythm).batches;
  if (batches.size() < schedule::enough_batches) return unknown_silence;
  std::vector<std::int64_t> gaps;
  for (std::size_t i = 1; i < batches.size(); ++i) gaps.push_back(batches[i].minute - batches[i - 1].minute);
  const auto usual = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() * 9 / 10);
  std::nth_element(gaps.begin(), usual, gaps.end());
  return std::max<Duration>(shortest_silence, std::chrono::minutes(*usual) * gaps_of_silence);
}

void count_success(const feed::SourceSettings& source, feed::SourceState& state, const schedule::Settings& settings,
                   Instant now) {
  state.failures = 0;
  state.failing_since.reset();
  state.last_ok = now;
  if (!state.last_news || *state.last_news > now) state.last_news = now;  // from here on we watch
  judge_answering(source, state, settings, now);
}

void end_silence(const feed::SourceSettings& source, feed::SourceState& state, const schedule::Settings& settings,
                 Instant now) {
  if (state.state == State::silent) judge_answering(source, state, settings, now);
}

void count_failure(feed::SourceState& state, Trouble trouble, Instant now) {
  if (!state.failing_since || *state.failing_since > now) state.failing_since = now;
  if (now - *state.failing_since >= dead_after)
    trouble.reason += (trouble.is_absence ? "; dead: it has failed without a break since "
                                          : "; it has failed without a break since ") +
                      day_of(*state.failing_since);
  state.state = trouble.state;
  state.reason = std::move(trouble.reason);
  ++state.failures;
}

void count_gone(feed::SourceState& state, const schedule::Settings& settings, Instant now) {
  const bool was_gone = state.http_status == 410 && state.failing_since;
  const Instant since = was_gone ? *state.failing_since : now;
  if (!was_gone) state.failing_since.reset();
  const bool is_confirmed = state.state == State::gone || (was_gone && now - since >= settings.confirm_gone_after);
  Trouble trouble;
  trouble.state = is_confirmed ? State::gone : State::failing;
  trouble.reason = is_confirmed ? "HTTP 410 Gone, confirmed: it is not asked again until its configuration changes"
                                : "HTTP 410 Gone: it is asked once more before it is given up";
  count_failure(state, std::move(trouble), now);
}

void note_plea(feed::SourceState& state, const fetch::Reply& reply, const schedule::Settings& settings, Instant now) {
  state.plea_host.clear();
  state.plea_until.reset();
  if (reply.outcome != base::Outcome::refused || reply.hops.empty()) return;
  const fetch::Hop& last = reply.hops.back();
  const bool is_long = last.retry_after && *last.retry_after > settings.min_interval;
  if (reply.status != 429 && !(reply.status == 503 && is_long)) return;
  const Instant end = schedule::end_of_plea(settings, reply.status, state.failures, last.retry_after, now);
  state.plea_host = host_key(last.url);
  state.plea_until = std::min(end, state.next_poll);
}

}  // namespace rapporteur::engine
