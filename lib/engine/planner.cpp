#include "engine/planner.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

#include "ops/log.h"
#include "schedule/interval.h"
#include "schedule/spread.h"

namespace rapporteur::engine {

namespace {
// A wall clock may jump while the timer sleeps on the steady one: look again at least this often.
constexpr base::Duration longest_nap = std::chrono::seconds(30);
constexpr base::Duration between_tries = std::chrono::seconds(30);  // while the network is down

// The last answer spoke for the whole host (POLITENESS P23).
bool is_plea(const feed::StateGlance& state) {
  return state.http_status == 429 || (state.http_status == 503 && state.next_poll_is_binding);
}
}  // namespace

Planner::Planner(boost::asio::io_context& io, const base::Clock& clock, Roster& roster,
                 const schedule::Settings& settings, Start start)
    : timer_(io), clock_(clock), roster_(roster), settings_(settings), queue_(settings), start_(std::move(start)) {}

// At the host of its address, in the order of the queue.
void Planner::enqueue(schedule::Slot slot, base::Instant due) {
  const std::string_view url = roster_.address_of(slot);
  const HostNames names = host_names(url);
  queue_.schedule(slot, names.host, due, names.site);
}

void Planner::configure(const schedule::Settings& settings) {
  settings_ = settings;
  limit_queue();
}

// One at a time while the network is down; a single round has an end to come to, whatever it brings.
void Planner::limit_queue() {
  schedule::Settings limits = settings_;
  if (network_.is_down() && !is_single_round_) limits.connections = 1;
  queue_.configure(limits);
}

void Planner::plan_all() {
  const base::Instant now = clock_.now();
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    if (!roster_.is_followed(slot)) {
      queue_.remove(slot);
      continue;
    }
    const feed::StateGlance state = roster_.glance(slot);
    const std::string_view url = roster_.address_of(slot);
    const HostNames names = host_names(url);
    const base::Instant due = schedule::first_due(url, state.last_attempt, state.next_poll, now, settings_);
    queue_.schedule(slot, names.host, due, names.site);
    // The gap of a host is kept over a restart too.
    const auto& asked = state.last_attempt;
    if (asked && *asked <= now && now - *asked < settings_.host_gap) queue_.learn(names.host, {}, asked);
  }
  freeze_again(now);
  pump();
}

void Planner::set_single_round(bool is_single_round) {
  is_single_round_ = is_single_round;
  freeze_again(clock_.now());  // nothing else is planned before the round
}

// A host's plea outlives the process: its other sources wait after a restart as they would have without one.
void Planner::freeze_again(base::Instant now) {
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    const feed::StateGlance glance = roster_.glance(slot);
    const bool is_refused = glance.failures > 0 && glance.next_poll > now;
    if (!roster_.is_followed(slot) || !is_refused || !is_plea(glance)) continue;
    const feed::Source source = roster_.at(slot);
    const feed::SourceState& state = source.state;
    queue_.freeze(host_key(address_of(source)), now, state.next_poll);
    // Which host on the way pleaded is not on record; it may have been the one that answered before. That one rests as
    // after a plea without a time: the stated one may be another's.
    if (!state.validators.empty())
      queue_.freeze(host_key(state.validators.front().url), now,
                    end_of_plea(slot, state, std::nullopt, std::min(state.last_attempt.value_or(now), now)));
  }
}

// The moment up to which the source would wait if nobody on the way but the last had asked for patience.
base::Instant Planner::end_of_plea(schedule::Slot slot, const feed::SourceState& state,
                                   const std::optional<base::Duration>& wish, base::Instant said) const {
  base::Hints hints;
  hints.retry_after = wish;
  const schedule::Due alone = schedule::next_due(*roster_.settings_of(slot), state, settings_, base::Outcome::refused,
                                                 state.http_status, hints, said, said);
  return std::min(state.next_poll, alone.at);
}

