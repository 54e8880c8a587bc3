#include "engine/subscriber.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <system_error>

#include "base/hash.h"
#include "engine/hub_words.h"
#include "engine/subscription_plan.h"
#include "engine/threads.h"
#include "ops/log.h"

namespace rapporteur::engine {

namespace asio = boost::asio;

namespace {

constexpr base::Duration longest_nap = std::chrono::seconds(30);   // a wall clock may jump meanwhile
constexpr base::Duration trouble_pause = std::chrono::minutes(1);  // before a sick store is tried again

// 256 bits that nobody can guess.
std::string random_word() {
  std::array<unsigned char, 32> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0)
    throw std::system_error(errno, std::generic_category(), "getentropy");
  return base::to_hex(bytes.data(), bytes.size());
}

void write_subscription(store::Writer* writer, feed::Subscription subscription) { writer->write(subscription); }

}  // namespace

Subscriber::Subscriber(Stages stages, Pipeline& pipeline)
    : stages_(std::move(stages)), pipeline_(pipeline), timer_(stages_.io) {}

// While nobody was here, hubs found a closed door: each source is asked once, in its usual interval, before its hub is
// relied on again.
void Subscriber::start(SubscriberSettings settings, std::vector<Subscription> known) {
  settings_ = std::move(settings);
  is_started_ = true;
  std::unordered_map<base::SourceId, schedule::Slot> slots;
  for (schedule::Slot slot = 0; slot < stages_.roster.size(); ++slot)
    if (stages_.roster.is_configured(slot)) slots.emplace(stages_.roster.at(slot).state.row, slot);
  const base::Instant now = stages_.clock.now();
  for (Subscription& one : known) {
    const auto slot = slots.find(one.source);
    if (slot == slots.end()) {
      ended_.insert(std::move(one.token));
      continue;
    }
    if (is_pushing(one, now) && stages_.roster.at(slot->second).state.pushed_until) one.covered_from = now;
    tokens_.emplace(one.token, slot->second);
    known_.emplace(slot->second, std::move(one));
  }
  for (schedule::Slot slot = 0; slot < stages_.roster.size(); ++slot) {
    catch_up(slot);
    consider(slot);
  }
}

void Subscriber::configure(const SubscriberSettings& settings) {
  if (!is_started_) return;
  settings_.base_url = settings.base_url;
  settings_.schedule = settings.schedule;
  for (schedule::Slot slot = 0; slot < stages_.roster.size(); ++slot) {
    catch_up(slot);
    consider(slot);
  }
}

void Subscriber::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

const feed::Subscription* Subscriber::find(schedule::Slot slot) const {
  const auto place = known_.find(slot);
  return place == known_.end() ? nullptr : &place->second;
}

std::optional<base::Instant> Subscriber::promise_of(schedule::Slot slot) const {
  const Subscription* known = settings_.is_on ? find(slot) : nullptr;
  return known ? promise(*known, stages_.roster.at(slot), stages_.clock.now()) : std::nullopt;
}

void Subscriber::settled(schedule::Slot slot, const feed::Change& change, By by) {
  if (!settings_.is_on || is_stopped_) return;
  const bool is_good = change.outcome == base::Outcome::fresh || change.outcome == base::Outcome::unchanged;
  if (const Subscription* known = find(slot); known && by == By::push) {
    Subscription pushed = *known;
    pushed.last_push = stages_.clock.now();
    keep(slot, std::move(pushed));
  }
  if (is_good) note_reliance(slot, by);
  if (is_good && by == By::poll) catch_up(slot);
  consider(slot);
}

void Subscriber::note_reliance(schedule::Slot slot, By by) {
  const feed::Source& source = stages_.roster.at(slot);
  const base::Instant now = stages_.clock.now();
  const bool was_relied_on = relied_on_.erase(slot) > 0;
  if (source.state.pushed_until && *source.state.pushed_until > now) {
    relied_on_.insert(slot);
    return;
  }
  const Subscription* known = find(slot);
  if (was_relied_on && by == By::poll && known && is_about(*known, source) && is_pushing(*known, now))
    ops::log_warning("a poll found news that the hub had not pushed; polled as usual until it pushes again",
                     {{"source", source.settings->id}, {"hub", known->hub}});
}

// What was published between the last poll and the hub's word would be missed (W3C WebSub issue 174); where the hub was
// relied on before, or nobody subscribes any more, the usual interval is soon enough. A source that fails is left to
// its own patience: the poll that ends the failure is this one.
void Subscriber::catch_up(schedule::Slot slot) {
  feed::Source& source = stages_.roster.at(slot);
  const Subscription* known = find(slot);
  const bool is_owed =
      known && is_about(*known, source) && is_pushing(*known, stages_.clock.now()) && owes_fetch(*known, source.state);
  if (settings_.is_on && !is_owed) return;
  const bool was_relied_on = std::exchange(source.state.pushed_until, std::nullopt).has_value();
  if (source.state.failures > 0 || !(is_owed || was_relied_on)) return;
  const base::Duration usual = source.settings->interval.value_or(settings_.schedule.interval);
  stages_.planner.bring_forward(slot, was_relied_on ? usual : base::Duration::zero());
}

