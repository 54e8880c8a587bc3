#include "engine/planner.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <string>
#include <utility>

#include "ops/log.h"
#include "schedule/interval.h"
#include "schedule/spread.h"

namespace rapporteur::engine {

namespace {
// A wall clock may jump while the timer sleeps on the steady one: look again at least this often.
constexpr base::Duration longest_nap = std::chrono::seconds(30);
// A redirect waits for the host it leads to: a minute at most.
constexpr base::Duration hop_nap = std::chrono::milliseconds(250);
constexpr int most_hop_naps = 240;
constexpr base::Duration told_apart = std::chrono::seconds(1);      // less is no delay to speak of
constexpr base::Duration between_tries = std::chrono::seconds(30);  // while the network is down

// The last answer may have spoken for a whole host (POLITENESS P23).
bool may_hold_plea(const feed::StateGlance& state) { return state.http_status == 429 || state.http_status == 503; }

// The last answer was that we are not wanted, or not now: no command makes it another one (P22, P24).
bool was_turned_away(const feed::StateGlance& state) {
  const int status = state.http_status;
  const bool says_no = status == 401 || status == 403 || status == 429 || status == 503;
  return state.failures > 0 && (says_no || state.state == feed::State::blocked);
}
}  // namespace

Planner::Planner(boost::asio::io_context& io, const base::Clock& clock, Roster& roster,
                 const schedule::Settings& settings, Start start)
    : timer_(io), clock_(clock), roster_(roster), settings_(settings), queue_(settings), start_(std::move(start)) {}

// The moment, which the queue is told before any other: what it knows may have to move with the clock.
base::Instant Planner::look() {
  const base::Instant now = clock_.now();
  queue_.look(now);
  return now;
}

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
  const base::Instant now = look();
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
  }
  count_hosts();
  remember_starts(now);
  freeze_again(now);
  pump();
}

// As many as it takes to tell an outage from the fault of a host.
void Planner::count_hosts() {
  std::set<std::string> hosts;
  for (schedule::Slot slot = 0; slot < roster_.size() && hosts.size() < Network::enough_hosts; ++slot)
    if (roster_.is_followed(slot)) hosts.insert(host_key(roster_.address_of(slot)));
  network_.expect(hosts.size());
}

// The gap of a host is kept over a restart too.
void Planner::remember_starts(base::Instant now) {
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    const std::optional<base::Instant> asked = roster_.glance(slot).last_attempt;
    if (!asked || *asked > now || now - *asked >= settings_.host_gap) continue;
    const HostNames names = host_names(roster_.address_of(slot));
    queue_.learn(names.host, {}, asked, {}, names.site);
  }
}

void Planner::set_single_round(bool is_single_round) {
  is_single_round_ = is_single_round;
  const base::Instant now = look();  // nothing else is planned before the round
  count_hosts();
  remember_starts(now);
  freeze_again(now);
}

// A host's plea outlives the process: its other sources wait after a restart as they would have without one.
void Planner::freeze_again(base::Instant now) {
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    const feed::StateGlance glance = roster_.glance(slot);
    if (!roster_.is_followed(slot) || !may_hold_plea(glance) || glance.next_poll <= now) continue;
    const feed::SourceState state = roster_.state_of(slot);
    if (state.plea_until && *state.plea_until > now) queue_.freeze(state.plea_host, now, *state.plea_until);
  }
}

// By the queue, which moves with the clock; of an earlier process the record says it, if it is none of a clock that was
// ahead.
std::optional<base::Duration> Planner::asked_ago(schedule::Slot slot, base::Instant now) const {
  std::optional<base::Instant> asked = roster_.glance(slot).last_attempt;
  if (!asked) return std::nullopt;  // a new address
  if (const auto here = queue_.last_start(slot)) asked = here;
  return asked && *asked <= now ? std::optional(now - *asked) : std::nullopt;
}

