// The table `subscription`: what we agreed with hubs (W3C WebSub), a row per token. Used by writer.cpp inside its
// transactions, on the writer's thread. A row outlives its source's place in the configuration: whoever still pushes
// for it is then told to stop.
#pragma once

#include <vector>

#include "feed/subscription.h"
#include "store/statement.h"

namespace rapporteur::store {

class Database;

class SubscriptionTable {
 public:
  explicit SubscriptionTable(Database& database);

  // What ended so long ago that nobody can still push for it.
  void forget(base::Instant now);
  std::vector<feed::Subscription> read();  // by the sources' rows, the latest request of each last
  // In place of what was known of that token. Whom it belongs to never changes. Throws Failure.
  void write(const feed::Subscription& subscription);

 private:
  Statement read_, forget_, write_;
};

}  // namespace rapporteur::store
