// The politeness of the poller, as configured ([fetch] of CONTRACT section 2); pure values.
#pragma once

#include "base/time.h"

namespace rapporteur::schedule {

struct Settings {
  base::Duration interval = std::chrono::minutes(60);
  base::Duration min_interval = std::chrono::minutes(10);  // hard floor
  base::Duration max_interval = std::chrono::hours(24);
  base::Duration no_validator_interval = std::chrono::hours(24);
  base::Duration max_retry_after = std::chrono::hours(24 * 7);
  base::Duration confirm_gone_after = std::chrono::hours(24);
  base::Duration adopt_redirect_after = std::chrono::hours(24 * 14);  // zero: never
  base::Duration host_gap = std::chrono::seconds(10);
  int host_connections = 1;
  int connections = 32;
};

}  // namespace rapporteur::schedule
