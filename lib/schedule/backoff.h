// How long a source that fails is left alone: P22 (429 and 503), P24 (401, 403), P25 and P26 (everything else). Pure.
#pragma once

#include <string>

#include "base/time.h"
#include "schedule/settings.h"

namespace rapporteur::schedule {

struct BackOff {
  base::Duration span{};
  std::string reason;
  bool is_binding = false;
};

// `failures` in a row, this one included (at least 1); `interval` is the source's regular one.
BackOff backed_off(int failures, base::Duration interval, const Settings& settings, int http_status);

}  // namespace rapporteur::schedule