bool Planner::plan_now(schedule::Slot slot, std::string& why_not) {
  const feed::StateGlance state = roster_.glance(slot);
  const base::Instant now = clock_.now();
  if (!roster_.settings_of(slot)->enabled) {
    why_not = "disabled in the configuration";
    return false;
  }
  if (state.next_poll_is_binding && state.next_poll > now) {
    why_not = "not before " + base::to_rfc3339(state.next_poll) + ": " + roster_.state_of(slot).next_poll_reason;
    return false;
  }
  if (state.last_attempt && now >= *state.last_attempt && now - *state.last_attempt < settings_.min_interval) {
    why_not = "asked " + base::describe(now - *state.last_attempt) + " ago; the hard floor (fetch.min_interval) is " +
              base::describe(settings_.min_interval);
    return false;
  }
  const HostNames names = host_names(roster_.address_of(slot));
  if (const auto until = queue_.frozen_until(names.host, now)) {
    why_not = "its host asked for a pause until " + base::to_rfc3339(*until);
    return false;
  }
  overruled_.insert(slot);
  queue_.schedule(slot, names.host, now, names.site);
  arm();
  return true;
}

void Planner::bring_forward(schedule::Slot slot, base::Duration apart) {
  if (!roster_.is_followed(slot)) return;
  const feed::StateGlance state = roster_.glance(slot);
  const base::Instant now = clock_.now();
  base::Instant due = now;
  if (state.last_attempt) due = std::max(due, *state.last_attempt + std::max(apart, settings_.min_interval));
  if (state.next_poll_is_binding) due = std::max(due, state.next_poll);
  enqueue(slot, std::min(due, std::max(state.next_poll, now)));
  arm();
}

void Planner::leave(const std::string& url, std::optional<base::Instant> rest) {
  queue_.leave(host_key(url));
  if (rest) queue_.freeze(host_key(url), clock_.now(), *rest);
  arm();
}

void Planner::set_out(schedule::Slot slot) { queue_.set_out(slot, clock_.now()); }

void Planner::settle(schedule::Slot slot, const feed::Change& change, const Contacts& contacts) {
  const base::Instant now = clock_.now(), due = change.state.next_poll;
  std::optional<base::Instant> led_here;  // by a redirect: the queue did not know that this host would be asked
  for (const Contact& contact : contacts) {
    queue_.learn(contact.host, contact.peer, led_here, contact.gap);
    led_here = now;
  }
  const int status = change.outcome == base::Outcome::refused && !contacts.empty() ? change.state.http_status : 0;
  if (status == 429 || (status == 503 && contacts.back().retry_after))
    queue_.freeze(contacts.back().host, now, end_of_plea(slot, change.state, contacts.back().retry_after, now));
  if (!is_single_round_) enqueue(slot, due);  // an adopted move may lead to another host
  postpone(slot, due);
}

base::Instant Planner::next_try(base::Instant now) const {
  return is_single_round_ ? now : network_.next_try(now, std::min(between_tries, settings_.min_interval));
}

std::vector<Network::Excused> Planner::judge(schedule::Slot slot, const feed::Source& before, Reach reach) {
  const base::Instant now = clock_.now();
  const base::Duration lasted = network_.is_down() ? now - *network_.down_since() : base::Duration::zero();
  Network::Event event{};
  std::vector<Network::Excused> excused = network_.note(slot, before, reach, now, event);
  if (event == Network::Event::none) return excused;
  limit_queue();
  if (event == Network::Event::back) queue_.spread_overdue(now, lasted);
  tell(event, excused.size(), lasted);
  return excused;
}

void Planner::tell(Network::Event event, std::size_t excused, base::Duration lasted) const {
  if (event == Network::Event::back)
    ops::log_info("the network is back; what is overdue is asked again, spread over time",
                  {{"after", base::describe(lasted)}});
  else
    ops::log_warning(
        "several hosts in a row cannot be reached and none answers: the network of this machine seems down. Nothing is "
        "counted against the sources; one at a time is tried until one answers",
        {{"failures", std::to_string(excused)}});
}

