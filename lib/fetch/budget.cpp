#include "fetch/budget.h"

namespace rapporteur::fetch {

// Sequentially consistent on purpose, here and in await_room: either the waiter sees the room, or we see the waiter.
BudgetLease::~BudgetLease() {
  account_->used.fetch_sub(bytes_);
  if (account_->is_awaited.exchange(false)) account_->wake();
}

void BudgetLease::add(std::uint64_t bytes) {
  bytes_ += bytes;
  account_->used.fetch_add(bytes);
}

std::shared_ptr<BudgetLease> BodyBudget::open() {
  auto lease = std::make_shared<BudgetLease>(account_, ++last_order_);
  open_.insert(lease->order());
  return lease;
}

bool BodyBudget::may_go_on(const BudgetLease& lease) const {
  return account_->used.load() <= limit_ || open_.empty() || lease.order() <= *open_.begin();
}

}  // namespace rapporteur::fetch
