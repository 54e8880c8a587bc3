// How asking a source ended, in the words that fetch, schedule, store and status share.
// Local facts and the server's never share a field: a timeout is `failed` with a sentence, not an invented status 408.
#pragma once

#include <optional>

#include "base/time.h"

namespace rapporteur::base {

enum class Outcome {
  fresh,      // 200 with a body that may be news
  unchanged,  // 304, or a body whose bytes we had
  gone,       // 410
  refused,    // the server answered no: 401, 403, 404, 429, 5xx, …
  failed,     // no usable answer: DNS, connection, TLS, timeout, too large, address guard, not a feed
  cancelled,  // we stopped: counts for nothing
  postponed,  // a redirect leads to a host that cannot be asked now: nothing is known of the source yet
};
const char* to_string(Outcome outcome);

// What an answer said about coming back, as spans; huge numbers are saturated, nonsense is absent.
struct Hints {
  std::optional<Duration> max_age;      // Cache-Control max-age less Age (RFC 9111 5.2.2.1), > 0
  std::optional<Duration> expires_in;   // Expires less Date, > 0 (RFC 9111 5.3)
  std::optional<Duration> retry_after;  // Retry-After, seconds or date less now (RFC 9110 10.2.3), > 0
};

}  // namespace rapporteur::base
