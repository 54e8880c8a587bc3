#include "engine/network.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/roster.h"

namespace rapporteur::engine {

Reach reach_of(const fetch::Reply& reply) {
  if (reply.outcome == base::Outcome::cancelled) return Reach::unknown;
  const auto has_answered = [](const fetch::Hop& hop) { return hop.status > 0; };
  if (std::any_of(reply.hops.begin(), reply.hops.end(), has_answered)) return Reach::answered;
  switch (reply.failure) {
    case fetch::Failure::resolve:
    case fetch::Failure::connect:
      return Reach::unreachable;
    case fetch::Failure::tls:
    case fetch::Failure::too_large:
    case fetch::Failure::protocol:
      return Reach::answered;  // somebody was there
    default:
      return Reach::unknown;
  }
}

// What failed before shows nothing, nor what never answered, unless nobody has yet: a machine may start without a
// network.
bool Network::is_evidence(const feed::SourceState& before) const {
  return before.failures == 0 && (before.last_ok || !has_any_answered_);
}

bool Network::is_alarm() const {
  const std::size_t enough = std::clamp<std::size_t>(hosts_, 2, enough_hosts);
  std::set<std::string> hosts;
  for (const Excused& one : suspects_)
    if (is_evidence(one.before.state)) hosts.insert(host_key(address_of(one.before)));
  return hosts.size() >= enough;
}

void Network::suspect(schedule::Slot slot, const feed::Source& before) {
  const auto is_same = [slot](const Excused& one) { return one.slot == slot; };
  if (std::none_of(suspects_.begin(), suspects_.end(), is_same)) suspects_.push_back({slot, before});
}

std::vector<Network::Excused> Network::note(schedule::Slot slot, const feed::Source& before, Reach reach,
                                            base::Instant now, Event& event) {
  event = Event::none;
  if (reach == Reach::unknown) return {};
  if (reach == Reach::answered) {
    if (down_since_) event = Event::back;
    has_any_answered_ = true;
    down_since_.reset();
    suspects_.clear();
    excused_.erase(slot);
    return {};
  }
  if (!down_since_) {
    if (hosts_ < 2 || excused_.contains(slot)) return {};
    suspect(slot, before);
    if (!is_evidence(before.state) || !is_alarm()) return {};
    event = Event::lost;
    down_since_ = now;
  } else {
    suspect(slot, before);
  }
  for (const Excused& one : suspects_) excused_.insert(one.slot);
  return std::exchange(suspects_, {});
}

base::Instant Network::next_try(base::Instant now, base::Duration apart) const {
  if (!down_since_ || !last_try_ || *last_try_ > now) return now;
  return std::max(now, *last_try_ + apart);
}

}  // namespace rapporteur::engine
