#include "engine/subscription_plan.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/url.h"
#include "schedule/backoff.h"
#include "schedule/spread.h"

namespace rapporteur::engine {

namespace {

using base::Duration;
using base::Instant;
using feed::Agreement;
using feed::Subscription;
using schedule::later;

constexpr Duration patience_for_verification = std::chrono::hours(24);  // a hub may first look at the topic, or queue
constexpr Duration rest_after_denial = std::chrono::hours(24 * 7);
constexpr Duration longest_lease = std::chrono::hours(24 * 30);  // then a hub that forgot us shows at the renewal
constexpr Duration rest_after_short_lease = std::chrono::hours(24);
// A hub that comes back within it goes on: only what begins anew owes a fetch.
constexpr Duration longest_gap = std::chrono::hours(24);
constexpr Duration longest_memory = std::chrono::hours(24 * 30);  // of what was left; the store's is the same
constexpr int most_farewells = 3;                                 // then its lease may run out
constexpr std::size_t most_reason = 200;                          // characters

Duration patience(int failures, const schedule::Settings& settings) {
  return schedule::back_off(failures, settings.interval, settings, 0, false).span;
}

bool wants_hub(const feed::Source& source) {
  return !source.state.hub.empty() && source.settings->enabled && source.state.state != feed::State::gone;
}

}  // namespace

bool is_confidential(const std::string& hub, const fetch::AddressPolicy& policy) {
  const auto authority = base::authority_of(hub);
  if (!authority || authority->scheme == "https") return authority.has_value();
  const auto address = fetch::parse_address(authority->host);
  const bool is_private = address && fetch::refusal(*address, fetch::AddressPolicy());
  return is_private && !fetch::refusal(*address, policy);
}

bool is_about(const Subscription& subscription, const feed::Source& source) {
  return !source.state.hub.empty() && subscription.hub == source.state.hub &&
         subscription.topic == source.state.hub_topic;
}

bool is_pushing(const Subscription& subscription, Instant now) {
  return subscription.agreement == Agreement::verified && subscription.lease_end && *subscription.lease_end > now;
}

bool is_too_short(const Subscription& subscription, const schedule::Settings& settings) {
  if (!subscription.lease_end || !subscription.granted_at) return false;
  return *subscription.lease_end - *subscription.granted_at < settings.min_interval * 2;
}

bool owes_fetch(const Subscription& subscription, const feed::SourceState& state) {
  if (!subscription.covered_from) return false;
  const auto is_since = [&](const std::optional<Instant>& time) { return time && *time >= *subscription.covered_from; };
  return !is_since(state.last_attempt) || !is_since(state.last_ok);
}

std::optional<Instant> promise(const Subscription& subscription, const feed::Source& source,
                               const schedule::Settings& settings, Instant now) {
  if (!is_about(subscription, source) || !is_pushing(subscription, now)) return std::nullopt;
  if (is_too_short(subscription, settings)) return std::nullopt;
  if (!source.state.pushed_until && !owes_fetch(subscription, source.state)) return std::nullopt;
  return subscription.lease_end;
}

bool is_wanted(const Subscription& subscription, const feed::Source& source, const std::string& base_url) {
  return wants_hub(source) && is_about(subscription, source) && subscription.base_url == base_url;
}

std::optional<Instant> request_due(const feed::Source& source, const Subscription* known, std::optional<Instant> left,
                                   const schedule::Settings& settings) {
  if (!wants_hub(source)) return std::nullopt;
  if (!known) return left ? later(*left, settings.max_interval) : Instant{};
  const Instant held = known->hold_until.value_or(Instant{});
  if (known->agreement == Agreement::denied) return std::max(later(known->requested_at, rest_after_denial), held);
  Instant due = later(known->requested_at, settings.min_interval);  // whatever a hub grants
  if (known->failures > 0) due = later(known->requested_at, patience(known->failures, settings));
  if (known->agreement == Agreement::verified && is_too_short(*known, settings))
    due = std::max(due, later(*known->granted_at, rest_after_short_lease));
  else if (known->agreement == Agreement::verified && known->lease_end && known->granted_at)
    due = std::max(due, *known->lease_end - (*known->lease_end - *known->granted_at) / 5);
  return std::max(due, held);
}

Subscription new_subscription(const feed::Source& source, std::string base_url, std::string token, std::string secret) {
  Subscription fresh;
  fresh.source = source.state.row;
  fresh.hub = source.state.hub;
  fresh.topic = source.state.hub_topic;
  fresh.base_url = std::move(base_url);
  fresh.token = std::move(token);
  fresh.secret = std::move(secret);
  return fresh;
}

Subscription left_behind(Subscription subscription, Instant now) {
  subscription.agreement = is_pushing(subscription, now) ? Agreement::leaving : Agreement::ended;
  subscription.reason.clear();
  subscription.failures = 0;
  subscription.hold_until.reset();
  return subscription;
}

std::optional<Instant> farewell_due(const Subscription& subscription, const schedule::Settings& settings) {
  if (subscription.agreement != Agreement::leaving) return std::nullopt;
  if (subscription.failures == 0) return Instant{};
  const Instant due = later(subscription.requested_at, patience(subscription.failures, settings));
  const bool is_over = subscription.lease_end && *subscription.lease_end <= due;
  if (is_over || subscription.failures >= most_farewells) return std::nullopt;
  return std::max(due, subscription.hold_until.value_or(Instant{}));
}

Subscription asked_again(Subscription subscription, Instant now) {
  if (subscription.agreement == Agreement::denied) subscription.agreement = Agreement::requested;
  subscription.requested_at = now;
  ++subscription.failures;  // until the hub has asked back
  return subscription;
}

Subscription after_reply(Subscription subscription, const fetch::Reply& reply, const schedule::Settings& settings,
                         Instant now) {
  if (reply.outcome == base::Outcome::cancelled) {
    subscription.failures = std::max(0, subscription.failures - 1);
    return subscription;
  }
  subscription.reason.clear();
  if (reply.outcome == base::Outcome::fresh || subscription.failures == 0) return subscription;
  subscription.reason = reply.reason;
  const bool is_blocked = !reply.challenge.empty();
  const Duration wait =
      schedule::back_off(subscription.failures, settings.interval, settings, reply.status, is_blocked).span;
  const Duration wish = std::min(reply.hints.retry_after.value_or(Duration::zero()), settings.max_retry_after);
  subscription.hold_until = later(now, std::max(wait, wish));
  const bool is_final = reply.status >= 400 && reply.status < 500 && reply.status != 429;
  if (subscription.agreement == Agreement::leaving && is_final) subscription.agreement = Agreement::ended;
  return subscription;
}

namespace {

Subscription denied(Subscription subscription, const Intent& intent, Instant now) {
  subscription.agreement = has_left(subscription) ? Agreement::ended : Agreement::denied;
  subscription.reason = base::cut_at_word(base::to_xml_text(intent.reason), most_reason);
  subscription.requested_at = now;
  subscription.covered_from = subscription.granted_at = subscription.lease_end = std::nullopt;
  return subscription;
}

Subscription granted(Subscription subscription, const Intent& intent, Instant now) {
  const auto& over = subscription.lease_end;  // of what it granted before
  if (!over || *over < now - longest_gap) subscription.covered_from = now;
  subscription.agreement = Agreement::verified;
  subscription.reason.clear();
  subscription.failures = 0;
  subscription.hold_until.reset();
  subscription.granted_at = now;
  subscription.lease_end = later(now, std::min(intent.lease.value_or(wanted_lease), longest_lease));
  return subscription;
}

}  // namespace

bool has_left(const Subscription& subscription) {
  return subscription.agreement == Agreement::leaving || subscription.agreement == Agreement::ended;
}

bool is_forgotten(const Subscription& subscription, Instant now) {
  const Instant last = std::max(subscription.requested_at, subscription.lease_end.value_or(Instant{}));
  return has_left(subscription) && last < now - longest_memory;
}

// A hub that did not hear our answer asks again: what holds is confirmed as often as it asks.
std::optional<Subscription> after_intent(Subscription subscription, const Intent& intent, Instant now) {
  if (intent.topic != subscription.topic) return std::nullopt;
  if (intent.mode == "denied") return denied(std::move(subscription), intent, now);
  if (intent.challenge.empty()) return std::nullopt;
  if (has_left(subscription)) {
    if (intent.mode != "unsubscribe") return std::nullopt;
    subscription.agreement = Agreement::ended;
    return subscription;
  }
  const bool is_asked_for =
      subscription.agreement != Agreement::denied && now <= later(subscription.requested_at, patience_for_verification);
  if (intent.mode != "subscribe" || !is_asked_for) return std::nullopt;
  return granted(std::move(subscription), intent, now);
}

}  // namespace rapporteur::engine
