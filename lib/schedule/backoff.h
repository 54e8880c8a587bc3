// How long a source that fails is left alone: P22 (429 and 503), P24 (401, 403, challenges), P25 and P26 (everything
// else). The constants are real ones: a configuration for tests shortens the interval, not the patience with a server
// that said no. Called by next_due. Pure.
#pragma once

#include <string>

#include "base/time.h"
#include "schedule/settings.h"

namespace rapporteur::schedule {

struct BackOff {
  base::Duration span{};  // from the answer
  std::string reason;
};

// `failures` in a row, this one included; `interval` is the source's regular one; `http_status` 0: no answer came;
// `is_blocked`: the answer keeps programs out, whatever its status.
BackOff back_off(int failures, base::Duration interval, const Settings& settings, int http_status, bool is_blocked);

}  // namespace rapporteur::schedule
