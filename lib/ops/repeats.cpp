#include "ops/repeats.h"

#include <utility>

namespace rapporteur::ops {

bool Repeats::may_say(std::string_view line, int level, Time now) {
  const std::size_t hash = std::hash<std::string_view>{}(line);
  Kind& kind = kinds_[hash % kinds_.size()];
  if (kind.said == 0 || kind.hash != hash || now - kind.since >= window) {
    if (kind.held_back > 0 && evicted_count_ < evicted_.size()) evicted_[evicted_count_++] = std::move(kind);
    kind = Kind{hash, {}, level, 0, 0, now};
  }
  if (kind.said < said_per_window) {
    ++kind.said;
    return true;
  }
  if (kind.held_back++ == 0) kind.line = line;
  return false;
}

void Repeats::settle(Time now, const std::function<void(const std::string&, int, std::size_t)>& say) {
  for (std::size_t i = 0; i < std::exchange(evicted_count_, 0); ++i)
    say(evicted_[i].line, evicted_[i].level, evicted_[i].held_back);
  for (Kind& kind : kinds_) {
    if (kind.held_back == 0 || now - kind.since < window) continue;
    say(kind.line, kind.level, kind.held_back);
    kind = Kind{};
  }
}

}  // namespace rapporteur::ops
