// What hubs ask and bring at our callbacks: the answering side of Subscriber.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "base/url.h"
#include "engine/hub_words.h"
#include "engine/subscriber.h"
#include "engine/subscription_plan.h"
#include "engine/threads.h"
#include "ops/log.h"
#include "schedule/interval.h"

namespace rapporteur::engine {

namespace asio = boost::asio;

serve::Callbacks Subscriber::callbacks() {
  return {
      [this](std::string_view token) { return admit(std::string(token)); },
      [this](const serve::CallbackRequest& request, serve::Callbacks::Told told) { answer(request, std::move(told)); }};
}

// 410 where we once subscribed and do not listen any more: the hub may stop (W3C WebSub section 7).
int Subscriber::admit(const std::string& token) const {
  if (!is_started_ || is_stopped_) return 503;
  const Subscription* known = find(token);
  if (!known) return 404;
  return is_pushing(*known, stages_.clock.now()) ? 200 : 410;
}

void Subscriber::answer(const serve::CallbackRequest& request, serve::Callbacks::Told told) {
  const std::string token(request.token);
  const int status = admit(token);
  if (status == 503) return told({503, "This server is just being started or stopped; try again in a moment."});
  if (status == 404) return told({404, "There is no such subscription."});
  const Subscription known = *find(token);
  if (!request.is_push) return answer_intent(known, read_intent(request.query), std::move(told));
  if (status != 200) return told({status, "This subscription has ended."});
  told(take_push(known, request));
}

void Subscriber::answer_intent(const Subscription& known, const Intent& intent, serve::Callbacks::Told told) {
  std::optional<Subscription> next = after_intent(known, intent, stages_.clock.now());
  if (!next) {
    ops::log_warning("a hub asked for what we had not asked for; it was told no",
                     {{"source", name_of(known)}, {"hub", known.hub}, {"mode", intent.mode}});
    return told({404, "There is no such subscription."});
  }
  remember(*next);
  std::string text = intent.mode == "denied" ? std::string() : intent.challenge;
  asio::co_spawn(stages_.io, confirm(known, std::move(*next), std::move(text), std::move(told)), asio::detached);
}

// On record before the hub hears it: whoever was told yes pushes, also when we were killed a moment later.
asio::awaitable<void> Subscriber::confirm(Subscription before, Subscription next, std::string text,
                                          serve::Callbacks::Told told) {
  bool is_written = false;
  try {
    store::Writer* writer = &stages_.writer;
    co_await run_on(stages_.writing, write_subscription, writer, next);
    is_written = true;
  } catch (const std::exception& failure) {
    ops::log_error("what a hub said could not be written; it was told to come again",
                   {{"source", name_of(next)}, {"hub", next.hub}, {"reason", failure.what()}});
  }
  const Subscription* known = find(next.token);
  const bool is_same = known && known->agreement == next.agreement && known->granted_at == next.granted_at;
  if (!is_written) {
    if (is_same) remember(before);
    co_return told({503, "The store is in trouble; try again in a moment."});
  }
  told({200, std::move(text)});
  tell_agreement(next);
  const auto slot = tokens_.find(next.token);
  if (is_stopped_ || !is_same || slot == tokens_.end()) co_return;
  catch_up(slot->second);
  prolong(slot->second, next);
  consider(slot->second);
}

void Subscriber::tell_agreement(const Subscription& next) const {
  const std::string name = name_of(next);
  if (next.agreement == feed::Agreement::denied)
    ops::log_warning("the hub denies the subscription; polled as usual, the hub is asked again in a week",
                     {{"source", name}, {"hub", next.hub}, {"reason", next.reason}});
  else if (has_left(next))
    ops::log_info("the hub pushes no longer, as we asked", {{"source", name}, {"hub", next.hub}});
  else if (is_too_short(next, settings_.schedule))
    ops::log_warning("the hub pushes, for too short a time to rely on it; polled as usual, the hub is asked once a day",
                     {{"source", name}, {"hub", next.hub}, {"until", base::to_rfc3339(*next.lease_end)}});
  else
    ops::log_info("the hub pushes from now on",
                  {{"source", name}, {"hub", next.hub}, {"until", base::to_rfc3339(*next.lease_end)}});
}

// A source whose hub is relied on stays so when its lease was renewed: the poll at the end of the old one is put off.
void Subscriber::prolong(schedule::Slot slot, const Subscription& renewed) {
  const base::Instant now = stages_.clock.now();
  feed::Source source = stages_.roster.at(slot);
  const auto& until = source.state.pushed_until;
  if (!until || *until <= now || !is_pushing(renewed, now) || is_too_short(renewed, settings_.schedule)) return;
  if (source.state.failures > 0) return;  // its own patience says when
  source.state.pushed_until = renewed.lease_end;
  const schedule::Due due = schedule::due_while_pushed(*source.settings, source.state, settings_.schedule, now);
  source.state.next_poll = due.at;
  source.state.next_poll_reason = due.reason;
  pipeline_.keep(slot, std::move(source.state));
  stages_.planner.plan_at(slot, due.at);
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
  if (!owes_fetch(known, source.state) && !is_too_short(known, settings_.schedule)) pushed.until = known.lease_end;
  if (pipeline_.push(slot, std::move(pushed))) return {202, {}};
  return {503, "The last one is still being read; try again in a moment."};
}

}  // namespace rapporteur::engine
