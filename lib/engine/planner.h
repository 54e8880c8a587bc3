// Starts what is due, politely: the queue decides, a timer wakes, `start` is called for each source whose turn it is.
// io thread only; asserted.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/network.h"
#include "engine/roster.h"
#include "feed/change.h"
#include "fetch/gate.h"
#include "schedule/queue.h"

namespace rapporteur::engine {

// One address that a refresh asked, as the queue knows it: host_key, and the peer's address ("": not known).
struct Contact {
  std::string host, peer;
  base::Duration gap{};                            // between two requests, as the host asks
  std::optional<base::Duration> retry_after = {};  // that its own answer asked for
};
using Contacts = std::vector<Contact>;  // the last one gave the answer

// What the planner knows of the next poll beyond the state: a pause or the gap of its host, an outage (POLITENESS P46).
struct Outlook {
  std::optional<base::Instant> next_poll;  // absent: being polled, or not planned; the state says what it knows
  const char* reason = nullptr;            // instead of the state's own
};

class Planner final : public fetch::Gate {
 public:
  using Start = std::function<void(schedule::Slot)>;
  // A source that was due has to wait after all, until then and for this reason. May be called within any other call.
  using Held = std::function<void(schedule::Slot, base::Instant until, const std::string& why)>;
  Planner(boost::asio::io_context& io, const base::Clock& clock, Roster& roster, const schedule::Settings& settings,
          Start start);

  void configure(const schedule::Settings& settings);
  void on_held(Held held) { held_ = std::move(held); }
  // Everything that is followed, at its stored due time (spread after a long pause: POLITENESS P34, P35).
  void plan_all();
  // One source as soon as its host allows. False when that may not overrule what holds it back, with the sentence why.
  // `heeds_skips`: neither does it overrule the hours and days that the feed skips.
  bool plan_now(schedule::Slot slot, bool heeds_skips, std::string& why_not);
  // Asked once more, out of its turn: as soon as that is `apart` from the last time, and neither before the hard floor
  // nor against what its server asked for, nor sooner than a source that fails is asked again.
  void bring_forward(schedule::Slot slot, base::Duration apart = base::Duration::zero());
  // For requests to hubs, which share the patience with hosts: when one may start, its start, its end. `rest`: the host
  // asked for a pause.
  base::Instant free_at(const std::string& url) const { return queue_.free_at(host_key(url), clock_.now()); }
  void enter(const std::string& url) { queue_.enter(host_key(url), look()); }
  void leave(const std::string& url, std::optional<base::Instant> rest);
  bool is_network_down() const { return network_.is_down(); }
  // For redirects of sources to other hosts, which share it too.
  boost::asio::awaitable<std::optional<fetch::Postponement>> pass(std::string from, base::Instant asked,
                                                                  std::string to) override;
  void passed(const std::string& to) override;
  // The request of a started source goes out.
  void set_out(schedule::Slot slot);
  // A refresh ended: the slot of its host is free, the source is due again as the change says. A plea of the last
  // contact holds for its host (POLITENESS P23), as long as that one asked itself: who leads to another's host with a
  // Retry-After of its own says nothing for it.
  void settle(schedule::Slot slot, const feed::Change& change, const Contacts& contacts);
  // How far the refresh of a source that was `before` came, told before settle(). Returns the failures that are our
  // network's: their sources are to be as they were, due again by plan_at() or settle() (POLITENESS P27).
  std::vector<Network::Excused> judge(schedule::Slot slot, const feed::Source& before, Reach reach);
  // When a source whose failure was excused is asked again.
  base::Instant next_after_outage(const feed::Source& source) const;
  // The refresh could not be recorded (store trouble): try again later, without forgetting the source.
  void postpone(schedule::Slot slot, base::Instant due);
  // A waiting source is due then.
  void plan_at(schedule::Slot slot, base::Instant due);
  void drop(schedule::Slot slot);
  // For the status.
  Outlook outlook(schedule::Slot slot) const;
  // No starts from now on.
  void stop();
  // Due times count, but only once each: `poll` ends when nothing that was due is left.
  void set_single_round(bool is_single_round);
  std::size_t running() const { return queue_.running(); }

 private:
  base::Instant look();
  void enqueue(schedule::Slot slot, base::Instant due);
  void count_hosts();
  void remember_starts(base::Instant now);
  std::optional<base::Duration> asked_ago(schedule::Slot slot, base::Instant now) const;
  void freeze_again(base::Instant now);
  void freeze(const std::string& host, base::Instant now, base::Instant until);
  void tell_held(schedule::Slot slot, base::Instant until, const std::string& why);
  void tell_unbelieved(schedule::Slot slot, const Contacts& contacts) const;
  boost::asio::awaitable<std::optional<fetch::Postponement>> wait_at(const std::string& host, base::Instant at);
  bool is_put_off(schedule::Slot slot, base::Instant now);
  void limit_queue();
  base::Instant next_try(base::Instant now) const;
  void tell(Network::Event event, std::size_t excused, base::Duration lasted) const;
  void pump();
  void arm();

  boost::asio::steady_timer timer_;
  const base::Clock& clock_;
  Roster& roster_;
  schedule::Settings settings_;
  schedule::Queue queue_;
  Network network_;
  Start start_;
  Held held_;
  std::unordered_set<schedule::Slot> overruled_;  // asked for by name: what the feed skips does not hold them
  bool is_stopped_ = false;
  bool is_single_round_ = false;
  bool is_pumping_ = false;
  bool is_pump_posted_ = false;
  std::optional<base::Instant> armed_for_;  // what the timer runs to
};

}  // namespace rapporteur::engine
