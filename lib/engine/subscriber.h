// Subscribes at the hubs that sources name (W3C WebSub, POLITENESS P45): asks, answers when a hub asks back, renews,
// leaves, and hands what hubs bring to the pipeline. A few requests at a time and one to a host, as patient with it as
// polls are. What is decided and when stands in subscription_plan.h; here are the clock, the timer, the store and the
// network. io thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/hub_words.h"
#include "engine/pipeline.h"
#include "feed/subscription.h"
#include "fetch/address_guard.h"
#include "schedule/settings.h"
#include "serve/callback.h"

namespace rapporteur::engine {

struct SubscriberSettings {
  bool is_on = false;    // server.websub; off: what was agreed is left
  std::string base_url;  // where hubs reach us
  schedule::Settings schedule;
  fetch::AddressPolicy addresses;  // which of them are our own networks'
};

class Subscriber {
 public:
  Subscriber(Stages stages, Pipeline& pipeline);

  // Once, when the doors are open, with what the store knows; before, hubs are told to come again.
  void start(SubscriberSettings settings, std::vector<feed::Subscription> known);
  // After a reload: other sources, other addresses, on or off.
  void configure(SubscriberSettings settings);
  // A refresh of a source that was `before` was recorded; the roster has its state.
  void settled(schedule::Slot slot, const feed::SourceState& before, const feed::Change& change, By by);
  std::optional<base::Instant> promise_of(schedule::Slot slot) const;
  // For the status: why polling goes on although the source names a hub; nullptr: no more than usual.
  const char* objection_to_hub(schedule::Slot slot) const;
  serve::Callbacks callbacks();
  void stop();

 private:
  using Subscription = feed::Subscription;
  struct Errand {
    base::Instant due{};
    std::string hub, token;              // token "": a new subscription
    std::optional<schedule::Slot> slot;  // none: to leave
  };
  const Subscription* find(schedule::Slot slot) const;
  const Subscription* find(const std::string& token) const;
  std::string name_of(const Subscription& subscription) const;

  int admit(const std::string& token) const;
  void answer(const serve::CallbackRequest& request, serve::Callbacks::Told told);
  void answer_intent(const Subscription& known, const Intent& intent, serve::Callbacks::Told told);
  boost::asio::awaitable<void> confirm(Subscription before, Subscription next, std::string text,
                                       serve::Callbacks::Told told);
  void tell_agreement(const Subscription& next) const;
  void prolong(schedule::Slot slot, const Subscription& renewed);
  serve::CallbackAnswer take_push(const Subscription& known, const serve::CallbackRequest& request);
  void catch_up(schedule::Slot slot);
  void tell_missed(schedule::Slot slot, const feed::SourceState& before) const;

  bool may_subscribe(const feed::Source& source) const;
  bool is_kept(const Subscription& known, schedule::Slot slot) const;
  void consider(schedule::Slot slot);
  void consider_all();
  void leave(Subscription subscription);
  std::optional<base::Instant> due_of(schedule::Slot slot) const;
  std::optional<Errand> next_errand() const;
  void arm(base::Instant due);
  void wake();
  void forget_old();
  void begin(const Errand& errand);
  boost::asio::awaitable<void> run(Subscription asked);
  std::optional<base::Instant> take_reply(const std::string& token, const fetch::Reply& reply);
  void remember(const Subscription& subscription);
  void keep(const Subscription& subscription);

  Stages stages_;
  Pipeline& pipeline_;
  SubscriberSettings settings_;
  boost::asio::steady_timer timer_;
  std::unordered_map<schedule::Slot, Subscription> known_;  // in force, or asked for
  std::unordered_map<std::string, schedule::Slot> tokens_;  // of those
  std::unordered_map<std::string, Subscription> left_;      // by token: whoever still pushes is told to stop
  std::unordered_map<base::SourceId, base::Instant> left_at_;
  std::unordered_set<std::string> asking_;  // hosts with a request under way
  std::optional<base::Instant> armed_for_;  // what the timer runs to
  bool is_started_ = false;
  bool is_stopped_ = false;
};

// For run_on.
inline void write_subscription(store::Writer* writer, feed::Subscription subscription) { writer->write(subscription); }

}  // namespace rapporteur::engine
