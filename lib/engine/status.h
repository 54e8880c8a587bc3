// The state of everything, in words for people and as the JSON of CONTRACT section 4. Pure; called with values.
#pragma once

#include <string>
#include <vector>

#include "engine/planner.h"
#include "engine/roster.h"
#include "feed/source.h"
#include "store/store.h"

namespace rapporteur::engine {

class Numbers;

struct ViewStatus {
  std::string name;
  std::size_t stories = 0;
  std::optional<base::Instant> updated;
};

// Packed as it rests, so that the loop hands a hundred thousand over in a moment; unpacked where it is written.
struct SourceStatus {
  RestingSource source;
  Outlook outlook;
  const char* hub = nullptr;  // why its hub is not relied on, if there is more to say than usual
  feed::Source unpacked() const;
};

struct Status {
  base::Instant now{};
  std::optional<base::Instant> started;  // nullopt: no daemon runs, the store was read directly
  std::string store_reason;              // "" : the store is well
  store::Counts counts;
  std::size_t in_flight = 0;         // sources being asked now
  const Numbers* numbers = nullptr;  // what the daemon counted; null without one
  std::vector<SourceStatus> sources;
  std::vector<ViewStatus> views;
};

std::string to_json(const Status& status);
// A line per source, in columns; ends with a line of totals.
std::string to_table(const Status& status);

}  // namespace rapporteur::engine
