// What to agree with hubs, and when: pure functions over what a source names and what is known of its subscription
// (W3C WebSub, POLITENESS P45). Called by Subscriber; no clock, no state.
#pragma once

#include <optional>
#include <string>

#include "engine/hub_words.h"
#include "feed/source.h"
#include "feed/subscription.h"
#include "fetch/address_guard.h"
#include "fetch/reply.h"
#include "schedule/settings.h"

namespace rapporteur::engine {

// The secret may be sent there: over https, or to an address of a network of our own that `policy` allows (W3C WebSub
// section 5.1: never in clear where others may listen).
bool is_confidential(const std::string& hub, const fetch::AddressPolicy& policy);
// It is about the hub and the topic that the source names today.
bool is_about(const feed::Subscription& subscription, const feed::Source& source);
// The hub has promised to push, and its lease runs.
bool is_pushing(const feed::Subscription& subscription, base::Instant now);
// Its lease is over before it could be renewed in peace: what is pushed is taken, polling goes on as usual.
bool is_too_short(const feed::Subscription& subscription, const schedule::Settings& settings);
// We do not want it any more; what its hub still brings is refused.
bool has_left(const feed::Subscription& subscription);
// Nobody has looked at the source since the hub began to push: what came just before would be missed.
bool owes_fetch(const feed::Subscription& subscription, const feed::SourceState& state);
// Until when a poll that begins now may expect pushes; nullopt: not at all, or not any more, because an earlier poll
// found what the hub had not pushed, or the lease is too short.
std::optional<base::Instant> promise(const feed::Subscription& subscription, const feed::Source& source,
                                     const schedule::Settings& settings, base::Instant now);

// It is what we would ask for today; `base_url` is ours.
bool is_wanted(const feed::Subscription& subscription, const feed::Source& source, const std::string& base_url);

// When the hub is to be asked (again); nullopt: never; the epoch: at once. `known` is wanted, or null; `left`: the last
// request about an agreement of the source that we left. Renewed when 20 % of the lease is left; without a verification
// later and later; a week after a denial; a day after a lease that was too short; a source that changes its hub again
// and again once in max_interval.
std::optional<base::Instant> request_due(const feed::Source& source, const feed::Subscription* known,
                                         std::optional<base::Instant> left, const schedule::Settings& settings);
feed::Subscription new_subscription(const feed::Source& source, std::string base_url, std::string token,
                                    std::string secret);
// We do not want it any more: the hub is to be told when it pushes.
feed::Subscription left_behind(feed::Subscription subscription, base::Instant now);
// Left so long ago that no hub need be told so any more.
bool is_forgotten(const feed::Subscription& subscription, base::Instant now);
// When a hub is to be told that we left; nullopt: nobody is to be told.
std::optional<base::Instant> farewell_due(const feed::Subscription& subscription, const schedule::Settings& settings);
// The subscription as it is while a request about it runs: one more without a verification.
feed::Subscription asked_again(feed::Subscription subscription, base::Instant now);
// What the hub's answer to the request changes. A verification may have come before it.
feed::Subscription after_reply(feed::Subscription subscription, const fetch::Reply& reply,
                               const schedule::Settings& settings, base::Instant now);
// What a hub's question or denial changes; nullopt: it is not ours, and is answered 404.
std::optional<feed::Subscription> after_intent(feed::Subscription subscription, const Intent& intent,
                                               base::Instant now);

}  // namespace rapporteur::engine
