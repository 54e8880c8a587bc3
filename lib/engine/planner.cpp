#include "engine/planner.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "schedule/interval.h"

namespace rapporteur::engine {

namespace {
// A wall clock may jump while the timer sleeps on the steady one: look again at least this often.
constexpr base::Duration longest_nap = std::chrono::seconds(30);

// The last answer spoke for the whole host (POLITENESS P23).
bool is_plea(const feed::SourceState& state) {
  return state.http_status == 429 || (state.http_status == 503 && state.next_poll_is_binding);
}

std::string in_words(const schedule::Queue::Wait& wait, base::Instant due, const schedule::Settings& settings) {
  using Wait = schedule::Queue::Wait;
  switch (wait.reason) {
    case Wait::freeze:
      return "its host asked for a pause";
    case Wait::gap:
      return "due since " + base::to_rfc3339(due) + "; requests to its host, site or address are " +
             base::describe(settings.host_gap) + " apart";
    case Wait::host_busy:
      return "due since " + base::to_rfc3339(due) + "; its host is being asked by another source";
    case Wait::all_busy:
      return "due since " + base::to_rfc3339(due) + "; all connections are in use";
    default:
      return "due since " + base::to_rfc3339(due) + "; what is overdue is spread";
  }
}
}  // namespace

Planner::Planner(boost::asio::io_context& io, const base::Clock& clock, Roster& roster,
                 const schedule::Settings& settings, Start start)
    : timer_(io), clock_(clock), roster_(roster), settings_(settings), queue_(settings), start_(std::move(start)) {}

void Planner::configure(const schedule::Settings& settings) {
  settings_ = settings;
  queue_.configure(settings);
}

void Planner::plan_all() {
  const base::Instant now = clock_.now();
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    if (!roster_.is_followed(slot)) {
      queue_.remove(slot);
      continue;
    }
    const feed::Source& source = roster_.at(slot);
    const std::string& url = address_of(source);
    const base::Instant due =
        schedule::first_due(url, source.state.last_attempt, source.state.next_poll, now, settings_);
    queue_.schedule(slot, host_key(url), due, site_key(url));
    // The gap of a host is kept over a restart too.
    const auto& asked = source.state.last_attempt;
    if (asked && *asked <= now && now - *asked < settings_.host_gap) queue_.learn(host_key(url), {}, asked);
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
    const feed::Source& source = roster_.at(slot);
    const bool is_refused = source.state.failures > 0 && source.state.next_poll > now;
    if (!roster_.is_followed(slot) || !is_refused || !is_plea(source.state)) continue;
    queue_.freeze(host_key(address_of(source)), now, source.state.next_poll);
    // Which host on the way pleaded is not on record; it may have been the one that answered before.
    if (!source.state.validators.empty())
      queue_.freeze(host_key(source.state.validators.front().url), now, source.state.next_poll);
  }
}

bool Planner::plan_now(schedule::Slot slot, std::string& why_not) {
  const feed::Source& source = roster_.at(slot);
  const feed::SourceState& state = source.state;
  const base::Instant now = clock_.now();
  if (!source.settings->enabled) {
    why_not = "disabled in the configuration";
    return false;
  }
  if (state.next_poll_is_binding && state.next_poll > now) {
    why_not = "not before " + base::to_rfc3339(state.next_poll) + ": " + state.next_poll_reason;
    return false;
  }
  if (state.last_attempt && now >= *state.last_attempt && now - *state.last_attempt < settings_.min_interval) {
    why_not = "asked " + base::describe(now - *state.last_attempt) + " ago; the hard floor (fetch.min_interval) is " +
              base::describe(settings_.min_interval);
    return false;
  }
  const std::string& url = address_of(source);
  const std::string host = host_key(url);
  if (const auto until = queue_.frozen_until(host, now)) {
    why_not = "its host asked for a pause until " + base::to_rfc3339(*until);
    return false;
  }
  overruled_.insert(slot);
  queue_.schedule(slot, host, now, site_key(url));
  arm();
  return true;
}

void Planner::set_out(schedule::Slot slot) { queue_.set_out(slot, clock_.now()); }

void Planner::settle(schedule::Slot slot, const feed::Change& change, const Contacts& contacts) {
  const base::Instant now = clock_.now(), due = change.state.next_poll;
  std::optional<base::Instant> led_here;  // by a redirect: the queue did not know that this host would be asked
  for (const Contact& contact : contacts) {
    queue_.learn(contact.host, contact.peer, led_here, contact.gap);
    led_here = now;
  }
  if (is_plea(change.state) && change.outcome == base::Outcome::refused)
    queue_.freeze(contacts.empty() ? host_key(address_of(roster_.at(slot))) : contacts.back().host, now, due);
  postpone(slot, due);
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

std::vector<feed::Source> Planner::as_planned() const {
  const base::Instant now = clock_.now();
  std::vector<feed::Source> list;
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    if (!roster_.is_configured(slot)) continue;
    feed::Source& source = list.emplace_back(roster_.at(slot));
    const auto wait = queue_.wait_of(slot, now);
    if (!wait || wait->at <= source.state.next_poll) continue;
    source.state.next_poll_reason = in_words(*wait, source.state.next_poll, settings_);
    source.state.next_poll = wait->at;
  }
  return list;
}

void Planner::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

// Due outside the hours that the feed wants to be left alone, its turn came within them (POLITENESS P20).
bool Planner::is_put_off(schedule::Slot slot, base::Instant now) {
  if (overruled_.erase(slot) > 0) return false;
  feed::SourceState& state = roster_.at(slot).state;
  const auto until = schedule::skipped_until(state, now);
  if (!until) return false;
  state.next_poll = *until;
  state.next_poll_reason = "moved past the feed's skipHours and skipDays";
  queue_.put_off(slot, *until);
  return true;
}

// Starting a refresh may settle another one on the way: one pump at a time, the outer loop sees it.
void Planner::pump() {
  if (is_stopped_ || is_pumping_) return;
  is_pumping_ = true;
  for (base::Instant now = clock_.now(); const auto slot = queue_.start_next(now); now = clock_.now())
    if (!is_put_off(*slot, now)) start_(*slot);
  is_pumping_ = false;
  arm();
}

// A source that is due now is started by the loop's next turn; else one timer runs, and it is set anew only for an
// earlier wake: each setting is a system call, and a crowd of answers settles at once.
void Planner::arm() {
  if (is_stopped_ || is_pumping_ || is_pump_posted_) return;
  const base::Instant now = clock_.now();
  const auto wake = queue_.next_wake(now);
  if (!wake) return;  // a timer that still runs finds nothing to start
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