base::Instant Planner::next_after_outage(const feed::Source& source) const {
  const base::Duration rest = settings_.min_interval;
  return clock_.now() + rest + schedule::spread(address_of(source), 0, rest);
}

void Planner::plan_at(schedule::Slot slot, base::Instant due) {
  if (!roster_.is_followed(slot) || is_single_round_) return;
  enqueue(slot, due);
}

void Planner::postpone(schedule::Slot slot, base::Instant due) {
  queue_.finish(slot, due);
  if (is_single_round_ || !roster_.is_followed(slot)) queue_.remove(slot);
  arm();
}

void Planner::drop(schedule::Slot slot) {
  queue_.remove(slot);
  arm();
}

Outlook Planner::outlook(schedule::Slot slot) const {
  using Cause = schedule::Queue::Cause;
  const base::Instant now = clock_.now();
  const auto wait = queue_.wait_of(slot, now);
  if (!wait) return {};
  const bool is_due = wait->at <= now;
  Outlook outlook{wait->at, nullptr};
  if (wait->cause == Cause::host_pause && wait->at > roster_.glance(slot).next_poll)
    outlook.reason = "its host asked for a pause";
  if (wait->cause == Cause::host_gap)
    outlook.reason = "a gap is kept between requests to its host, site or address (fetch.host_gap)";
  if (is_due && wait->cause == Cause::host_connections)
    outlook.reason = "its host is being asked for another source (fetch.host_connections)";
  if (is_due && wait->cause == Cause::connections) outlook.reason = "all connections are in use (fetch.connections)";
  if (is_due && network_.is_down())
    outlook.reason = "the network of this machine is down; one source at a time is tried";
  return outlook;
}

void Planner::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

// Due outside the hours that the feed wants to be left alone, its turn came within them (POLITENESS P20).
bool Planner::is_put_off(schedule::Slot slot, base::Instant now) {
  if (overruled_.erase(slot) > 0) return false;
  if (!roster_.glance(slot).has_skips) return false;
  feed::SourceState state = roster_.state_of(slot);
  const auto until = schedule::skipped_until(state, now);
  if (!until) return false;
  state.next_poll = *until;
  state.next_poll_reason = "moved past the feed's skipHours and skipDays";
  roster_.remember(slot, state);
  queue_.put_off(slot, *until);
  return true;
}

// Starting a refresh may settle another one on the way: one pump at a time, the outer loop sees it.
void Planner::pump() {
  if (is_stopped_ || is_pumping_) return;
  is_pumping_ = true;
  const base::Instant now = clock_.now();
  const bool is_at_rest = next_try(now) > now;
  while (const auto slot = is_at_rest ? std::nullopt : queue_.start_next(clock_.now())) {
    if (is_put_off(*slot, now)) continue;
    network_.asked(now);
    start_(*slot);
  }
  is_pumping_ = false;
  arm();
}

// A source that is due now is started by the loop's next turn; else one timer runs, and it is set anew only for an
// earlier wake: each setting is a system call, and a crowd of answers settles at once.
void Planner::arm() {
  if (is_stopped_ || is_pumping_ || is_pump_posted_) return;
  const base::Instant now = clock_.now();
  auto wake = queue_.next_wake(now);
  if (!wake) return;  // a timer that still runs finds nothing to start
  wake = std::max(*wake, next_try(now));
  if (*wake <= now) {
    is_pump_posted_ = true;
    boost::asio::post(timer_.get_executor(), [this] {
      is_pump_posted_ = false;
      pump();
    });
    return;
  }
  const base::Instant at = std::min(*wake, now + longest_nap);
  if (armed_for_ && *armed_for_ <= at) return;
  armed_for_ = at;
  timer_.expires_after(at - now);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    armed_for_.reset();
    pump();
  });
}

}  // namespace rapporteur::engine
