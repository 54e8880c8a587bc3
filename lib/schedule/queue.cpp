#include "schedule/queue.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "schedule/gaps.h"
#include "schedule/heap.h"
#include "schedule/number_of.h"
#include "schedule/spread.h"

namespace rapporteur::schedule {

namespace {

using base::Duration;
using base::Instant;

// The planner looks every 30 s at the least: a longer silence was sleep or a clock that jumped.
constexpr Duration longest_silence = std::chrono::minutes(1);
constexpr std::size_t fewest_to_look_through = 64;               // hosts
constexpr std::size_t a_handful = 4;                             // so many that are overdue may go at once
constexpr Duration look_again = std::chrono::seconds(1);         // at a host that is busy
constexpr Duration noticed_step_back = std::chrono::seconds(2);  // less is a clock being slewed

struct Item {
  Instant due{};
  Instant started{};  // last, in this process; the epoch: never
  std::uint32_t host = nowhere;
  std::uint32_t next_host = nowhere;  // of a running one that was scheduled elsewhere
  std::uint32_t place = nowhere;      // in its host's heap; nowhere: not waiting
  bool is_running = false;
  bool is_removed = false;  // while it ran
};

struct Host {
  const std::string* name = nullptr;   // null: forgotten
  std::vector<std::uint32_t> waiting;  // heap of slots by due time
  Instant frozen_until{};
  Duration thaw{};  // the window over which sources are released after frozen_until
  Instant ready{};  // when its first source may start; valid while it stands in the heap of hosts
  int running = 0;
  int promised = 0;               // sources that run and belong here, before or after
  int awaited = 0;                // redirects that will come here, before its own sources
  Duration gap{};                 // as the host itself asks
  std::uint32_t place = nowhere;  // in the heap of hosts; nowhere: nothing may start before a finish or schedule
};

struct ItemBook {
  std::vector<Item>& items;
  bool comes_before(Slot a, Slot b) const { return std::pair(items[a].due, a) < std::pair(items[b].due, b); }
  std::uint32_t& place_of(Slot slot) const { return items[slot].place; }
};

struct HostBook {
  std::vector<Host>& hosts;
  bool comes_before(std::uint32_t a, std::uint32_t b) const {
    return std::pair(hosts[a].ready, a) < std::pair(hosts[b].ready, b);
  }
  std::uint32_t& place_of(std::uint32_t host) const { return hosts[host].place; }
};

}  // namespace

// Each host orders its own sources; the hosts that could start one are ordered by the moment they may. So a host that
// rests costs nothing until its time comes.
struct Queue::Impl {
  explicit Impl(const Settings& given) : settings(given) {}

  Heap<ItemBook> waiting_of(Host& host) { return {host.waiting, ItemBook{items}}; }
  Heap<HostBook> ready_hosts() { return {ready, HostBook{hosts}}; }
  bool is_full() const { return running >= static_cast<std::size_t>(settings.connections); }

  std::uint32_t host_named(std::string_view name) {
    if (hosts.size() - vacant.size() >= most_hosts && !names.contains(name)) forget_hosts();
    const auto [place, is_new] = number_for(names, name, hosts, vacant);
    const std::uint32_t index = place->second;
    if (is_new) {
      hosts[index].name = &place->first;
      gaps.join_site(index, name);
    }
    return index;
  }

  // Every redirect names a host, and may name another each time: those with no source and nothing left to keep go.
  // Looked for whenever there are twice as many as the last time, so that it costs nothing worth counting.
  void forget_hosts() {
    for (std::uint32_t index = 0; index < hosts.size(); ++index) {
      Host& host = hosts[index];
      if (!host.name || !is_idle(index)) continue;
      gaps.forget(index);
      names.erase(names.find(*host.name));
      host = {};
      vacant.push_back(index);
    }
    most_hosts = std::max(fewest_to_look_through, 2 * (hosts.size() - vacant.size()));
  }

  bool is_idle(std::uint32_t index) const {
    const Host& host = hosts[index];
    if (!last_look || !host.waiting.empty() || host.running + host.promised + host.awaited > 0) return false;
    const auto free = free_of_gap(index);
    return host.frozen_until <= *last_look && (!free || *free <= *last_look);
  }

