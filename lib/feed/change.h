// What a commit did: input of the planner (when next) and of the press (what to rebuild).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "feed/harvest.h"

namespace rapporteur::feed {

struct Change {
  base::Outcome outcome = base::Outcome::failed;
  bool is_written = true;     // false: without news, and to be written with others
  SourceState state;          // as stored; `row` and `entries` filled in
  std::uint32_t added = 0;    // new entries
  std::uint32_t revised = 0;  // title or text changed
  std::uint32_t touched = 0;  // anything else changed (markup, links)
  bool is_news() const { return added + revised + touched > 0; }
};

}  // namespace rapporteur::feed
