#include "engine/roster.h"

#include <boost/test/unit_test.hpp>

using namespace rapporteur;

namespace {

std::shared_ptr<const feed::SourceSettings> source(const std::string& id, const std::string& url) {
  auto settings = std::make_shared<feed::SourceSettings>();
  settings->id = id;
  settings->url = url;
  return settings;
}

feed::SourceState polled(std::uint64_t times) {
  feed::SourceState state;
  state.polls = times;
  return state;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(roster_test)

// Answers are written in groups: when the store is read for a new configuration, some are known here alone.
BOOST_AUTO_TEST_CASE(what_is_known_here_of_the_same_address_is_not_put_back) {
  engine::Roster roster;
  roster.follow({source("who", "https://who.example.int/feed")}, {polled(3)});
  roster.at(0).state.polls = 4;
  roster.follow({source("who", "https://who.example.int/feed")}, {polled(3)});
  BOOST_TEST(roster.at(0).state.polls == 4u);
  roster.follow({source("who", "https://who.example.int/other")}, {polled(0)});
  BOOST_TEST(roster.at(0).state.polls == 0u);
  BOOST_TEST(roster.at(0).settings->url == "https://who.example.int/other");
}

BOOST_AUTO_TEST_CASE(a_source_keeps_its_slot_and_its_place_in_memory) {
  engine::Roster roster;
  roster.follow({source("who", "https://who.example.int/feed")}, {polled(1)});
  const feed::Source* before = &roster.at(0);
  engine::Roster::List list;
  std::vector<feed::SourceState> states;
  for (int i = 0; i < 1000; ++i) {
    list.push_back(source("s" + std::to_string(i), "https://s.example.int/" + std::to_string(i)));
    states.push_back(polled(0));
  }
  list.push_back(source("who", "https://who.example.int/feed"));
  states.push_back(polled(1));
  roster.follow(list, std::move(states));
  BOOST_TEST(roster.find("who").value() == 0u);
  BOOST_TEST(&roster.at(0) == before);
  BOOST_TEST(roster.is_followed(0));
  roster.follow({}, {});
  BOOST_TEST(!roster.is_followed(0));
  BOOST_TEST(!roster.find("who"));
}

BOOST_AUTO_TEST_SUITE_END()
