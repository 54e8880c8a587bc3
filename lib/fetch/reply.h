// Request and reply: what goes into the client and what comes out, as plain values. No Asio, no curl here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/outcome.h"
#include "base/time.h"
#include "base/validators.h"

namespace rapporteur::fetch {

// Validators to send for an address met on the way (POLITENESS P9: those of A are not sent to B).
struct KnownUrl {
  std::string url;
  base::Validators validators;
};

class Gate;

// How a body is coded (RFC 9110 8.4.1, RFC 7932, RFC 8878); x-gzip is gzip.
enum class Coding { none, gzip, deflate, br, zstd, unknown };

struct Request {
  Request() = default;  // user-declared: g++ 12 and co_await (DEPENDENCIES)
  std::string url;
  std::vector<KnownUrl> known;
  std::string username, password;                            // sent to the origin of `url` only
  std::vector<std::pair<std::string, std::string>> headers;  // likewise
  std::string accept;                                        // "": feed types first
  // Not empty: posted as application/x-www-form-urlencoded (to a hub), and again where a 307 or 308 leads; other
  // redirects would turn it into a GET and end it. Any 2xx is then `fresh`.
  std::string form;
  Gate* gate = nullptr;        // asked before a redirect is followed to another host; null: followed at once
  bool is_for_robots = false;  // robots.txt itself, which no robots.txt is asked about
};

// Where a failed transfer failed; network_down is judged over these by the planner.
enum class Failure { none, resolve, connect, tls, timeout, too_large, guard, protocol, redirect, other, robots };

// Held while a body is in memory; returns its bytes to the budget when destroyed. Thread-safe to destroy anywhere.
class BudgetLease;

struct Hop {
  std::string url;
  int status = 0;
  base::Validators validators;
  std::string peer;              // the address that was connected to; "": none, or a proxy stood between
  base::Duration crawl_delay{};  // between two requests, as its robots.txt asks; zero: not said, or not obeyed
  std::optional<base::Duration> retry_after;  // that this answer asked for; the longest of all is in the hints
};

struct Reply {
  Reply() = default;
  base::Outcome outcome = base::Outcome::failed;
  Failure failure = Failure::none;
  int status = 0;                  // of the final answer, or of a robots.txt that said 429 or 503; 0: none
  std::string reason;              // one sentence when neither fresh nor unchanged; never with a password in it
  std::vector<Hop> hops;           // every address asked, the last one answered finally
  bool is_permanent_move = false;  // every redirect on the way was 301 or 308
  std::string content_type;
  std::string content_language;
  std::string link;       // the Link fields as they came (RFC 8288), joined by ", "
  std::string challenge;  // the field that says a browser's proof is wanted, "cf-mitigated: challenge"; "": none did
  base::Hints hints;
  std::optional<base::Instant> certificate_until;  // of the final hop, when its TLS connection is a new one
  std::string body;                                // of a refusal its beginning only
  Coding coding = Coding::none;                    // of the body, until unpack() has undone it
  std::uint64_t most_body = 0;                     // what it may unpack to: fetch.max_body
  // Its end was told: by a length, by the last chunk, by the end of a stream (RFC 9112 6.3). Else the connection just
  // closed behind it, and it may have been cut.
  bool is_delimited = false;
  std::uint64_t wire_bytes = 0;
  base::Instant started{};  // intervals count from here: the last host was not asked before, where a gate was passed
  std::shared_ptr<BudgetLease> lease;

  // WebSub (W3C); filled by engine, never by the client. `is_pushed`: a hub brought the body, nobody asked; hops hold
  // the address that it stands for, without validators. `pushed_until`: from now on a hub pushes what comes, that long.
  bool is_pushed = false;
  std::optional<base::Instant> pushed_until;

  const std::string& final_url() const { return hops.back().url; }  // precondition: hops is not empty (always true)
};

}  // namespace rapporteur::fetch
