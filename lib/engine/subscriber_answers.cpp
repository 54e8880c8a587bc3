// What hubs ask and bring at our callbacks: the answering side of Subscriber.
#include <utility>

#include "engine/hub_words.h"
#include "engine/subscriber.h"
#include "engine/subscription_plan.h"
#include "ops/log.h"

namespace rapporteur::engine {

serve::Callbacks Subscriber::callbacks() {
  return {[this](std::string_view token) { return addressee_of(token).status; },
          [this](const serve::CallbackRequest& request) { return answer(request); }};
}

// 410 where we once subscribed and do not listen any more: the hub may stop.
Subscriber::Addressee Subscriber::addressee_of(std::string_view token) const {
  const std::string word(token);
  if (ended_.contains(word)) return {410};
  const auto place = tokens_.find(word);
  if (place == tokens_.end()) return {404};
  const schedule::Slot slot = place->second;
  const bool is_wanted = stages_.roster.is_followed(slot) && is_about(*find(slot), stages_.roster.at(slot));
  return {is_wanted ? 200 : 410, slot};
}

serve::CallbackAnswer Subscriber::answer(const serve::CallbackRequest& request) {
  if (is_stopped_) return {503, "This server is being stopped; try again in a moment."};
  const Addressee addressee = addressee_of(request.token);
  if (addressee.status == 404 || (!request.is_push && addressee.status != 200))
    return {404, "There is no such subscription."};
  if (addressee.status != 200) return {addressee.status, "This subscription has ended."};
  return request.is_push ? take_push(addressee.slot, request)
                         : answer_intent(addressee.slot, read_intent(request.query));
}

serve::CallbackAnswer Subscriber::answer_intent(schedule::Slot slot, const Intent& intent) {
  const base::Instant now = stages_.clock.now();
  const std::string& id = stages_.roster.at(slot).settings->id;
  std::optional<Subscription> next = after_intent(*find(slot), intent, now);
  if (!next) {
    ops::log_warning("a hub asked for what we had not asked for; it was told no",
                     {{"source", id}, {"hub", find(slot)->hub}, {"mode", intent.mode}});
    return {404, "There is no such subscription."};
  }
  const bool is_denied = next->agreement == feed::Agreement::denied;
  if (is_denied)
    ops::log_warning("the hub denies the subscription; polled as usual, the hub is asked again in a week",
                     {{"source", id}, {"hub", next->hub}, {"reason", next->reason}});
  else
    ops::log_info("the hub pushes from now on",
                  {{"source", id}, {"hub", next->hub}, {"until", base::to_rfc3339(*next->lease_end)}});
  keep(slot, std::move(*next));
  if (is_denied && stages_.roster.at(slot).state.pushed_until) stages_.planner.bring_forward(slot);
  catch_up(slot);
  consider(slot);
  return {200, is_denied ? std::string() : intent.challenge};
}

// 202 says that it came, not that it was good: who signs wrongly learns nothing (W3C WebSub section 7.1).
serve::CallbackAnswer Subscriber::take_push(schedule::Slot slot, const serve::CallbackRequest& request) {
  const Subscription& known = *find(slot);
  if (!is_pushing(known, stages_.clock.now())) return {410, "This subscription has ended."};
  Pushed pushed;
  pushed.body = request.body;
  pushed.content_type = request.content_type;
  pushed.signature = request.signature;
  pushed.secret = known.secret;
  pushed.url = address_of(stages_.roster.at(slot));
  if (!owes_fetch(known, stages_.roster.at(slot).state)) pushed.until = known.lease_end;
  if (pipeline_.push(slot, std::move(pushed))) return {202, {}};
  return {503, "The last one is still being read; try again in a moment."};
}

}  // namespace rapporteur::engine
