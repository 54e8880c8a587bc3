#include "engine/subscriber.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "engine/subscription_plan.h"
#include "ops/log.h"
#include "schedule/interval.h"

namespace rapporteur::engine {

namespace asio = boost::asio;

Subscriber::Subscriber(Stages stages, Pipeline& pipeline)
    : stages_(std::move(stages)), pipeline_(pipeline), timer_(stages_.io) {}

// While nobody was here, hubs found a closed door: each source is asked once, in its usual interval, before its hub is
// relied on again.
void Subscriber::start(SubscriberSettings settings, std::vector<Subscription> known) {
  settings_ = std::move(settings);
  is_started_ = true;
  std::unordered_map<base::SourceId, schedule::Slot> slots;
  for (schedule::Slot slot = 0; slot < stages_.roster.size(); ++slot)
    if (stages_.roster.is_configured(slot)) slots.emplace(stages_.roster.glance(slot).row, slot);
  const base::Instant now = stages_.clock.now();
  for (Subscription& one : known) {
    const auto slot = slots.find(one.source);
    if (has_left(one) || slot == slots.end() || known_.contains(slot->second)) {
      leave(std::move(one));
      continue;
    }
    if (is_pushing(one, now) && stages_.roster.state_of(slot->second).pushed_until) one.covered_from = now;
    tokens_.emplace(one.token, slot->second);
    known_.emplace(slot->second, std::move(one));
  }
  consider_all();
}

void Subscriber::configure(SubscriberSettings settings) {
  if (settings.base_url != settings_.base_url) left_at_.clear();  // somebody saw to it: no need to wait
  settings_ = std::move(settings);
  if (is_started_) consider_all();
}

void Subscriber::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

const feed::Subscription* Subscriber::find(schedule::Slot slot) const {
  const auto place = known_.find(slot);
  return place == known_.end() ? nullptr : &place->second;
}

const feed::Subscription* Subscriber::find(const std::string& token) const {
  if (const auto slot = tokens_.find(token); slot != tokens_.end()) return find(slot->second);
  const auto place = left_.find(token);
  return place == left_.end() ? nullptr : &place->second;
}

// For the log: the source, or what stands for one that we do not follow any more.
std::string Subscriber::name_of(const Subscription& subscription) const {
  const auto slot = tokens_.find(subscription.token);
  return slot == tokens_.end() ? subscription.topic : stages_.roster.settings_of(slot->second)->id;
}

std::optional<base::Instant> Subscriber::promise_of(schedule::Slot slot) const {
  const Subscription* known = settings_.is_on ? find(slot) : nullptr;
  return known ? promise(*known, stages_.roster.at(slot), settings_.schedule, stages_.clock.now()) : std::nullopt;
}

const char* Subscriber::objection_to_hub(schedule::Slot slot) const {
  if (!settings_.is_on || !stages_.roster.is_followed(slot) || !stages_.roster.glance(slot).has_hub) return nullptr;
  if (const Subscription* known = find(slot))
    return is_too_short(*known, settings_.schedule)
               ? "its hub is not relied on, because its lease ends before it could be renewed; it is asked once a day"
               : nullptr;
  return may_subscribe(stages_.roster.at(slot))
             ? nullptr
             : "its hub is not asked to push, because our secret could be read on the way: it is http, not https";
}

void Subscriber::settled(schedule::Slot slot, const feed::SourceState& before, const feed::Change& change, By by) {
  if (!settings_.is_on || is_stopped_) return;
  const bool is_good = change.outcome == base::Outcome::fresh || change.outcome == base::Outcome::unchanged;
  const bool is_check = is_good && by == By::poll;
  if (is_check) tell_missed(slot, before);
  consider(slot);
  if (is_check) catch_up(slot);
}

void Subscriber::tell_missed(schedule::Slot slot, const feed::SourceState& before) const {
  const feed::Source source = stages_.roster.at(slot);
  const base::Instant now = stages_.clock.now();
  const bool was_relied_on = before.pushed_until && *before.pushed_until > now;
  if (!was_relied_on || source.state.pushed_until) return;
  const Subscription* known = find(slot);
  if (known && is_about(*known, source) && is_pushing(*known, now))
    ops::log_warning("a poll found news that the hub had not pushed; polled as usual until it pushes again",
                     {{"source", source.settings->id}, {"hub", known->hub}});
}

// What was published between the last poll and the hub's word would be missed (W3C WebSub issue 174); where a hub was
// relied on before, or nobody pushes for long any more, the usual interval is soon enough. A source that fails is left
// to its own patience: the poll that ends the failure is this one.
void Subscriber::catch_up(schedule::Slot slot) {
  const Subscription* known = find(slot);
  const bool is_pushed = known && is_pushing(*known, stages_.clock.now()) && !is_too_short(*known, settings_.schedule);
  feed::Source source = stages_.roster.at(slot);
  const bool is_owed = is_pushed && owes_fetch(*known, source.state);
  if (is_pushed && !is_owed) return;
  const bool was_relied_on = std::exchange(source.state.pushed_until, std::nullopt).has_value();
  if (was_relied_on) stages_.roster.remember(slot, source.state);
  if (source.state.failures > 0 || !(is_owed || was_relied_on)) return;
  const base::Instant now = stages_.clock.now();
  const base::Duration usual = schedule::due_unanswered(*source.settings, source.state, settings_.schedule, now) - now;
  stages_.planner.bring_forward(slot, was_relied_on ? usual : base::Duration::zero());
}

void Subscriber::consider_all() {
  for (schedule::Slot slot = 0; slot < stages_.roster.size(); ++slot) {
    consider(slot);
    catch_up(slot);
  }
  arm(stages_.clock.now());  // there may be somebody to leave
}

bool Subscriber::may_subscribe(const feed::Source& source) const {
  return is_confidential(source.state.hub, settings_.addresses);
}

// A source that left the configuration, names another hub or none, or lives behind another address of ours: what was
// agreed is left; what is wanted is asked for when its time comes.
void Subscriber::consider(schedule::Slot slot) {
  if (!is_started_ || is_stopped_) return;
  const Subscription* known = find(slot);
  if (known && !is_kept(*known, slot)) {
    leave(*known);
    arm(stages_.clock.now());
  }
  if (const auto due = due_of(slot)) arm(*due);
}

bool Subscriber::is_kept(const Subscription& known, schedule::Slot slot) const {
  if (!settings_.is_on || !stages_.roster.is_followed(slot)) return false;
  const feed::Source source = stages_.roster.at(slot);
  return may_subscribe(source) && is_wanted(known, source, settings_.base_url);
}

void Subscriber::leave(Subscription subscription) {
  const bool is_news = !has_left(subscription);
  if (is_news) subscription = left_behind(std::move(subscription), stages_.clock.now());
  if (const auto slot = tokens_.find(subscription.token); slot != tokens_.end()) {
    known_.erase(slot->second);
    tokens_.erase(slot);
  }
  if (subscription.base_url == settings_.base_url) {
    base::Instant& at = left_at_[subscription.source];
    at = std::max(at, subscription.requested_at);
  }
  remember(subscription);
  if (is_news) keep(subscription);
}

std::optional<base::Instant> Subscriber::due_of(schedule::Slot slot) const {
  if (!settings_.is_on || !stages_.roster.is_followed(slot)) return std::nullopt;
  if (!stages_.roster.glance(slot).has_hub) return std::nullopt;
  const feed::Source source = stages_.roster.at(slot);
  if (!may_subscribe(source)) return std::nullopt;
  const auto left = left_at_.find(source.state.row);
  return request_due(source, find(slot), left == left_at_.end() ? std::nullopt : std::optional(left->second),
                     settings_.schedule);
}

void Subscriber::remember(const Subscription& subscription) {
  const auto slot = tokens_.find(subscription.token);
  if (slot != tokens_.end())
    known_.insert_or_assign(slot->second, subscription);
  else
    left_.insert_or_assign(subscription.token, subscription);
}

// In memory at once, in the store a moment later; the writer takes them in this order.
void Subscriber::keep(const Subscription& subscription) {
  remember(subscription);
  if (is_stopped_) return;  // the store is about to be closed
  asio::post(stages_.writing, [writer = &stages_.writer, subscription] {
    try {
      writer->write(subscription);
    } catch (const std::exception& failure) {
      ops::log_error("a subscription could not be written; it is known until the next start",
                     {{"hub", subscription.hub}, {"reason", failure.what()}});
    }
  });
}

}  // namespace rapporteur::engine
