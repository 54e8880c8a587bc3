#include "schedule/gaps.h"

#include <algorithm>
#include <utility>

namespace rapporteur::schedule {

void Gaps::join(Host host, Kind kind, std::string_view name) {
  if (places_.size() <= host) places_.resize(std::size_t{host} + 1, Places{none, none});
  const auto [known, is_new] = number_for(names_[kind], name, groups_, vacant_);
  if (is_new) groups_[known->second] = {&known->first, {}, {}, {}, kind};
  const std::uint32_t place = known->second;
  if (places_[host][kind] == place) return;
  const std::optional<base::Instant> last = last_start(host);
  leave(host, kind);
  places_[host][kind] = place;
  Group& group = groups_[place];
  group.hosts.push_back(host);
  group.last = std::max(group.last, last);  // an empty one is the least
}

void Gaps::leave(Host host, Kind kind) {
  const std::uint32_t place = std::exchange(places_[host][kind], none);
  if (place == none) return;
  Group& group = groups_[place];
  std::erase(group.hosts, host);
  if (!group.hosts.empty()) return;
  names_[kind].erase(names_[kind].find(*group.name));
  group = {};
  vacant_.push_back(place);
}

void Gaps::forget(Host host) {
  for (const Kind kind : {by_site, by_address}) leave(host, kind);
}

bool Gaps::are_neighbours(Host one, Host other) const {
  for (const Kind kind : {by_site, by_address})
    if (places_[one][kind] != none && places_[one][kind] == places_[other][kind]) return true;
  return false;
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
