// The body budget: how many bytes all bodies together may hold, from the first byte until the reply's lease is let go,
// unpacking and parsing included. It only counts and says who may go on; easy.cpp pauses, multi.cpp resumes.
// BodyBudget: io thread. A lease may be let go on any thread: two counters are atomic for that, and nothing else is
// shared.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <utility>

namespace rapporteur::fetch {

// What is shared with leases on other threads.
struct BudgetAccount {
  std::atomic<std::uint64_t> used{0};
  std::atomic<bool> is_awaited{false};  // somebody waits for room: the next lease let go calls `wake`
  std::function<void()> wake;           // from any thread; set once, before the first lease
};

class BudgetLease {
 public:
  BudgetLease(std::shared_ptr<BudgetAccount> account, std::uint64_t order)
      : account_(std::move(account)), order_(order) {}
  ~BudgetLease();  // any thread
  BudgetLease(const BudgetLease&) = delete;
  BudgetLease& operator=(const BudgetLease&) = delete;

  void add(std::uint64_t bytes);  // one thread at a time: the loop, then who unpacks
  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t order() const { return order_; }

 private:
  std::shared_ptr<BudgetAccount> account_;
  std::uint64_t order_;
  std::uint64_t bytes_ = 0;
};

class BodyBudget {
 public:
  explicit BodyBudget(std::uint64_t limit) : account_(std::make_shared<BudgetAccount>()), limit_(limit) {}

  void set_limit(std::uint64_t limit) { limit_ = limit; }
  // Called on any thread when room was made that await_room asked for. To be set before the first lease.
  void on_room(std::function<void()> wake) { account_->wake = std::move(wake); }
  std::uint64_t used() const { return account_->used.load(std::memory_order_relaxed); }

  // A body begins.
  std::shared_ptr<BudgetLease> open();
  // Its last byte came, or it was given up; its bytes count until the lease dies.
  void close(const BudgetLease& lease) { open_.erase(lease.order()); }
  // False: over the limit, and an older body is still coming in. The oldest one always may, so none waits for ever.
  bool may_go_on(const BudgetLease& lease) const;
  // Asks for `wake` at the next lease let go. Look at may_go_on again afterwards: it may have gone just before.
  void await_room() { account_->is_awaited.store(true); }
  void forget_room() { account_->is_awaited.store(false); }

 private:
  std::shared_ptr<BudgetAccount> account_;
  std::uint64_t limit_;
  std::uint64_t last_order_ = 0;
  std::set<std::uint64_t> open_;
};

}  // namespace rapporteur::fetch