  // When the gap that the host shares is over; nullopt: none began.
  std::optional<Instant> free_of_gap(std::uint32_t index) const {
    const auto last = gaps.last_start(index);
    if (!last) return std::nullopt;
    return *last + std::max(settings.host_gap, hosts[index].gap);
  }

  // Puts the host where it belongs among the others, after anything about it changed.
  void rank(std::uint32_t index) {
    Host& host = hosts[index];
    const bool may_start = !host.waiting.empty() && host.running < settings.host_connections && host.awaited == 0;
    if (!may_start) {
      if (host.place != nowhere) ready_hosts().erase(index);
      return;
    }
    host.ready = std::max(items[host.waiting.front()].due, host.frozen_until);
    if (const auto free = free_of_gap(index)) host.ready = std::max(host.ready, *free);
    if (host.place == nowhere)
      ready_hosts().push(index);
    else
      ready_hosts().moved(index);
  }

  // The gap of this host has changed, and so that of its neighbours.
  void rank_neighbours(std::uint32_t index) {
    gaps.visit_neighbours(index, [this](std::uint32_t host) { rank(host); });
  }

  void put(Slot slot, Instant due) {
    Item& item = items[slot];
    Host& host = hosts[item.host];
    item.due = due < host.frozen_until ? host.frozen_until + spread(slot, host.thaw) : due;
    if (item.place == nowhere)
      waiting_of(host).push(slot);
    else
      waiting_of(host).moved(slot);
    rank(item.host);
  }

  void take_out(Slot slot) {
    Item& item = items[slot];
    if (item.place == nowhere) return;
    waiting_of(hosts[item.host]).erase(slot);
    rank(item.host);
  }

  // Every host and every waiting source with its new times; O(n), after a clock jump only.
  template <class Change>
  void retime(const Change& change) {
    for (Host& host : hosts) {
      for (const Slot slot : host.waiting) change(slot, items[slot]);
      waiting_of(host).rebuild();
    }
    for (std::uint32_t index = 0; index < hosts.size(); ++index) rank(index);
  }

  void shift(Duration step) {
    gaps.shift(step);
    for (Item& item : items)
      if (item.started != Instant{}) item.started += step;
    for (Host& host : hosts)
      if (host.frozen_until != Instant{}) host.frozen_until += step;
    retime([step](Slot, Item& item) { item.due += step; });
  }

  // After a sleep everything is due at once (P35). A handful may go; a crowd is spread as a restart would.
  void spread_overdue(Instant now, Duration silence) {
    std::size_t overdue = 0;
    for (const Host& host : hosts)
      overdue += static_cast<std::size_t>(
          std::count_if(host.waiting.begin(), host.waiting.end(), [&](Slot slot) { return items[slot].due <= now; }));
    if (overdue <= a_handful) return;
    const Duration window = std::min(settings.interval, silence);
    retime([&](Slot slot, Item& item) {
      if (item.due <= now) item.due = now + spread(slot, window);
    });
  }

  // Due times are spans counted from a moment on this clock: when the clock is set back they go back with it, or one
  // wrong hour would silence every source for an hour.
  void notice_clock(Instant now) {
    if (last_look && now + noticed_step_back < *last_look)
      shift(now - *last_look);
    else if (last_look && now - *last_look > longest_silence)
      spread_overdue(now, now - *last_look);
    last_look = now;
  }

