// What we agreed with a hub about one source (W3C WebSub): engine::Subscriber decides, the store keeps it over
// restarts, and for a while after we left, so that whoever still pushes is told to stop. A plain value. Whether pushes
// are trusted so that polling may slow down is another matter: SourceState::pushed_until.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"

namespace rapporteur::feed {

enum class Agreement {
  requested,  // asked for, the hub has not verified it yet
  verified,   // the hub asked back and pushes until `lease_end`, whatever becomes of a later request
  denied,     // the hub said no, or ended it
  leaving,    // we do not want it any more, and the hub is to be told
  ended,      // nobody pushes
};

struct Subscription {
  base::SourceId source{};
  std::string hub, topic;  // as the source named them when it was asked for
  std::string base_url;    // ours then: the callback is base_url, "/websub/callback/" and the token
  std::string token;       // 256 bits from the system, in hexadecimal; whoever knows it may speak as the hub
  std::string secret;      // the same, for the signatures of what is pushed; never logged
  Agreement agreement = Agreement::requested;
  std::string reason;                         // why the last request failed or was denied; "": it did not
  base::Instant requested_at{};               // the last request, or the denial that came after it
  int failures = 0;                           // requests in a row that led to no verification, the last one included
  std::optional<base::Instant> hold_until;    // no request before: its Retry-After, or our patience after a failure
  std::optional<base::Instant> covered_from;  // the first verification since when there was no gap
  std::optional<base::Instant> granted_at;    // the last verification
  std::optional<base::Instant> lease_end;
};

}  // namespace rapporteur::feed
