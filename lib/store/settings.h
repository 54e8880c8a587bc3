// Where we remember ([store] of CONTRACT section 2).
#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace rapporteur::store {

struct Settings {
  std::string path = "/var/lib/rapporteur/rapporteur.db";
  std::optional<base::Duration> keep;  // nullopt: forever
};

}  // namespace rapporteur::store
