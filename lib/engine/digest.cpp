#include "engine/digest.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "base/url.h"
#include "engine/article.h"
#include "engine/discovery.h"
#include "engine/health.h"
#include "engine/moves.h"
#include "engine/reading.h"
#include "engine/roster.h"
#include "fetch/unpack.h"
#include "html/clean.h"
#include "html/to_text.h"
#include "merge/identity.h"
#include "parse/parse.h"
#include "schedule/interval.h"
#include "schedule/rhythm.h"

namespace rapporteur::engine {

namespace {

using base::Outcome;

constexpr std::size_t remembered_addresses = 4;  // of redirect targets that alternate
constexpr std::size_t notes_characters = 300;
constexpr base::Duration on_its_way = std::chrono::minutes(15);  // what is younger, a hub may be about to push

// `asked`: the address that every refresh begins with, whose validators are never given up for others' (P1).
void replace_validators(feed::SourceState& state, const std::string& asked, const std::string& url,
                        base::Validators validators) {
  auto& list = state.validators;
  std::erase_if(list, [&](const feed::UrlValidators& known) { return known.url == url; });
  // The address that answered stands first, also when it sent none: the schedule goes by it (P14).
  if (!validators.empty() || !list.empty()) list.insert(list.begin(), feed::UrlValidators{url, std::move(validators)});
  if (list.size() <= remembered_addresses) return;
  list.erase(list.back().url == asked ? list.end() - 2 : list.end() - 1);
}

// A 304 may bring newer validators; what it leaves out stays (RFC 9111 4.3.4, POLITENESS P7).
void refresh_validators(feed::SourceState& state, const fetch::Hop& hop) {
  auto& list = state.validators;
  const auto known =
      std::find_if(list.begin(), list.end(), [&](const feed::UrlValidators& one) { return one.url == hop.url; });
  if (known == list.end()) return;
  if (hop.validators.etag) known->validators.etag = hop.validators.etag;
  if (hop.validators.last_modified) known->validators.last_modified = hop.validators.last_modified;
  std::rotate(list.begin(), known, known + 1);  // it answered last
}

// A document that was cut on its way looks like one that is badly written. What came with it is believed when the same
// bytes come again: until then the validators of what was whole bring all of it.
bool may_be_cut(const feed::Feed& document) {
  static constexpr std::array<std::string_view, 3> signs = {"not-well-formed", "truncated", "unterminated-cdata"};
  return document.recovered && std::any_of(document.warnings.begin(), document.warnings.end(), [](const auto& warning) {
           return std::find(signs.begin(), signs.end(), warning.code) != signs.end();
         });
}

bool has_validators(const feed::SourceState& state, const std::string& url) {
  return std::any_of(state.validators.begin(), state.validators.end(),
                     [&](const feed::UrlValidators& known) { return known.url == url && !known.validators.empty(); });
}

void remember_head(feed::SourceState& state, const feed::Feed& document) {
  const feed::Head& head = document.head;
  const auto plain = [](const feed::TextValue& value) {
    return value.type == feed::TextType::html ? html::to_text(value.value) : base::collapse_space(value.value);
  };
  state.feed_id = head.id;
  state.feed_title = plain(head.title);
  state.feed_link = head.link;
  state.feed_language = tidy_language(head.language);
  state.feed_rights = head.rights;
  state.feed_author = head.authors.empty() ? std::string() : head.authors.front().name;
  state.feed_updated = head.updated;
  state.stated_interval.reset();
  if (head.ttl_minutes) state.stated_interval = std::chrono::minutes(*head.ttl_minutes);
  if (const auto period = schedule::update_interval(head.update_period, head.update_frequency))
    state.stated_interval = std::max(*period, state.stated_interval.value_or(*period));
  state.skip_hours = head.skip_hours;
  state.skip_days = head.skip_days;
}

void remember_warnings(feed::SourceState& state, const feed::Feed& document) {
  state.notes.clear();
  if (document.warnings.empty()) return;
  const feed::Warning& first = document.warnings.front();
  if (first.line > 0) state.notes = "line " + std::to_string(first.line) + ": ";
  state.notes += first.text;
  if (document.warnings.size() > 1) state.notes += " (and " + std::to_string(document.warnings.size() - 1) + " more)";
  state.notes = base::cut_at_word(base::to_xml_text(state.notes), notes_characters);
}

// Work follows what is new: an entry whose raw hash is on record costs a hash and nothing else. True when there is a
// new story, or another text of a known one.
bool harvest_entries(feed::Harvest& harvest, const feed::Source& followed, const feed::KnownEntries& known,
                     Reading& reading, const std::string& fallback_language, bool sanitises) {
  const feed::Source source{followed.settings, harvest.state};
  feed::Feed& document = reading.document;
  const std::vector<merge::Identified>& identities = reading.identities;
  ArticleContext context{source, document, fallback_language, sanitises};
  bool is_news = false;
  for (std::size_t i = 0; i < document.entries.size(); ++i) {
    if (identities[i].is_repeat) continue;
    feed::Entry& entry = document.entries[i];
    const merge::Identity& identity = identities[i].identity;
    const std::uint64_t raw_hash = identities[i].raw_hash, markup_hash = entry.markup_hash;
    const feed::KnownEntry* before = find_known(known, identity);
    if (before && before->raw_hash == raw_hash) continue;
    const std::string atom_id = merge::proposed_atom_id(source.settings->id, entry, identity.key);
    feed::Article article = make_article(std::move(entry), context);
    article.key = identity.key;
    article.other_keys = identity.other_keys;
    article.raw_hash = raw_hash;
    article.markup_hash = markup_hash;
    article.atom_id = atom_id;
    if (before) article.row = before->row;
    is_news = is_news || !before || before->text_hash != article.text_hash;
    harvest.articles.push_back(std::move(article));
  }
  return is_news;
}

// `last_look`: when the source last answered without what is new now; absent on a first poll.
void remember_rhythm(feed::Harvest& harvest, std::optional<base::Instant> last_look) {
  std::vector<std::optional<base::Instant>> stated;
  for (const feed::Article& article : harvest.articles)
    if (article.row == base::EntryId{}) stated.push_back(article.published ? article.published : article.updated);
  harvest.state.rhythm = schedule::remember(harvest.state.rhythm, stated, last_look, harvest.at);
}

std::string language_of(const feed::Feed& document, const fetch::Reply& reply, const feed::SourceSettings& settings) {
  for (const std::string& said : {document.head.language, reply.content_language, settings.labels->language}) {
    std::string language = tidy_language(said);
    if (!language.empty()) return language;
  }
  return {};
}

void take_fresh(feed::Harvest& harvest, const feed::Source& followed, const feed::KnownEntries& known,
                fetch::Reply& reply, const DigestSettings& settings) {
  feed::SourceState& state = harvest.state;
  const fetch::Hop& last = reply.hops.back();
  const std::uint64_t body_hash = base::change_hash(reply.body);
  if (state.body_hash == body_hash && state.last_ok) {  // POLITENESS P41; the new validators count all the same (P6)
    harvest.outcome = Outcome::unchanged;
    replace_validators(state, address_of(followed), last.url, last.validators);
    state.last_full = harvest.at;
    return;
  }
  parse::Options options{followed.settings->date_order, followed.settings->extras->timezone, {}};
  parse::Document bytes{std::move(reply.body), reply.content_type, last.url};
  auto reading = read_news(std::move(bytes), std::move(options), known);
  if (!reading) {
    harvest.outcome = Outcome::failed;
    count_failure(state, trouble_of_page(reply, reading.error()), harvest.at);
    return;
  }
  feed::Feed& document = reading->document;
  const std::string fallback_language = language_of(document, reply, *followed.settings);
  html::clean_head(document.head, document.base);
  remember_head(state, document);
  remember_warnings(state, document);
  const Discovered found = discover(document.head, reply, state.hub, address_of(followed));
  state.hub = found.hub;
  state.hub_topic = found.topic;
  harvest.entries_in_document = reading->entries();
  if (harvest_entries(harvest, followed, known, *reading, fallback_language, settings.sanitises))
    state.last_news = harvest.at;
  remember_rhythm(harvest, followed.state.last_ok);
  state.last_full = harvest.at;
  state.last_count = static_cast<std::uint32_t>(reading->entries());
  state.body_hash = body_hash;
  if (!reply.is_delimited && may_be_cut(document) && has_validators(state, last.url)) return;
  replace_validators(state, address_of(followed), last.url, last.validators);  // only now: the body was read (P10)
}

// What a hub brought. It may hold the new entries alone and says nothing of the address that is polled: validators, the
// body's hash, health, head and the next poll stay as the last poll left them, and what is not in it has not vanished.
// Only a silence ends with what breaks it.
void take_push(feed::Harvest& harvest, const feed::Source& followed, const feed::KnownEntries& known,
               fetch::Reply& reply, const DigestSettings& settings) {
  harvest.outcome = Outcome::cancelled;
  if (reply.outcome != Outcome::fresh) return;
  harvest.state.bytes += reply.wire_bytes;
  parse::Options options{followed.settings->date_order, followed.settings->extras->timezone, {}};
  parse::Document bytes{std::move(reply.body), reply.content_type, reply.final_url()};
  auto reading = read_news(std::move(bytes), std::move(options), known);
  if (!reading) return;
  feed::Feed& document = reading->document;
  const std::string fallback_language = language_of(document, reply, *followed.settings);
  html::clean_head(document.head, document.base);
  if (harvest_entries(harvest, followed, known, *reading, fallback_language, settings.sanitises)) {
    harvest.state.last_news = harvest.at;
    end_silence(*followed.settings, harvest.state, settings.schedule, harvest.at);
  }
  harvest.outcome = harvest.articles.empty() ? Outcome::unchanged : Outcome::fresh;
  harvest.state.pushed_until = reply.pushed_until;
}

// A poll while a hub was relied on is the check of that hub: news which it did not push ends the reliance until it
// pushes again (P45).
void check_hub(feed::Harvest& harvest, const feed::SourceState& before, const fetch::Reply& reply) {
  harvest.state.pushed_until = reply.pushed_until;
  if (!before.pushed_until || *before.pushed_until <= harvest.at) return;
  const auto is_missed = [&](const feed::Article& article) {
    const bool is_young =
        article.published && *article.published <= harvest.at && harvest.at - *article.published < on_its_way;
    return article.row == base::EntryId{} && !is_young;
  };
  if (std::any_of(harvest.articles.begin(), harvest.articles.end(), is_missed)) harvest.state.pushed_until.reset();
}

// Where a temporary redirect led to 410, the source itself has not said that it is gone (POLITENESS P31).
bool is_gone_elsewhere(const fetch::Reply& reply) {
  return reply.status == 410 && reply.hops.size() > 1 && !reply.is_permanent_move;
}

void take_gone(feed::Harvest& harvest, const fetch::Reply& reply, const schedule::Settings& settings) {
  if (!is_gone_elsewhere(reply)) return count_gone(harvest.state, settings, harvest.at);
  harvest.outcome = Outcome::refused;
  Trouble trouble = trouble_of_refusal(reply);
  trouble.reason += "; a temporary redirect led there, so the source itself is not given up";
  count_failure(harvest.state, std::move(trouble), harvest.at);
}

// Known from new connections only: a kept one leaves what is known, plain http has none.
void remember_certificate(feed::SourceState& state, const fetch::Reply& reply) {
  if (reply.certificate_until)
    state.certificate_until = reply.certificate_until;
  else if (base::scheme_of(reply.final_url()) == "http")
    state.certificate_until.reset();
}

// All else is as it was: the answer is still to come.
void take_postponed(feed::Harvest& harvest, const feed::SourceSettings& source, const fetch::Reply& reply,
                    const schedule::Settings& settings) {
  feed::SourceState& state = harvest.state;
  state.last_attempt = reply.started;
  ++state.polls;
  state.bytes += reply.wire_bytes;
  const schedule::Due due = schedule::next_due(source, state, settings, reply.outcome, state.http_status, reply.hints,
                                               reply.started, harvest.at);
  state.next_poll = due.at;
  state.next_poll_reason = base::to_xml_text(reply.reason);
  state.next_poll_is_binding = due.is_binding;
}

}  // namespace

feed::Harvest digest(const feed::Source& followed, const feed::KnownEntries& known, fetch::Reply reply,
                     std::shared_ptr<const DigestSettings> settings, base::Instant now) {
  feed::Harvest harvest;
  harvest.at = now;
  harvest.state = followed.state;
  fetch::unpack(reply);
  harvest.outcome = reply.outcome;
  if (reply.outcome == Outcome::cancelled) return harvest;  // counts for nothing
  if (reply.is_pushed) {
    take_push(harvest, followed, known, reply, *settings);
    return harvest;
  }
  if (reply.outcome == Outcome::postponed) {
    take_postponed(harvest, *followed.settings, reply, settings->schedule);
    return harvest;
  }
  feed::SourceState& state = harvest.state;
  state.last_attempt = reply.started;
  ++state.polls;
  state.bytes += reply.wire_bytes;
  remember_certificate(state, reply);
  switch (reply.outcome) {
    case Outcome::fresh:
      take_fresh(harvest, followed, known, reply, *settings);
      break;
    case Outcome::unchanged:
      ++state.not_modified;
      refresh_validators(state, reply.hops.back());
      break;
    case Outcome::gone:
      take_gone(harvest, reply, settings->schedule);
      break;
    default:
      count_failure(state, trouble_of_refusal(reply), now);
  }
  if (harvest.outcome == Outcome::fresh || harvest.outcome == Outcome::unchanged) {
    note_good_answer(*followed.settings, state, reply, settings->schedule, now);
    count_success(*followed.settings, state, settings->schedule, now);
    check_hub(harvest, followed.state, reply);
  } else {
    note_bad_answer(*followed.settings, state, reply, now);
  }
  state.http_status = is_gone_elsewhere(reply) ? reply.hops.front().status : reply.status;
  const schedule::Due due = schedule::next_due(*followed.settings, state, settings->schedule, harvest.outcome,
                                               reply.status, reply.hints, reply.started, now);
  state.next_poll = due.at;
  state.next_poll_reason = due.reason;
  state.next_poll_is_binding = due.is_binding;
  note_plea(state, reply, settings->schedule, now);
  return harvest;
}

}  // namespace rapporteur::engine
