#include "merge/order.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <vector>

using namespace rapporteur;

namespace {

base::Instant at(int seconds) { return base::Instant{std::chrono::seconds{seconds}}; }

feed::Story story(int id, int order_key) {
  feed::Story s;
  s.id = base::StoryId{id};
  s.lead.order_key = at(order_key);
  s.lead.row = base::EntryId{id};
  return s;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(order_test)

BOOST_AUTO_TEST_CASE(the_order_key_is_the_earlier_of_stated_and_seen) {
  BOOST_TEST((merge::order_key(at(5), at(9)) == at(5)));
  BOOST_TEST((merge::order_key(at(99), at(9)) == at(9)));  // from the future
  BOOST_TEST((merge::order_key(std::nullopt, at(9)) == at(9)));
  BOOST_TEST((merge::order_key(at(-5), at(9)) == at(-5)));  // before 1970
}

BOOST_AUTO_TEST_CASE(stories_of_one_second_stand_in_the_order_of_their_ids) {
  std::vector<feed::Story> stories;
  for (auto [id, key] : {std::pair{4, 10}, {1, 10}, {3, 20}, {2, 10}, {5, -1}}) stories.push_back(story(id, key));
  std::sort(stories.begin(), stories.end(), [](const auto& a, const auto& b) { return merge::is_before(a, b); });
  std::vector<std::int64_t> ids;
  for (const feed::Story& s : stories) ids.push_back(base::to_number(s.id));
  const std::vector<std::int64_t> expected{3, 1, 2, 4, 5};
  BOOST_TEST(ids == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_stands_before_itself) {
  const feed::Story a = story(1, 10), b = story(2, 10);
  BOOST_TEST(!merge::is_before(a, a));
  BOOST_TEST(merge::is_before(a, b) != merge::is_before(b, a));
  BOOST_TEST(!merge::is_before(a.lead, a.lead));
  BOOST_TEST(merge::is_before(a.lead, b.lead));
  BOOST_TEST(!merge::is_before(b.lead, a.lead));
}

BOOST_AUTO_TEST_SUITE_END()
