// Whether our own network is down, told from sources that were well until now, or from new ones where nobody has
// answered yet (POLITENESS P27): when several hosts in a row cannot be reached and none answers, it is not their fault.
// Then nothing is counted against them, and one source at a time is tried until one answers. Owned by the planner, io
// thread by habit; pure, `now` comes in.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "feed/source.h"
#include "fetch/reply.h"
#include "schedule/queue.h"

namespace rapporteur::engine {

// How far a refresh came: `unknown` says nothing of the network (the guard refused, we stopped).
enum class Reach { answered, unreachable, unknown };
Reach reach_of(const fetch::Reply& reply);

class Network {
 public:
  enum class Event { none, lost, back };
  static constexpr std::size_t enough_hosts = 3;
  // A failure that is not the source's, and the source as it was before.
  struct Excused {
    schedule::Slot slot = 0;
    feed::Source before;
  };

  // So many hosts are followed: of two, both must be out of reach; of one, nobody can tell.
  void expect(std::size_t hosts) { hosts_ = hosts; }
  // A refresh of a source that was `before` ended. Returns the failures that are taken back: with the one that shows
  // the outage those that led to it.
  std::vector<Excused> note(schedule::Slot slot, const feed::Source& before, Reach reach, base::Instant now,
                            Event& event);
  // A source is asked.
  void asked(base::Instant now) { last_try_ = now; }

  bool is_down() const { return down_since_.has_value(); }
  std::optional<base::Instant> down_since() const { return down_since_; }
  // While it is down: when the next source may be tried, `apart` from the one before.
  base::Instant next_try(base::Instant now, base::Duration apart) const;

 private:
  bool is_evidence(const feed::SourceState& before) const;
  bool is_alarm() const;
  void suspect(schedule::Slot slot, const feed::Source& before);

  std::size_t hosts_ = enough_hosts;
  bool has_any_answered_ = false;  // since the start
  std::vector<Excused> suspects_;  // failed in a row, since any host answered; each once
  // Excused once and not well since: a host that is dead indeed brings no second alarm.
  std::unordered_set<schedule::Slot> excused_;
  std::optional<base::Instant> down_since_, last_try_;
};

}  // namespace rapporteur::engine
