// What an answer says about when to come back (POLITENESS P16, P17, P21): Cache-Control, Expires, Age, Date,
// Retry-After as spans. Called by the client for the final answer. Pure, any thread.
#pragma once

#include <optional>
#include <string_view>

#include "base/outcome.h"
#include "base/time.h"
#include "fetch/head.h"

namespace rapporteur::fetch {

// Numbers saturate at 2^31 seconds (RFC 9111 1.2.2); what is no number is absent. no-cache and max-age=0 mean the
// default interval, so they are absent too, and hide Expires. s-maxage is for shared caches, not for us.
// Retry-After counts on answers from 300 on, at most `max_retry_after`; zero and a date in the past say
// nothing, and so are absent. A date counts from the answer's own Date, where it has one.
base::Hints read_hints(const ResponseHead& head, base::Instant now, base::Duration max_retry_after);

// A Retry-After value (RFC 9110 10.2.3): seconds, or an HTTP date less `now`; absent when that is not positive. Not
// capped.
std::optional<base::Duration> read_retry_after(std::string_view value, base::Instant now);

// "Nov 26 12:00:00 2027 GMT", as OpenSSL writes the end of a certificate; the day may be padded with a blank.
std::optional<base::Instant> read_certificate_date(std::string_view text);

}  // namespace rapporteur::fetch
