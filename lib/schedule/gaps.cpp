#include "schedule/gaps.h"

#include <algorithm>

namespace rapporteur::schedule {

void Gaps::join(Host host, Kind kind, std::string_view name) {
  if (places_.size() <= host) places_.resize(std::size_t{host} + 1, Places{none, none});
  const auto [known, is_new] = number_for(names_[kind], name, groups_.size());
  if (is_new) groups_.emplace_back().kind = kind;
  std::uint32_t& place = places_[host][kind];
  if (place == known) return;
  const std::optional<base::Instant> last = last_start(host);
  if (place != none) std::erase(groups_[place].hosts, host);
  place = known;
  Group& group = groups_[place];
  group.hosts.push_back(host);
  group.last = std::max(group.last, last);  // an empty one is the least
}

void Gaps::started(Host host, base::Instant now) {
  for (const std::uint32_t place : places_[host]) {
    if (place == none) continue;
    Group& group = groups_[place];
    group.before = group.last;
    group.last = std::max(group.last, std::optional(now));
  }
}

void Gaps::undo_start(Host host) {
  for (const std::uint32_t place : places_[host])
    if (place != none) groups_[place].last = groups_[place].before;
}

std::optional<base::Instant> Gaps::last_start(Host host) const {
  std::optional<base::Instant> last;
  for (const std::uint32_t place : places_[host])
    if (place != none && groups_[place].binds()) last = std::max(last, groups_[place].last);
  return last;
}

void Gaps::shift(base::Duration step) {
  for (Group& group : groups_) {
    if (group.last) *group.last += step;
    if (group.before) *group.before += step;
  }
}

}  // namespace rapporteur::schedule