bool Planner::plan_now(schedule::Slot slot, bool heeds_skips, std::string& why_not) {
  const feed::StateGlance state = roster_.glance(slot);
  const base::Instant now = look();
  if (!roster_.settings_of(slot)->enabled) {
    why_not = "disabled in the configuration";
    return false;
  }
  if (state.next_poll > now && (state.next_poll_is_binding || was_turned_away(state))) {
    why_not = "not before " + base::to_rfc3339(state.next_poll) + ": " + roster_.state_of(slot).next_poll_reason;
    return false;
  }
  if (const auto ago = asked_ago(slot, now); ago && *ago < settings_.min_interval) {
    why_not = "asked " + base::describe(*ago) + " ago; the hard floor (fetch.min_interval) is " +
              base::describe(settings_.min_interval);
    return false;
  }
  const HostNames names = host_names(roster_.address_of(slot));
  if (const auto until = queue_.frozen_until(names.host, now)) {
    why_not = "its host asked for a pause until " + base::to_rfc3339(*until);
    return false;
  }
  if (heeds_skips && state.has_skips)
    if (const auto until = schedule::skipped_until(roster_.state_of(slot), now)) {
      why_not = "not before " + base::to_rfc3339(*until) + ": the feed is not to be asked at this time " +
                "(skipHours, skipDays); `poll --now` asks all the same";
      return false;
    }
  if (!heeds_skips) overruled_.insert(slot);
  queue_.schedule(slot, names.host, now, names.site);
  arm();
  return true;
}

// Its sources that were due are told of it; in a single round there is no later for them.
void Planner::freeze(const std::string& host, base::Instant now, base::Instant until) {
  queue_.freeze(host, now, until);
  const auto end = queue_.frozen_until(host, now);
  if (!end) return;
  for (const schedule::Slot slot : queue_.waiting_at(host)) tell_held(slot, *end, "its host asked for a pause");
}

void Planner::tell_held(schedule::Slot slot, base::Instant until, const std::string& why) {
  if (is_single_round_) queue_.remove(slot);
  overruled_.erase(slot);
  if (held_) held_(slot, until, why);
}

void Planner::bring_forward(schedule::Slot slot, base::Duration apart) {
  if (!roster_.is_followed(slot)) return;
  const feed::StateGlance state = roster_.glance(slot);
  const base::Instant now = look();
  base::Instant due = now;
  if (const auto ago = asked_ago(slot, now)) due = std::max(due, now - *ago + std::max(apart, settings_.min_interval));
  if (state.next_poll_is_binding || state.failures > 0) due = std::max(due, state.next_poll);
  enqueue(slot, std::min(due, std::max(state.next_poll, now)));
  arm();
}

void Planner::leave(const std::string& url, std::optional<base::Instant> rest) {
  const base::Instant now = look();
  queue_.leave(host_key(url));
  if (rest) freeze(host_key(url), now, *rest);
  arm();
}

// A crowd that is led to one host passes one by one; who would have to wait for long comes another time, so that those
// who wait do not take all connections.
boost::asio::awaitable<std::optional<fetch::Postponement>> Planner::pass(std::string from, base::Instant asked,
                                                                         std::string to) {
  const HostNames there = host_names(to);
  const std::string here = host_key(from);
  const base::Instant now = look();
  const base::Instant at = queue_.expect({here, there.host, there.site, asked, now + hop_nap * most_hop_naps}, now);
  queue_.leave(here);
  arm();
  auto waiting = wait_at(there.host, at);
  std::optional<fetch::Postponement> held = co_await std::move(waiting);
  queue_.come_back(here);
  queue_.expect_no_more(there.host);
  if (!held) queue_.enter(there.host, look());
  arm();
  co_return held;
}

