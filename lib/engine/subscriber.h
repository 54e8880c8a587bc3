// Subscribes at the hubs that sources name (W3C WebSub, POLITENESS P45): asks, answers when a hub asks back, renews,
// and hands what hubs bring to the pipeline. One request at a time, host_gap apart. What is decided and when stands in
// subscription_plan.h; here are the clock, the timer, the store and the network. io thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/hub_words.h"
#include "engine/pipeline.h"
#include "feed/subscription.h"
#include "schedule/settings.h"
#include "serve/callback.h"

namespace rapporteur::engine {

struct SubscriberSettings {
  bool is_on = false;    // server.websub
  std::string base_url;  // where hubs reach us
  schedule::Settings schedule;
};

class Subscriber {
 public:
  Subscriber(Stages stages, Pipeline& pipeline);

  // Once, when the doors are open, with what the store knows; before, callbacks are answered 404.
  void start(SubscriberSettings settings, std::vector<feed::Subscription> known);
  // After a reload: other sources, other addresses. Being on or off stays.
  void configure(const SubscriberSettings& settings);
  // A refresh was recorded; the roster has its state.
  void settled(schedule::Slot slot, const feed::Change& change, By by);
  std::optional<base::Instant> promise_of(schedule::Slot slot) const;
  serve::Callbacks callbacks();
  void stop();

 private:
  using Subscription = feed::Subscription;
  struct Addressee {  // of a callback
    int status = 404;
    schedule::Slot slot = 0;
  };
  const Subscription* find(schedule::Slot slot) const;
  Addressee addressee_of(std::string_view token) const;
  serve::CallbackAnswer answer(const serve::CallbackRequest& request);
  serve::CallbackAnswer answer_intent(schedule::Slot slot, const Intent& intent);
  serve::CallbackAnswer take_push(schedule::Slot slot, const serve::CallbackRequest& request);
  void catch_up(schedule::Slot slot);
  void note_reliance(schedule::Slot slot, By by);

  void consider(schedule::Slot slot);
  void plan(schedule::Slot slot, std::optional<base::Instant> due);
  void arm();
  void wake();
  boost::asio::awaitable<void> request(schedule::Slot slot);
  void take_reply(schedule::Slot slot, const std::string& token, const fetch::Reply& reply);
  void keep(schedule::Slot slot, Subscription subscription);
  void write(Subscription subscription);

  Stages stages_;
  Pipeline& pipeline_;
  SubscriberSettings settings_;
  boost::asio::steady_timer timer_;
  std::unordered_map<schedule::Slot, Subscription> known_;
  std::unordered_map<std::string, schedule::Slot> tokens_;
  std::unordered_set<std::string> ended_;                      // tokens of sources that are no longer configured
  std::unordered_set<schedule::Slot> relied_on_;               // polled seldom, because a hub pushes
  std::set<std::pair<base::Instant, schedule::Slot>> agenda_;  // the next requests
  std::unordered_map<schedule::Slot, base::Instant> due_;      // the same by source
  std::map<std::string, base::Instant> resting_;               // hubs that asked for patience (P23), by host
  base::Instant not_before_{};                                 // the next request, of whatever source
  bool is_started_ = false;
  bool is_asking_ = false;
  bool is_stopped_ = false;
};

}  // namespace rapporteur::engine
