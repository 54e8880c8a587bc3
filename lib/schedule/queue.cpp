#include "schedule/queue.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"

namespace rapporteur::schedule {

namespace {

using base::Duration;
using base::Instant;
using Waiting = std::set<std::pair<Instant, Slot>>;  // by due time, then slot

constexpr std::uint32_t no_host = 0xffffffff;
constexpr Instant never = Instant::max();
constexpr int spread_parts = 100;
constexpr Duration longest_spread_gap = std::chrono::seconds(30);

struct Host {
  Waiting waiting;
  Instant free_at{};       // last start plus gap
  Instant frozen_until{};  // 429, 503
  Duration spread_gap{};   // between starts after a freeze, until spread_until
  Instant spread_until{};
  Instant started_at{};    // to notice a clock that went back
  int running = 0;
  Instant listed_at = never;  // its place in the list of hosts; never: not listed
};

struct Place {
  std::uint32_t host = no_host;
  Instant due{};
  bool is_waiting = false;
  bool is_running = false;
  bool is_removed = false;  // while it ran
};

}  // namespace

// Each host keeps its own order; the hosts that could start one stand in a second order by the moment they may. So a
// host that rests costs nothing until its time comes.
struct Queue::Impl {
  explicit Impl(const Settings& given) : settings(given) {}

  std::uint32_t host_index(std::string_view name) {
    const auto [place, is_new] = names.try_emplace(std::string(name), static_cast<std::uint32_t>(hosts.size()));
    if (is_new) hosts.emplace_back();
    return place->second;
  }

  Instant ready_at(const Host& host) const {
    if (host.waiting.empty() || host.running >= settings.host_connections) return never;
    return std::max({host.waiting.begin()->first, host.free_at, host.frozen_until});
  }

  void relist(std::uint32_t index) {
    Host& host = hosts[index];
    const Instant at = ready_at(host);
    if (at == host.listed_at) return;
    if (host.listed_at != never) ready.erase({host.listed_at, index});
    if (at != never) ready.insert({at, index});
    host.listed_at = at;
  }

  void put(Slot slot, Instant due) {
    Place& place = places[slot];
    take_out(slot);
    place.due = due;
    place.is_waiting = true;
    hosts[place.host].waiting.insert({due, slot});
    relist(place.host);
    ++waiting;
  }

  void take_out(Slot slot) {
    Place& place = places[slot];
    if (!place.is_waiting) return;
    hosts[place.host].waiting.erase({place.due, slot});
    place.is_waiting = false;
    --waiting;
    relist(place.host);
  }

  // A clock set back would make every host rest for as long as it was ahead (POLITENESS P35).
  void forgive(Host& host, Instant now) const {
    if (host.started_at > now) host.free_at = now + settings.host_gap;
    host.started_at = std::min(host.started_at, now);
  }

  Settings settings;
  std::vector<Host> hosts;
  std::unordered_map<std::string, std::uint32_t> names;
  std::vector<Place> places;
  std::set<std::pair<Instant, std::uint32_t>> ready;
  std::size_t running = 0;
  std::size_t waiting = 0;
};

Queue::Queue(const Settings& settings) : impl_(std::make_unique<Impl>(settings)) {}
Queue::~Queue() = default;

void Queue::configure(const Settings& settings) {
  impl_->settings = settings;
  for (std::uint32_t index = 0; index < impl_->hosts.size(); ++index) impl_->relist(index);
}

void Queue::schedule(Slot slot, std::string_view host, Instant due) {
  if (impl_->places.size() <= slot) impl_->places.resize(slot + 1);
  Place& place = impl_->places[slot];
  place.is_removed = false;
  if (place.is_running) return;  // finish() says when it is due again
  impl_->take_out(slot);
  place.host = impl_->host_index(host);
  impl_->put(slot, due);
}

void Queue::remove(Slot slot) {
  if (slot >= impl_->places.size()) return;
  impl_->take_out(slot);
  impl_->places[slot].is_removed = true;
}

std::optional<Slot> Queue::start_next(Instant now) {
  Impl& all = *impl_;
  if (all.running >= static_cast<std::size_t>(all.settings.connections) || all.ready.empty()) return std::nullopt;
  const auto [at, index] = *all.ready.begin();
  if (at > now) return std::nullopt;
  Host& host = all.hosts[index];
  const Slot slot = host.waiting.begin()->second;
  const Duration gap = now < host.spread_until ? std::max(all.settings.host_gap, host.spread_gap) : all.settings.host_gap;
  host.free_at = now + gap;
  host.started_at = now;
  ++host.running;
  ++all.running;
  all.places[slot].is_running = true;
  all.take_out(slot);
  all.relist(index);
  return slot;
}

std::optional<Instant> Queue::next_wake(Instant now) const {
  Impl& all = *impl_;
  if (all.running >= static_cast<std::size_t>(all.settings.connections) || all.ready.empty()) return std::nullopt;
  const auto [at, index] = *all.ready.begin();
  Host& host = all.hosts[index];
  if (host.started_at > now) {
    all.forgive(host, now);
    all.relist(index);
    return next_wake(now);
  }
  return std::max(at, now);
}

void Queue::finish(Slot slot, Instant due) {
  Impl& all = *impl_;
  if (slot >= all.places.size()) return;
  Place& place = all.places[slot];
  if (!place.is_running) return;
  place.is_running = false;
  --all.running;
  --all.hosts[place.host].running;
  if (place.is_removed)
    all.relist(place.host);
  else
    all.put(slot, due);
}

// The host's sources would all be due at `until`: they leave one by one, for as long again as the host was frozen.
void Queue::freeze(std::string_view name, Instant now, Instant until) {
  if (until <= now) return;
  const std::uint32_t index = impl_->host_index(name);
  Host& host = impl_->hosts[index];
  host.frozen_until = std::max(host.frozen_until, until);
  host.spread_gap = std::min((until - now) / spread_parts, longest_spread_gap);
  host.spread_until = until + (until - now);
  impl_->relist(index);
}

std::optional<Instant> Queue::frozen_until(std::string_view name, Instant now) const {
  const auto place = impl_->names.find(std::string(name));
  if (place == impl_->names.end() || impl_->hosts[place->second].frozen_until <= now) return std::nullopt;
  return impl_->hosts[place->second].frozen_until;
}

std::size_t Queue::running() const { return impl_->running; }
std::size_t Queue::size() const { return impl_->waiting + impl_->running; }

Instant first_due(const std::string& url, const std::optional<Instant>& last_attempt, Instant stored_due, Instant now,
                  const Settings& settings) {
  if (!last_attempt) return now;  // never polled; the host gap spreads those of one host
  // A clock that was ahead when the due time was stored would silence the source for as long: look again in one interval.
  const bool was_clock_ahead = *last_attempt > now + settings.interval;
  if (stored_due > now && !was_clock_ahead) return stored_due;
  const Duration window = std::min(settings.interval, std::max(now - *last_attempt, Duration(0)));
  if (was_clock_ahead) return now + settings.interval;
  const double share = static_cast<double>(base::change_hash(url) >> 11) / static_cast<double>(1ull << 53);
  const Duration late = now - stored_due;
  if (late < settings.interval / 10) return now;  // a short restart is no long sleep
  return now + Duration(static_cast<Duration::rep>(static_cast<double>(window.count()) * share));
}

}  // namespace rapporteur::schedule