  Settings settings;
  std::vector<Item> items;
  std::vector<Host> hosts;
  Gaps gaps;
  NumberOf names;
  std::vector<std::uint32_t> vacant;  // of hosts
  std::size_t most_hosts = fewest_to_look_through;
  std::vector<std::uint32_t> ready;  // heap of hosts
  std::size_t running = 0;
  std::optional<Instant> last_look;
};

Queue::Queue(const Settings& settings) : impl_(std::make_unique<Impl>(settings)) {}
Queue::~Queue() = default;

void Queue::configure(const Settings& settings) {
  impl_->settings = settings;
  for (std::uint32_t index = 0; index < impl_->hosts.size(); ++index) impl_->rank(index);
}

void Queue::look(Instant now) { impl_->notice_clock(now); }

void Queue::schedule(Slot slot, std::string_view host, Instant due, std::string_view site) {
  Impl& all = *impl_;
  if (all.items.size() <= slot) all.items.resize(std::size_t{slot} + 1);
  const std::uint32_t index = all.host_named(host);
  if (!site.empty()) all.gaps.join_site(index, site);
  Item& item = all.items[slot];
  if (item.is_running) {
    item.is_removed = false;
    if (item.next_host != nowhere) --all.hosts[item.next_host].promised;
    item.next_host = index;
    ++all.hosts[index].promised;
    return;
  }
  if (item.host != index) all.take_out(slot);
  item.host = index;
  all.put(slot, due);
}

void Queue::remove(Slot slot) {
  Impl& all = *impl_;
  if (slot >= all.items.size()) return;
  if (all.items[slot].is_running)
    all.items[slot].is_removed = true;
  else
    all.take_out(slot);
}

std::optional<Slot> Queue::start_next(Instant now) {
  Impl& all = *impl_;
  all.notice_clock(now);
  if (all.is_full() || all.ready.empty()) return std::nullopt;
  const std::uint32_t index = all.ready.front();
  Host& host = all.hosts[index];
  if (host.ready > now) return std::nullopt;
  const Slot slot = host.waiting.front();
  all.items[slot].is_running = true;
  all.gaps.started(index, now);
  ++host.running;
  ++host.promised;
  ++all.running;
  all.take_out(slot);
  all.rank_neighbours(index);
  return slot;
}

void Queue::set_out(Slot slot, Instant now) {
  Impl& all = *impl_;
  assert(slot < all.items.size() && all.items[slot].is_running);
  all.items[slot].started = now;
  all.gaps.started(all.items[slot].host, now);
  all.rank_neighbours(all.items[slot].host);
}

void Queue::put_off(Slot slot, Instant due) {
  Impl& all = *impl_;
  const std::uint32_t index = all.items[slot].host;
  all.gaps.undo_start(index);
  finish(slot, due);
  all.rank_neighbours(index);
}

void Queue::learn(std::string_view name, std::string_view address, std::optional<Instant> now, Duration gap,
                  std::string_view site) {
  Impl& all = *impl_;
  const std::uint32_t index = all.host_named(name);
  if (!site.empty()) all.gaps.join_site(index, site);
  const bool is_slower = std::exchange(all.hosts[index].gap, gap) != gap;
  if (!address.empty()) all.gaps.join_address(index, address);
  if (now) all.gaps.started(index, *now);
  if (now || !address.empty() || is_slower) all.rank_neighbours(index);
}

std::optional<Instant> Queue::next_wake(Instant now) const {
  if (impl_->is_full() || impl_->ready.empty()) return std::nullopt;
  return std::max(impl_->hosts[impl_->ready.front()].ready, now);
}

void Queue::finish(Slot slot, Instant due) {
  Impl& all = *impl_;
  assert(slot < all.items.size());
  Item& item = all.items[slot];
  if (!item.is_running) return;  // memory ran out in the last steps of a refresh, which ends a second time
  item.is_running = false;
  --all.running;
  --all.hosts[item.host].running;
  --all.hosts[item.host].promised;
  all.rank(item.host);
  if (item.next_host != nowhere) {
    item.host = std::exchange(item.next_host, nowhere);
    --all.hosts[item.host].promised;
  }
  if (!std::exchange(item.is_removed, false)) all.put(slot, due);
}

Instant Queue::free_at(std::string_view name, Instant now) const {
  const auto place = impl_->names.find(name);
  if (place == impl_->names.end()) return now;
  const Host& host = impl_->hosts[place->second];
  Instant free = std::max(now, host.frozen_until);
  if (const auto over = impl_->free_of_gap(place->second)) free = std::max(free, *over);
  return host.running < impl_->settings.host_connections ? free : std::max(free, now + look_again);
}

void Queue::enter(std::string_view name, Instant now) {
  const std::uint32_t index = impl_->host_named(name);
  impl_->gaps.started(index, now);
  ++impl_->hosts[index].running;
  impl_->rank_neighbours(index);
}

void Queue::leave(std::string_view name) {
  const std::uint32_t index = impl_->host_named(name);
  --impl_->hosts[index].running;
  impl_->rank(index);
}

void Queue::come_back(std::string_view name) {
  const std::uint32_t index = impl_->host_named(name);
  ++impl_->hosts[index].running;
  impl_->rank(index);
}

Instant Queue::expect(const Passage& way, Instant now) {
  const std::uint32_t there = impl_->host_named(way.to), here = impl_->host_named(way.from);
  if (!way.site.empty()) impl_->gaps.join_site(there, way.site);
  const auto last = impl_->gaps.last_start(there);
  const bool is_own = last && *last <= way.asked && impl_->gaps.are_neighbours(there, here);
  const auto free = is_own ? std::nullopt : impl_->free_of_gap(there);
  const Instant at = std::max(now, free.value_or(now));
  ++impl_->hosts[there].awaited;
  if (at <= way.latest) impl_->gaps.started(there, at);
  impl_->rank_neighbours(there);
  return at;
}

void Queue::expect_no_more(std::string_view name) {
  const std::uint32_t index = impl_->host_named(name);
  --impl_->hosts[index].awaited;
  impl_->rank(index);
}

bool Queue::is_busy(std::string_view name) const {
  const auto place = impl_->names.find(name);
  return place != impl_->names.end() && impl_->hosts[place->second].running >= impl_->settings.host_connections;
}

std::optional<Instant> Queue::last_start(Slot slot) const {
  if (slot >= impl_->items.size() || impl_->items[slot].started == Instant{}) return std::nullopt;
  return impl_->items[slot].started;
}

void Queue::spread_overdue(Instant now, Duration pause) { impl_->spread_overdue(now, pause); }

void Queue::freeze(std::string_view name, Instant now, Instant until) {
  Impl& all = *impl_;
  all.notice_clock(now);
  const std::uint32_t index = all.host_named(name);
  Host& host = all.hosts[index];
  if (until <= std::max(now, host.frozen_until)) return;
  host.frozen_until = until;
  host.thaw = std::min(all.settings.interval, until - now);
  for (const Slot slot : host.waiting)
    if (all.items[slot].due < until) all.items[slot].due = until + spread(slot, host.thaw);
  all.waiting_of(host).rebuild();
  all.rank(index);
}

std::vector<Slot> Queue::waiting_at(std::string_view name) const {
  const auto place = impl_->names.find(name);
  return place == impl_->names.end() ? std::vector<Slot>() : impl_->hosts[place->second].waiting;
}

std::optional<Queue::Wait> Queue::wait_of(Slot slot, Instant now) const {
  const Impl& all = *impl_;
  if (slot >= all.items.size() || all.items[slot].place == nowhere) return std::nullopt;
  const Item& item = all.items[slot];
  const Host& host = all.hosts[item.host];
  Wait wait{item.due, Cause::due};
  // put() and freeze() moved it behind the pause, by at most the time over which the host's sources are released.
  if (host.frozen_until > now && item.due < host.frozen_until + host.thaw) wait.cause = Cause::host_pause;
  const auto free = all.free_of_gap(item.host);
  if (free && *free > std::max(wait.at, now)) wait = {*free, Cause::host_gap};
  if (wait.at > now) return wait;
  if (host.running >= all.settings.host_connections || host.awaited > 0) wait.cause = Cause::host_connections;
  if (all.is_full()) wait.cause = Cause::connections;
  return wait;
}

std::optional<Instant> Queue::frozen_until(std::string_view name, Instant now) const {
  const auto place = impl_->names.find(name);
  if (place == impl_->names.end() || impl_->hosts[place->second].frozen_until <= now) return std::nullopt;
  return impl_->hosts[place->second].frozen_until;
}

std::size_t Queue::running() const { return impl_->running; }

std::size_t Queue::size() const {
  return static_cast<std::size_t>(std::count_if(impl_->items.begin(), impl_->items.end(), [](const Item& item) {
    return item.place != nowhere || (item.is_running && !item.is_removed);
  }));
}

std::size_t Queue::hosts() const { return impl_->names.size(); }

}  // namespace rapporteur::schedule
