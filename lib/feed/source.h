// Whom we follow: what the configuration says of a source, and what we remember of it.
// SourceSettings never changes while it is shared; SourceState is a value that each refresh replaces.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/sparse.h"
#include "base/time.h"
#include "base/validators.h"

namespace rapporteur::feed {

enum class SourceKind { feed, page, json, opml };
enum class Republish { full, summary, headline };
enum class DateOrder { unstated, dmy, mdy };

// CONTRACT section 8. Empty: not given.
struct PageSettings {
  std::string item, title, link, summary, date, author, category, date_format, next;
  int max_pages = 1;
  bool empty_ok = false;
};

struct JsonSettings {
  std::string item, id, title, link, link_prefix, link_template, summary, content, date, author, category, date_format,
      next;
  std::string page_param, offset_param;
  int page_size = 0;
  int max_pages = 1;
  bool empty_ok = false;
};

// What every entry of a source gets, as configured.
struct SourceLabels {
  std::string agency;    // "" : the feed's title stands in
  std::string title;     // "" : the feed's own
  std::string language;  // BCP 47
  std::vector<std::string> countries, topics, tags;
};

// What few sources need.
struct SourceExtras {
  std::string rights, credit;
  std::string username, password;  // password is read from password_file or a credential; never logged
  std::vector<std::pair<std::string, std::string>> headers;
  std::string timezone;                      // IANA name for dates without a zone
  std::shared_ptr<const PageSettings> page;  // null: not given
  std::shared_ptr<const JsonSettings> json;
};

// A [[source]] table (CONTRACT section 2). There may be a hundred thousand: what is rare lives apart.
struct SourceSettings {
  std::string id;   // [a-z0-9-]+, stable
  std::string url;  // as configured, absolute http(s)
  base::Sparse<SourceLabels> labels;
  base::Sparse<SourceExtras> extras;
  SourceKind kind = SourceKind::feed;
  Republish republish = Republish::full;
  DateOrder date_order = DateOrder::unstated;
  int priority = 0;  // larger leads among copies of one story
  bool wire = false;
  bool enabled = true;
  std::optional<base::Duration> interval;
};

// CONTRACT section 4.
enum class State { pending, ok, failing, blocked, silent, gone };
const char* to_string(State state);

// Validators belong to the URL that sent them (POLITENESS P9): one record for each address on the way.
struct UrlValidators {
  std::string url;
  base::Validators validators;
  bool operator==(const UrlValidators&) const = default;
};

// What one refresh leaves for the next. Persistent; the row of the source in the store.
struct SourceState {
  base::SourceId row{};                   // 0: not in the store yet
  std::string effective_url;              // what is asked; differs from settings.url once a permanent move was adopted
  std::vector<UrlValidators> validators;  // of the addresses of the last good answer
  std::uint64_t body_hash = 0;            // change_hash of the last body that was parsed and committed; 0: none
  State state = State::pending;
  std::string reason;   // one sentence; empty only when ok or pending
  int http_status = 0;  // of the last answer; 0: none came
  std::optional<base::Instant> last_attempt, last_ok;
  base::Instant next_poll{};          // due
  std::string next_poll_reason;       // "interval", "Retry-After until …", … (POLITENESS P46)
  bool next_poll_is_binding = false;  // Retry-After or max-age: `poll --now` obeys it too
  int failures = 0;                   // in a row
  std::optional<base::Instant> failing_since;
  std::optional<base::Instant> newest;                                // the newest entry's order key
  std::uint64_t entries = 0, polls = 0, not_modified = 0, bytes = 0;  // bytes: on the wire, ever
  std::string notes;  // what was damaged in the last document, one sentence

  // Hints of the last good document, for the planner (POLITENESS P19, P20).
  std::optional<base::Duration> stated_interval;  // ttl or sy:updatePeriod
  std::vector<int> skip_hours;
  std::vector<std::string> skip_days;

  // Where every redirect of the last answers was permanent to, and since when without exception (POLITENESS P30).
  // "": the last answer was not moved.
  std::string moved_to;
  std::optional<base::Instant> moved_since;

  // The host that asked for a pause with the last answer, and until when it rests (POLITENESS P23). "": none did.
  std::string plea_host;
  std::optional<base::Instant> plea_until;

  std::string rhythm;                              // when it publishes, in schedule::Rhythm's own words; "": not known
  std::optional<base::Instant> last_full;          // the last answer with a body that was read (POLITENESS P43)
  std::optional<base::Instant> last_news;          // the last answer that brought or changed an entry
  std::uint32_t last_count = 0;                    // entries in the last document
  std::optional<base::Instant> certificate_until;  // of the last https answer; absent: http, or not known
  std::string hub, hub_topic;                      // what the document names for WebSub; "": none
  std::optional<base::Instant> pushed_until;       // a verified subscription's lease ends (POLITENESS P45)

  // The feed's head, for atom:source and pages.
  std::string feed_id, feed_title, feed_link, feed_language, feed_rights, feed_author;
  std::optional<base::Instant> feed_updated;

  bool operator==(const SourceState&) const = default;
};

// What is handed along the path: shared settings, own state.
struct Source {
  std::shared_ptr<const SourceSettings> settings;
  SourceState state;
};

// The name that stands for the publisher of a source: agency, else titles, else the host's place in the URL.
std::string agency_of(const SourceSettings& settings, const SourceState& state);

}  // namespace rapporteur::feed