void Subscriber::consider(schedule::Slot slot) {
  if (!settings_.is_on || is_stopped_ || !is_started_) return;
  const bool is_followed = stages_.roster.is_followed(slot);
  plan(slot, is_followed ? request_due(stages_.roster.at(slot), find(slot), settings_.base_url, settings_.schedule)
                         : std::nullopt);
  arm();
}

void Subscriber::plan(schedule::Slot slot, std::optional<base::Instant> due) {
  if (const auto before = due_.find(slot); before != due_.end()) {
    agenda_.erase({before->second, slot});
    due_.erase(before);
  }
  if (!due) return;
  agenda_.emplace(*due, slot);
  due_.emplace(slot, *due);
}

void Subscriber::arm() {
  if (is_stopped_ || is_asking_ || agenda_.empty()) return;
  const base::Instant now = stages_.clock.now();
  const base::Instant at = std::max(agenda_.begin()->first, not_before_);
  timer_.expires_after(std::clamp(at - now, base::Duration::zero(), longest_nap));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) wake();
  });
}

void Subscriber::wake() {
  const base::Instant now = stages_.clock.now();
  if (is_stopped_ || is_asking_ || agenda_.empty() || now < std::max(agenda_.begin()->first, not_before_)) return arm();
  const schedule::Slot slot = agenda_.begin()->second;
  const auto rest = resting_.find(host_key(stages_.roster.at(slot).state.hub));
  if (rest != resting_.end() && rest->second > now) {
    plan(slot, rest->second);
    return arm();
  }
  plan(slot, std::nullopt);
  is_asking_ = true;
  asio::co_spawn(stages_.io, request(slot), asio::detached);
}

asio::awaitable<void> Subscriber::request(schedule::Slot slot) {
  try {
    const feed::Source& source = stages_.roster.at(slot);
    Subscription next =
        next_request(source, find(slot), settings_.base_url, random_word(), random_word(), stages_.clock.now());
    // The hub may ask back before it answers, and after we were killed.
    store::Writer* writer = &stages_.writer;
    co_await run_on(stages_.writing, write_subscription, writer, next);
    fetch::Request asked;
    asked.url = next.hub;
    asked.form = subscribe_form(next);
    asked.accept = "*/*";
    const std::string token = next.token;
    keep(slot, std::move(next));
    const fetch::Reply reply = co_await stages_.fetcher.get(std::move(asked));
    take_reply(slot, token, reply);
    not_before_ = stages_.clock.now() + settings_.schedule.host_gap;
  } catch (const std::exception& failure) {
    not_before_ = stages_.clock.now() + trouble_pause;
    ops::log_error("a hub could not be asked to push; tried again in " + base::describe(trouble_pause),
                   {{"source", stages_.roster.at(slot).settings->id}, {"reason", failure.what()}});
  }
  is_asking_ = false;
  consider(slot);
  arm();
}

void Subscriber::take_reply(schedule::Slot slot, const std::string& token, const fetch::Reply& reply) {
  const Subscription* known = find(slot);
  if (!known || known->token != token) return;
  const base::Instant now = stages_.clock.now();
  Subscription after = after_reply(*known, reply, settings_.schedule, now);
  const std::string& id = stages_.roster.at(slot).settings->id;
  if (reply.outcome == base::Outcome::fresh)
    ops::log_info("asked the hub to push; it is to ask back", {{"source", id}, {"hub", after.hub}});
  else if (!after.reason.empty())
    ops::log_warning("the hub did not take the subscription; asked again not before " +
                         base::to_rfc3339(after.hold_until.value_or(now)),
                     {{"source", id}, {"hub", after.hub}, {"reason", after.reason}});
  if ((reply.status == 429 || reply.status == 503) && after.hold_until)
    resting_[host_key(after.hub)] = *after.hold_until;
  keep(slot, std::move(after));
}

// In memory at once, in the store a moment later; the writer takes them in this order.
void Subscriber::keep(schedule::Slot slot, Subscription subscription) {
  if (const Subscription* before = find(slot); before && before->token != subscription.token)
    tokens_.erase(before->token);
  tokens_.insert_or_assign(subscription.token, slot);
  write(subscription);
  known_.insert_or_assign(slot, std::move(subscription));
}

void Subscriber::write(Subscription subscription) {
  if (is_stopped_) return;  // the store is about to be closed
  store::Writer* writer = &stages_.writer;
  asio::co_spawn(stages_.io, run_on(stages_.writing, write_subscription, writer, std::move(subscription)),
                 [](std::exception_ptr failure) {
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (const std::exception& reason) {
                     ops::log_error("a subscription could not be written; it is known until the next start",
                                    {{"reason", reason.what()}});
                   }
                 });
}

}  // namespace rapporteur::engine
