// The table `subscription`: what we agreed with hubs (W3C WebSub), a row per source at most. Used by writer.cpp inside
// its transactions, on the writer's thread. A row outlives its source's place in the configuration: whoever still
// pushes for it is then told to stop.
#pragma once

#include <vector>

#include "feed/subscription.h"
#include "store/statement.h"

namespace rapporteur::store {

class Database;

class SubscriptionTable {
 public:
  explicit SubscriptionTable(Database& database);

  std::vector<feed::Subscription> read();  // in the order of the sources' rows
  // In place of what was known of that source. Throws Failure, also when another source has the same token.
  void write(const feed::Subscription& subscription);

 private:
  Statement read_, write_;
};

}  // namespace rapporteur::store
