// What is said between a hub and us (W3C WebSub sections 5 and 7, appendix of signatures): the form of a request, the
// query of a hub's question, the signature of what it brings. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "feed/subscription.h"

namespace rapporteur::engine {

// What we ask for; what is granted decides.
inline constexpr base::Duration wanted_lease = std::chrono::hours(24 * 10);

std::string callback_of(const feed::Subscription& subscription);
// Asks for the subscription, or for its end when we are `leaving`.
std::string request_form(const feed::Subscription& subscription);

// What a hub says at the callback; "" and nullopt: not said.
struct Intent {
  std::string mode, topic, challenge, reason;
  std::optional<base::Duration> lease;  // positive, at most 10 years
};
Intent read_intent(std::string_view query);

// `signature` is the value of X-Hub-Signature, "sha256=…": of sha1, sha256, sha384 and sha512 each is good.
bool is_signed(std::string_view body, std::string_view secret, std::string_view signature);

}  // namespace rapporteur::engine
