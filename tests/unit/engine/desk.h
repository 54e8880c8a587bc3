// A planner over sources that are due now, for tests of what it starts, and when.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/health.h"
#include "engine/planner.h"

namespace rapporteur::engine {

using namespace std::chrono_literals;

class SetClock final : public base::Clock {
 public:
  base::Instant now() const override { return at; }
  base::Instant at = base::Instant(std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}) + 10h;  // a Monday
};

// A planner, and a list of whom it started.
struct Desk {
  explicit Desk(const std::vector<std::string>& urls) {
    Roster::List list;
    for (const std::string& url : urls) {
      auto one = std::make_shared<feed::SourceSettings>();
      one->id = "s" + std::to_string(list.size());
      one->url = url;
      list.push_back(one);
    }
    roster.follow(list, std::vector<feed::PackedState>(urls.size()));
  }
  // The state of a source, changed.
  void set(schedule::Slot slot, const std::function<void(feed::SourceState&)>& change) {
    feed::SourceState state = roster.state_of(slot);
    change(state);
    roster.remember(slot, state);
  }
  void settle(schedule::Slot slot, int status, base::Duration wait, const Contacts& contacts) {
    feed::Change change;
    change.outcome = status == 200 ? base::Outcome::fresh : base::Outcome::refused;
    fetch::Reply reply;
    reply.outcome = change.outcome;
    reply.status = status;
    for (const Contact& contact : contacts) {
      reply.hops.emplace_back().url = "https://" + contact.host + "/";
      reply.hops.back().retry_after = contact.retry_after;
    }
    set(slot, [&](feed::SourceState& state) {
      state.http_status = status;
      state.failures = change.outcome == base::Outcome::refused ? state.failures + 1 : 0;
      state.next_poll = clock.at + wait;
      note_plea(state, reply, settings, clock.at);
    });
    change.state = roster.state_of(slot);
    planner.settle(slot, change, contacts);
  }
  std::vector<schedule::Slot> started() {
    std::vector<schedule::Slot> list;
    list.swap(list_);
    return list;
  }

  boost::asio::io_context io;
  SetClock clock;
  Roster roster;
  schedule::Settings settings;
  std::vector<schedule::Slot> list_;
  Planner planner{io, clock, roster, settings, [this](schedule::Slot slot) { list_.push_back(slot); }};
};

}  // namespace rapporteur::engine
