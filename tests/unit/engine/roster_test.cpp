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

// As the store gives it.
std::vector<feed::PackedState> one(const feed::SourceState& state, const std::string& url) {
  std::vector<feed::PackedState> states;
  states.emplace_back(state, url);
  return states;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(roster_test)

// Answers are written in groups: when the store is read for a new configuration, some are known here alone.
BOOST_AUTO_TEST_CASE(what_is_known_here_of_the_same_address_is_not_put_back) {
  const std::string url = "https://who.example.int/feed", other = "https://who.example.int/other";
  engine::Roster roster;
  roster.follow({source("who", url)}, one(polled(3), url));
  roster.remember(0, polled(4));
  roster.follow({source("who", url)}, one(polled(3), url));
  BOOST_TEST(roster.at(0).state.polls == 4u);
  roster.follow({source("who", other)}, one(polled(0), other));
  BOOST_TEST(roster.at(0).state.polls == 0u);
  BOOST_TEST(roster.at(0).settings->url == other);
}

BOOST_AUTO_TEST_CASE(a_source_keeps_its_slot) {
  const std::string url = "https://who.example.int/feed";
  engine::Roster roster;
  roster.follow({source("who", url)}, one(polled(1), url));
  engine::Roster::List list;
  std::vector<feed::PackedState> states;
  for (int i = 0; i < 1000; ++i) {
    list.push_back(source("s" + std::to_string(i), "https://s.example.int/" + std::to_string(i)));
    states.emplace_back(polled(0), list.back()->url);
  }
  list.push_back(source("who", url));
  states.emplace_back(polled(2), url);
  roster.follow(list, std::move(states));
  BOOST_TEST(roster.find("who").value() == 0u);
  BOOST_TEST(roster.find("s999").value() == 1000u);
  BOOST_TEST(roster.state_of(0).polls == 1u);
  BOOST_TEST(roster.is_followed(0));
  roster.follow({}, {});
  BOOST_TEST(!roster.is_followed(0));
  BOOST_TEST(!roster.find("who"));
}

BOOST_AUTO_TEST_CASE(the_address_that_is_asked_is_the_adopted_one) {
  const std::string url = "https://who.example.int/feed";
  engine::Roster roster;
  roster.follow({source("who", url)}, one(polled(0), url));
  BOOST_TEST(roster.address_of(0) == url);
  feed::SourceState state = roster.state_of(0);
  state.effective_url = "https://who.example.int/moved";
  roster.remember(0, state);
  BOOST_TEST(roster.address_of(0) == state.effective_url);
}

BOOST_AUTO_TEST_SUITE_END()
