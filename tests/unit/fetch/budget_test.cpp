#include "fetch/budget.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

using rapporteur::fetch::BodyBudget;
using rapporteur::fetch::BudgetLease;

BOOST_AUTO_TEST_SUITE(budget_test)

BOOST_AUTO_TEST_CASE(a_lease_gives_back_what_it_took) {
  BodyBudget budget(100);
  auto lease = budget.open();
  lease->add(30);
  lease->add(20);
  BOOST_TEST(budget.used() == 50);
  BOOST_TEST(lease->bytes() == 50);
  budget.close(*lease);
  BOOST_TEST(budget.used() == 50);
  lease.reset();
  BOOST_TEST(budget.used() == 0);
}

BOOST_AUTO_TEST_CASE(over_the_limit_only_the_oldest_goes_on) {
  BodyBudget budget(100);
  const auto first = budget.open(), second = budget.open(), third = budget.open();
  second->add(100);
  BOOST_TEST(budget.may_go_on(*third));
  third->add(1);
  BOOST_TEST(budget.may_go_on(*first));
  BOOST_TEST(!budget.may_go_on(*second));
  BOOST_TEST(!budget.may_go_on(*third));
  budget.close(*first);
  BOOST_TEST(budget.may_go_on(*second));
  BOOST_TEST(!budget.may_go_on(*third));
}

BOOST_AUTO_TEST_CASE(bodies_at_rest_count_but_do_not_lead) {
  BodyBudget budget(100);
  const auto parsing = budget.open();
  parsing->add(500);
  budget.close(*parsing);
  const auto coming = budget.open();
  BOOST_TEST(budget.may_go_on(*coming));
  const auto later = budget.open();
  BOOST_TEST(!budget.may_go_on(*later));
}

BOOST_AUTO_TEST_CASE(a_new_limit_holds_at_once) {
  BodyBudget budget(100);
  const auto first = budget.open(), second = budget.open();
  second->add(101);
  BOOST_TEST(!budget.may_go_on(*second));
  budget.set_limit(101);
  BOOST_TEST(budget.may_go_on(*second));
}

BOOST_AUTO_TEST_CASE(room_wakes_only_who_asked_and_once) {
  BodyBudget budget(10);
  int calls = 0;
  budget.on_room([&calls] { ++calls; });
  budget.open().reset();
  BOOST_TEST(calls == 0);
  budget.await_room();
  auto one = budget.open(), two = budget.open();
  one.reset();
  two.reset();
  BOOST_TEST(calls == 1);
  budget.await_room();
  budget.forget_room();
  budget.open().reset();
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(a_lease_may_outlive_the_budget) {
  std::shared_ptr<BudgetLease> lease;
  {
    BodyBudget budget(10);
    budget.on_room([] {});
    lease = budget.open();
    lease->add(5);
  }
  lease.reset();
}

// Leases let go on two threads while a third asks for room over and over: no wake may be lost, that is, when all is
// gone and somebody asked before looking, either the room was seen or the wake came. 2,000 rounds met a deliberately
// broken order (look, then ask) within the first hundred.
BOOST_AUTO_TEST_CASE(no_wake_is_lost_between_threads) {
  for (int round = 0; round < 2000; ++round) {
    BodyBudget budget(0);
    std::atomic<int> calls{0};
    budget.on_room([&calls] { ++calls; });
    const auto oldest = budget.open(), waiting = budget.open();
    auto one = budget.open();
    one->add(10);
    std::thread releasing([lease = std::move(one)]() mutable { lease.reset(); });
    budget.await_room();
    const bool saw_room = budget.may_go_on(*waiting);
    releasing.join();
    BOOST_TEST_REQUIRE((saw_room || calls.load() == 1));
  }
}

BOOST_AUTO_TEST_SUITE_END()