// Counted in naps: the clock may be set meanwhile.
boost::asio::awaitable<std::optional<fetch::Postponement>> Planner::wait_at(const std::string& host, base::Instant at) {
  boost::asio::steady_timer timer(timer_.get_executor());
  const std::string leads = "its redirect leads to " + host;
  for (int naps = 0;; ++naps) {
    const base::Instant now = look();
    if (is_stopped_) co_return std::nullopt;  // the client knows
    if (const auto until = queue_.frozen_until(host, now))
      co_return fetch::Postponement{*until, leads + ", which asked for a pause until " + base::to_rfc3339(*until)};
    if (at <= now && !queue_.is_busy(host)) co_return std::nullopt;
    const bool is_long = at - now > hop_nap * (most_hop_naps - naps);
    if (naps >= most_hop_naps || is_long)
      co_return fetch::Postponement{std::max(at, now), leads + ", where too many others wait for their turn"};
    boost::system::error_code ignored;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
    timer.expires_after(hop_nap);
    auto nap = timer.async_wait(token);
    co_await std::move(nap);
  }
}

void Planner::passed(const std::string& to) {
  queue_.leave(host_key(to));
  arm();
}

void Planner::set_out(schedule::Slot slot) { queue_.set_out(slot, look()); }

void Planner::settle(schedule::Slot slot, const feed::Change& change, const Contacts& contacts) {
  const base::Instant now = look(), due = change.state.next_poll;
  std::optional<base::Instant> again;  // by a redirect within the host, which pass() does not see
  for (const Contact& contact : contacts) {
    const bool is_home = contact.host == contacts.front().host;
    queue_.learn(contact.host, contact.peer, is_home ? again : std::nullopt, contact.gap);
    again = now;
  }
  tell_unbelieved(slot, contacts);
  if (const auto until = change.state.plea_until; until && change.outcome == base::Outcome::refused)
    freeze(change.state.plea_host, now, *until);
  if (!is_single_round_) enqueue(slot, due);  // an adopted move may lead to another host
  postpone(slot, due);
}

// A wish that is not believed in full is told (P21).
void Planner::tell_unbelieved(schedule::Slot slot, const Contacts& contacts) const {
  for (const Contact& contact : contacts)
    if (contact.retry_after && *contact.retry_after > settings_.max_retry_after)
      ops::log_warning(
          "a server asks for a longer pause than fetch.max_retry_after; it is asked again when that is over",
          {{"source", roster_.settings_of(slot)->id},
           {"host", contact.host},
           {"asked", base::describe(*contact.retry_after)},
           {"believed", base::describe(settings_.max_retry_after)}});
}

base::Instant Planner::next_try(base::Instant now) const {
  return is_single_round_ ? now : network_.next_try(now, std::min(between_tries, settings_.min_interval));
}

std::vector<Network::Excused> Planner::judge(schedule::Slot slot, const feed::Source& before, Reach reach) {
  const base::Instant now = look();
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
  look();
  enqueue(slot, due);
}

void Planner::postpone(schedule::Slot slot, base::Instant due) {
  look();
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
  if (wait->cause == Cause::due && !is_due && wait->at > roster_.glance(slot).next_poll + told_apart)
    outlook.reason = "overdue; what is overdue together is asked spread over time";
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
  tell_held(slot, *until, state.next_poll_reason);
  return true;
}

// Starting a refresh may settle another one on the way: one pump at a time, the outer loop sees it.
void Planner::pump() {
  if (is_stopped_ || is_pumping_) return;
  is_pumping_ = true;
  const base::Instant now = look();
  const bool is_at_rest = next_try(now) > now;
  while (const auto slot = is_at_rest || is_stopped_ ? std::nullopt : queue_.start_next(clock_.now())) {
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
  // Also when nothing can start: whoever does not look for long takes it for a sleep (P35).
  const base::Instant wake = std::max(queue_.next_wake(now).value_or(now + longest_nap), next_try(now));
  if (wake <= now) {
    is_pump_posted_ = true;
    boost::asio::post(timer_.get_executor(), [this] {
      is_pump_posted_ = false;
      pump();
    });
    return;
  }
  const base::Instant at = std::min(wake, now + longest_nap);
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
