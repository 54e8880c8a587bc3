// What hubs ask and bring at our callbacks: the answering side of Subscriber.
#include <utility>

#include "base/url.h"
#include "engine/hub_words.h"
#include "engine/subscriber.h"
#include "engine/subscription_plan.h"
#include "ops/log.h"

namespace rapporteur::engine {

serve::Callbacks Subscriber::callbacks() {
  return {[this](std::string_view token) { return admit(std::string(token)); },
          [this](const serve::CallbackRequest& request, const serve::Callbacks::Told& told) { told(answer(request)); }};
}

// 410 where we once subscribed and do not listen any more: the hub may stop (W3C WebSub section 7).
int Subscriber::admit(const std::string& token) const {
  if (!is_started_ || is_stopped_) return 503;
  const Subscription* known = find(token);
  if (!known) return 404;
  return is_pushing(*known, stages_.clock.now()) ? 200 : 410;
}

serve::CallbackAnswer Subscriber::answer(const serve::CallbackRequest& request) {
  const std::string token(request.token);
  const int status = admit(token);
  if (status == 503) return {503, "This server is just being started or stopped; try again in a moment."};
  if (status == 404) return {404, "There is no such subscription."};
  const Subscription known = *find(token);
  if (!request.is_push) return answer_intent(known, read_intent(request.query));
  if (status != 200) return {status, "This subscription has ended."};
  return take_push(known, request);
}

serve::CallbackAnswer Subscriber::answer_intent(const Subscription& known, const Intent& intent) {
  const std::string name = name_of(known);
  const std::optional<Subscription> next = after_intent(known, intent, stages_.clock.now());
  if (!next) {
    ops::log_warning("a hub asked for what we had not asked for; it was told no",
                     {{"source", name}, {"hub", known.hub}, {"mode", intent.mode}});
    return {404, "There is no such subscription."};
  }
  const bool is_denied = next->agreement == feed::Agreement::denied;
  if (is_denied)
    ops::log_warning("the hub denies the subscription; polled as usual, the hub is asked again in a week",
                     {{"source", name}, {"hub", next->hub}, {"reason", next->reason}});
  else if (has_left(*next))
    ops::log_info("the hub pushes no longer, as we asked", {{"source", name}, {"hub", next->hub}});
  else
    ops::log_info("the hub pushes from now on",
                  {{"source", name}, {"hub", next->hub}, {"until", base::to_rfc3339(*next->lease_end)}});
  keep(*next);
  if (const auto slot = tokens_.find(next->token); slot != tokens_.end()) {
    catch_up(slot->second);
    consider(slot->second);
  }
  return {200, intent.mode == "denied" ? std::string() : intent.challenge};
}

// 202 says that it came, not that it was good: who signs wrongly learns nothing (W3C WebSub section 8.1).
serve::CallbackAnswer Subscriber::take_push(const Subscription& known, const serve::CallbackRequest& request) {
  const schedule::Slot slot = tokens_.at(known.token);  // what is left does not push
  const feed::Source source = stages_.roster.at(slot);
  Pushed pushed;
  pushed.body = request.body;
  pushed.content_type = request.content_type;
  pushed.signature = request.signature;
  pushed.secret = known.secret;
  pushed.url = base::without_userinfo(address_of(source));
  if (!owes_fetch(known, source.state)) pushed.until = known.lease_end;
  if (pipeline_.push(slot, std::move(pushed))) return {202, {}};
  return {503, "The last one is still being read; try again in a moment."};
}

}  // namespace rapporteur::engine
