// What we ask of hubs: the asking side of Subscriber.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/hash.h"
#include "engine/hub_words.h"
#include "engine/subscriber.h"
#include "engine/subscription_plan.h"
#include "engine/threads.h"
#include "ops/log.h"

namespace rapporteur::engine {

namespace asio = boost::asio;

namespace {

constexpr base::Duration longest_nap = std::chrono::seconds(30);  // a wall clock may jump meanwhile
constexpr std::size_t most_requests = 4;  // at a time: a hub that does not answer holds up the others' for no timeout

// 256 bits that nobody can guess.
std::string random_word() {
  std::array<unsigned char, 32> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0)
    throw std::system_error(errno, std::generic_category(), "getentropy");
  return base::to_hex(bytes.data(), bytes.size());
}

}  // namespace

// Looks at every source: thousands are looked through in less than a millisecond, and this happens before a request
// and every half minute.
std::optional<Subscriber::Errand> Subscriber::next_errand() const {
  const base::Instant soon = stages_.clock.now() + longest_nap;
  std::optional<Errand> next;
  const auto take = [&](base::Instant due, const std::string& hub, const std::string& token,
                        std::optional<schedule::Slot> slot) {
    if (due < soon) {
      if (!asking_.empty() && asking_.contains(host_key(hub))) return;  // looked at again when that is over
      due = std::max(due, stages_.planner.free_at(hub));
    }
    if (next && next->due <= due) return;
    next.emplace();
    next->due = due;
    next->hub = hub;
    next->token = token;
    next->slot = slot;
  };
  for (schedule::Slot slot = 0; slot < stages_.roster.size(); ++slot) {
    const auto due = due_of(slot);
    const Subscription* known = find(slot);
    if (due) take(*due, stages_.roster.state_of(slot).hub, known ? known->token : std::string(), slot);
  }
  for (const auto& [token, one] : left_)
    if (const auto due = farewell_due(one, settings_.schedule)) take(*due, one.hub, token, std::nullopt);
  return next;
}

void Subscriber::arm(base::Instant due) {
  if (is_stopped_ || asking_.size() >= most_requests) return;
  const base::Instant now = stages_.clock.now();
  const base::Instant at = std::clamp(due, now, now + longest_nap);
  if (armed_for_ && *armed_for_ <= at) return;
  armed_for_ = at;
  timer_.expires_after(at - now);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    armed_for_.reset();
    wake();
  });
}

// While our own network is down nobody can be asked, and nothing is learned of a hub by trying (P27).
void Subscriber::wake() {
  if (is_stopped_) return;
  forget_old();
  if (stages_.planner.is_network_down()) return arm(stages_.clock.now() + longest_nap);
  while (asking_.size() < most_requests) {
    const std::optional<Errand> next = next_errand();
    if (!next) return;  // consider() sees what comes
    if (next->due > stages_.clock.now()) return arm(next->due);
    begin(*next);
  }
}

void Subscriber::forget_old() {
  const base::Instant now = stages_.clock.now();
  std::erase_if(left_, [&](const auto& one) { return is_forgotten(one.second, now); });
  std::erase_if(left_at_, [&](const auto& one) { return one.second < now - settings_.schedule.max_interval; });
}

void Subscriber::begin(const Errand& errand) {
  Subscription asked;
  if (errand.token.empty()) {
    asked = new_subscription(stages_.roster.at(*errand.slot), settings_.base_url, random_word(), random_word());
    tokens_.emplace(asked.token, *errand.slot);
  } else {
    asked = *find(errand.token);
  }
  asked = asked_again(std::move(asked), stages_.clock.now());
  remember(asked);
  asking_.insert(host_key(asked.hub));
  stages_.planner.enter(asked.hub);
  asio::co_spawn(stages_.io, run(std::move(asked)), asio::detached);
}

// On record before it is sent: the hub may ask back before it answers, and after we were killed.
asio::awaitable<void> Subscriber::run(Subscription asked) {
  if (is_stopped_) co_return;
  std::optional<base::Instant> rest;
  try {
    store::Writer* writer = &stages_.writer;
    co_await run_on(stages_.writing, write_subscription, writer, asked);
    fetch::Request request;
    request.url = asked.hub;
    request.form = request_form(asked);
    request.accept = "*/*";
    fetch::Reply reply = co_await stages_.fetcher.get(std::move(request));
    if (reach_of(reply) == Reach::unreachable && stages_.planner.is_network_down())
      reply.outcome = base::Outcome::cancelled;  // not the hub's fault
    rest = take_reply(asked.token, reply);
  } catch (const std::exception& failure) {
    ops::log_error("a hub could not be asked, because the store is in trouble; it is asked later",
                   {{"hub", asked.hub}, {"reason", failure.what()}});
  }
  asking_.erase(host_key(asked.hub));
  stages_.planner.leave(asked.hub, rest);
  arm(stages_.clock.now());
}

// Until when the hub's host wants to be left alone, by anybody of ours (P23).
std::optional<base::Instant> Subscriber::take_reply(const std::string& token, const fetch::Reply& reply) {
  const Subscription after = after_reply(*find(token), reply, settings_.schedule, stages_.clock.now());
  const std::string name = name_of(after);
  const std::string asked = has_left(after) ? "the hub was asked to stop pushing" : "the hub was asked to push";
  if (reply.outcome == base::Outcome::fresh)
    ops::log_info(asked + "; it is to ask back", {{"source", name}, {"hub", after.hub}});
  else if (after.agreement == feed::Agreement::ended)
    ops::log_info(asked + " and did not take it; what it brings is refused", {{"source", name}, {"hub", after.hub}});
  else if (!after.reason.empty())
    ops::log_warning(asked + " and did not take it; it is not asked before " +
                         base::to_rfc3339(after.hold_until.value_or(stages_.clock.now())),
                     {{"source", name}, {"hub", after.hub}, {"reason", after.reason}});
  keep(after);
  return reply.status == 429 || reply.status == 503 ? after.hold_until : std::nullopt;
}

}  // namespace rapporteur::engine
