// Judges of politeness: each rule looks at what an origin was asked and says whether it was kept. Pure, over a log; the
// rules bear their POLITENESS numbers. Used by the report over the real program, and by a test that shows each of them
// a log that breaks it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapporteur::test {

using std::chrono::milliseconds;

// One request, and what it was told.
struct Exchange {
  milliseconds at{0};   // when it came
  milliseconds end{0};  // when its answer was out, or its asker was gone
  std::string host, target;
  std::vector<std::pair<std::string, std::string>> headers;
  int status = 200;  // 0: cut off without an answer
  std::optional<std::string> etag, last_modified;
  std::optional<milliseconds> max_age, retry_after, expires;  // expires: how far ahead of its own Date
  std::optional<milliseconds> stated;                         // the interval that the body asks for: ttl, sy:
  std::optional<milliseconds> skipped;                        // the body skips the hours from here on, this long
  bool is_forgotten = false;   // its asker was ended at that moment, and may not have put the answer on record
  std::string leads_to;        // host and target where its Location points
  bool is_readable = true;     // the body is a feed
  bool demands_https = false;  // Strict-Transport-Security

  const std::string* header(std::string_view name) const;  // names ignore case
  std::string address() const { return host + target; }
};

using Log = std::vector<Exchange>;  // in the order of `at`

// What was configured, and how much later than we sent it a request may have come in.
struct Manners {
  milliseconds interval{0}, no_validator_interval{0}, gap{0}, slack{0};
  std::vector<std::string> targets;  // as configured, and where redirects lead
  std::string contact;
  milliseconds cap{24 * 60 * 60 * 1000};             // max_interval: longer wishes of a feed are cut to it
  std::vector<milliseconds> starts{};                // when each process began
  std::vector<milliseconds> others{};                // when somebody else polled beside the daemon
  std::vector<std::string> forbidden{};              // hosts that lie outside of what may be connected to
  milliseconds patience = std::chrono::seconds(10);  // how much later than due a busy machine may come
};

struct Verdict {
  std::string rule;       // "P13 one request per interval"
  std::size_t cases = 0;  // requests that the rule had something to say about
  std::string fault;      // the first breach in words; "": none
};

// Every rule that such a log can show, in the order of its number.
std::vector<Verdict> judge(const Log& log, const Manners& manners);

}  // namespace rapporteur::test
