#include "engine/network.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/url.h"
#include "engine/roster.h"

namespace rapporteur::engine {

namespace {

constexpr std::size_t enough_hosts = 3;

// Ports of one host fail together for its own reasons.
std::string host_of(const feed::Source& source) {
  const auto authority = base::authority_of(address_of(source));
  return authority ? authority->host : address_of(source);
}

}  // namespace

Reach reach_of(const fetch::Reply& reply) {
  if (reply.outcome == base::Outcome::cancelled) return Reach::unknown;
  const auto has_answered = [](const fetch::Hop& hop) { return hop.status > 0; };
  if (std::any_of(reply.hops.begin(), reply.hops.end(), has_answered)) return Reach::answered;
  switch (reply.failure) {
    case fetch::Failure::resolve:
    case fetch::Failure::connect:
      return Reach::unreachable;
    case fetch::Failure::tls:
    case fetch::Failure::timeout:
    case fetch::Failure::too_large:
    case fetch::Failure::protocol:
      return Reach::answered;  // somebody was there
    default:
      return Reach::unknown;
  }
}

// Of a source that never answered, or failed before, nothing else was to be expected.
bool Network::is_evidence(schedule::Slot slot, const feed::SourceState& before) const {
  return before.last_ok && before.failures == 0 && !excused_.contains(slot);
}

std::vector<Network::Excused> Network::note(schedule::Slot slot, const feed::Source& before, Reach reach,
                                            base::Instant now, Event& event) {
  event = Event::none;
  if (reach == Reach::unknown) return {};
  if (reach == Reach::answered) {
    if (down_since_) event = Event::back;
    down_since_.reset();
    suspects_.clear();
    excused_.erase(slot);
    return {};
  }
  if (!down_since_) {
    if (!is_evidence(slot, before.state)) return {};
    suspects_.push_back({slot, before});
    std::set<std::string> hosts;
    for (const Excused& one : suspects_) hosts.insert(host_of(one.before));
    if (hosts.size() < enough_hosts) return {};
    event = Event::lost;
    down_since_ = now;
  } else {
    suspects_.push_back({slot, before});
  }
  for (const Excused& one : suspects_) excused_.insert(one.slot);
  return std::exchange(suspects_, {});
}

base::Instant Network::next_try(base::Instant now, base::Duration apart) const {
  if (!down_since_ || !last_try_ || *last_try_ > now) return now;
  return std::max(now, *last_try_ + apart);
}

}  // namespace rapporteur::engine
