// Who is next: sources in order of their due times, held back while their host is busy, resting or frozen and while
// all connections are taken (POLITENESS P23, P33-P35). Pure bookkeeping: `now` comes in; O(log n) per step.
// Owned by engine's planner, used on the io thread only. Hosts are names in lower case, without the port.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "schedule/settings.h"
#include "schedule/spread.h"

namespace rapporteur::schedule {

// Index of a source in the caller's list.
using Slot = std::uint32_t;

class Queue {
 public:
  explicit Queue(const Settings& settings);
  ~Queue();
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  void configure(const Settings& settings);
  // What the clock shows: to be told before each call that brings a time by this clock, and every 30 s at the least.
  // After a longer silence (sleep, a clock set forward) a crowd of overdue sources is spread over at most one interval;
  // a clock set back moves all times with it that are known here, and so must come before any that are newer.
  void look(base::Instant now);
  // Puts a source in, or moves it. A running one changes its host when it finishes; finish() says when it is due.
  // Hosts of one `site` share the gap; "": the host is its own.
  void schedule(Slot slot, std::string_view host, base::Instant due, std::string_view site = {});
  void remove(Slot slot);

  // The next source that may start now; it then counts as running (host and total) until finish(). Starts of one host
  // are spaced by host_gap. Looks at the clock itself.
  std::optional<Slot> start_next(base::Instant now);
  // The request of a running source goes out only now: the gap of its host counts from here.
  void set_out(Slot slot, base::Instant now);
  // The source that start_next has just given is not asked after all, and due at `due`; its host was not disturbed.
  void put_off(Slot slot, base::Instant due);
  // A refresh spoke to this host, at this address (may be ""): hosts behind one address share the gap, unless they are
  // many. `now`: a redirect led there, so it counts as a start; absent: it is where the source stands.
  // `gap`: what the host itself asks for, when it is more than host_gap.
  void learn(std::string_view host, std::string_view address, std::optional<base::Instant> now, base::Duration gap = {},
             std::string_view site = {});
  // When start_next should be asked again; nullopt: only after a finish() or schedule().
  std::optional<base::Instant> next_wake(base::Instant now) const;
  // The source is done and due again at `due`.
  void finish(Slot slot, base::Instant due);
  // For requests that refresh no source (to a hub): when such a one may start at `host`, and its start and end, which
  // count there like those of a source (P33).
  base::Instant free_at(std::string_view host, base::Instant now) const;
  void enter(std::string_view host, base::Instant now);
  void leave(std::string_view host);
  // When the source was last asked, by the clock as it is set now; nullopt: not in this process.
  std::optional<base::Instant> last_start(Slot slot) const;
  // For a redirect that leads a refresh from one host to another, which counts there like a source (P33): the moment at
  // which it may go on, which is kept for it when it is not after `latest`, and until expect_no_more() no source starts
  // there. A gap that only the request itself began, at `asked`, does not hold it. Meanwhile it leave()s the host it
  // comes from, to come_back() before it finishes: two that wait for each other's host must not do so for ever.
  struct Passage {
    std::string_view from, to, site;
    base::Instant asked{}, latest{};
  };
  base::Instant expect(const Passage& way, base::Instant now);
  void expect_no_more(std::string_view to);
  bool is_busy(std::string_view host) const;
  void come_back(std::string_view from);
  // After a pause of our own that lasted `pause` (P27): a crowd that is overdue is spread as after a sleep.
  void spread_overdue(base::Instant now, base::Duration pause);
  // 429 and 503 speak for the host: none of its sources starts before `until`; they are then released with spread, over
  // as long again, at most one interval.
  void freeze(std::string_view host, base::Instant now, base::Instant until);
  // The sources that wait at this host.
  std::vector<Slot> waiting_at(std::string_view host) const;
  // For sentences (P46): when a waiting source may start, as far as is known now, and what it waits for: its own due
  // time, its host (freeze() or the gap), or that others end. nullopt: it runs, or is not in the queue.
  enum class Cause { due, host_pause, host_gap, host_connections, connections };
  struct Wait {
    base::Instant at{};
    Cause cause = Cause::due;
  };
  std::optional<Wait> wait_of(Slot slot, base::Instant now) const;
  // For sentences: until when the host rests because of freeze(), if it does.
  std::optional<base::Instant> frozen_until(std::string_view host, base::Instant now) const;

  std::size_t running() const;
  std::size_t size() const;
  std::size_t hosts() const;  // that are remembered: where sources are, and where a redirect led lately

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapporteur::schedule
