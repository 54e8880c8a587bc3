// `poll`: which sources a request means, what holds each back, and the lines it ends with. Shared by the command that
// opens the store itself and by the daemon that is asked through its control socket. io thread only.
#pragma once

#include <functional>
#include <list>
#include <set>
#include <string>

#include "engine/engine.h"
#include "engine/planner.h"
#include "engine/roster.h"

namespace rapporteur::engine {

// The line for a refresh that was recorded.
PollLine describe_refresh(const feed::SourceSettings& source, const feed::Change& change);

class Rounds {
 public:
  using Line = std::function<void(const PollLine&)>;
  Rounds(const base::Clock& clock, Roster& roster, Planner& planner);

  // Plans what the request asks for; `begin` gets the number of sources that will be asked, `line` one line each as
  // they end (skipped ones at once), `end` is called after the last.
  void start(const PollRequest& request, std::function<void(std::size_t)> begin, Line line, std::function<void()> end);
  void settled(schedule::Slot slot, const feed::Change& change);
  // A source has to wait for longer than a round lasts: nobody waits with it.
  void held(schedule::Slot slot, base::Instant until, const std::string& why);

 private:
  struct Round {
    std::set<schedule::Slot> open;
    Line line;
    std::function<void()> end;
  };
  void close(schedule::Slot slot, const PollLine& line);
  bool is_wanted(schedule::Slot slot, const PollRequest& request, PollLine& skipped);

  const base::Clock& clock_;
  Roster& roster_;
  Planner& planner_;
  std::list<Round> rounds_;
};

}  // namespace rapporteur::engine
