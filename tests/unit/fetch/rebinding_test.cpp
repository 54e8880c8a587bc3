// Names that do not stay where they were: between two looks a public name turns private, a name has addresses of both
// kinds, a name takes its time. Allowed here is 127.0.0.1 alone, so 127.0.0.2 plays the inside of somebody's network.
#include <boost/test/unit_test.hpp>

#include "support/resolver.h"
#include "unit/fetch/asking.h"

using namespace rapporteur;
using namespace rapporteur::fetch;
using base::Outcome;
using test::Answer;
using test::ResolvedName;
using test::Seen;
using namespace std::chrono_literals;

namespace {

using Addresses = std::vector<std::string>;

const char* const refusal_of_inside =
    "the address 127.0.0.2 is not public (loopback); allow it with fetch.allow_networks";

struct Outside : Asking {
  static Settings settings() {
    auto settings = Asking::settings();
    settings.allow_networks = {"127.0.0.1"};
    return settings;
  }
  Outside() : Asking(settings()) {
    server.listen("127.0.0.2");
    server.otherwise([](const Seen& seen) { return Answer(200, seen.address); });
  }
  // What a client remembers of names lasts a minute: a new one looks anew, as the old one would then.
  void forget_names() { client = std::make_unique<Client>(io.get_executor(), clock, settings()); }
  std::string at(const char* name, const char* target = "/") const { return server.url(target, name); }
  bool was_inside_asked() const {
    for (const Seen& seen : server.seen())
      if (seen.address == "127.0.0.2") return true;
    return false;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rebinding_test)

BOOST_AUTO_TEST_CASE(p32_a_name_that_turns_private_is_refused_at_the_next_look) {
  Outside asking;
  const ResolvedName name("turning.test", [](unsigned nth) { return Addresses{nth % 2 ? "127.0.0.1" : "127.0.0.2"}; });
  for (int round = 0; round < 5; ++round) {
    BOOST_TEST(asking.get(asking.at("turning.test")).body == "127.0.0.1");
    asking.forget_names();
    const std::size_t connections = asking.server.connections();
    const Reply reply = asking.get(asking.at("turning.test"));
    BOOST_TEST((reply.outcome == Outcome::failed));
    BOOST_TEST(reply.failure == Failure::guard);
    BOOST_TEST(reply.reason == refusal_of_inside);
    BOOST_TEST(asking.server.connections() == connections);  // judged before a packet leaves, not after
    asking.forget_names();
  }
  BOOST_TEST(name.asked() == 10u);
}

// One look per connection, and the address that was judged is the one that is connected to.
BOOST_AUTO_TEST_CASE(p32_a_redirect_to_a_name_that_has_turned_private_is_refused) {
  Outside asking;
  const ResolvedName home("home.test", Addresses{"127.0.0.1"});
  const ResolvedName turning("turning.test",
                             [](unsigned nth) { return Addresses{nth == 1 ? "127.0.0.1" : "127.0.0.2"}; });
  asking.server.route("/out", Answer::redirect(302, asking.at("turning.test", "/in")));
  BOOST_TEST(asking.get(asking.at("home.test", "/out")).body == "127.0.0.1");
  asking.forget_names();
  const Reply reply = asking.get(asking.at("home.test", "/out"));
  BOOST_TEST(reply.failure == Failure::guard);
  BOOST_TEST(reply.reason == refusal_of_inside);
  BOOST_TEST(reply.hops.size() == 2u);
  BOOST_TEST(!asking.was_inside_asked());
}

// The connection that is kept leads where it always led; a new one is judged anew.
BOOST_AUTO_TEST_CASE(p32_a_kept_connection_does_not_follow_its_name_inside) {
  Outside asking;
  const ResolvedName name("turning.test", [](unsigned nth) { return Addresses{nth == 1 ? "127.0.0.1" : "127.0.0.2"}; });
  asking.server.route("/last", Answer(200, "last").header("Connection", "close"));
  for (int i = 0; i < 3; ++i) BOOST_TEST(asking.get(asking.at("turning.test")).body == "127.0.0.1");
  BOOST_TEST(asking.server.connections() == 1u);
  BOOST_TEST(asking.get(asking.at("turning.test", "/last")).body == "last");
  for (int i = 0; i < 3; ++i) {
    const Reply reply = asking.get(asking.at("turning.test"));
    // Within the minute of its memory curl goes where the name was; after it, the guard speaks.
    BOOST_TEST((reply.body == "127.0.0.1" || reply.reason == refusal_of_inside), reply.reason);
  }
  BOOST_TEST(!asking.was_inside_asked());
}

BOOST_AUTO_TEST_CASE(p32_of_mixed_addresses_only_the_public_ones_are_connected_to) {
  const std::vector<Addresses> mixed = {{"127.0.0.2", "127.0.0.1"},
                                        {"127.0.0.1", "127.0.0.2"},
                                        {"10.0.0.1", "127.0.0.2", "169.254.169.254", "127.0.0.1"},
                                        {"::1", "127.0.0.1"},
                                        {"::ffff:127.0.0.2", "127.0.0.1"}};
  Outside asking;
  asking.server.listen("::1");
  for (const Addresses& addresses : mixed) {
    const ResolvedName name("mixed.test", addresses);
    const Reply reply = asking.get(asking.at("mixed.test"));
    BOOST_TEST(reply.body == "127.0.0.1", addresses.front() << " first: " << reply.reason);
    asking.forget_names();
  }
  const ResolvedName inside("inside.test", Addresses{"10.0.0.1", "127.0.0.2", "::1", "fd00::1"});
  const Reply reply = asking.get(asking.at("inside.test"));
  BOOST_TEST(reply.failure == Failure::guard);
  BOOST_TEST(reply.reason.find(" is not public") != std::string::npos, reply.reason);
  for (const Seen& seen : asking.server.seen()) BOOST_TEST(seen.address == "127.0.0.1");
  BOOST_TEST(asking.server.connections() == mixed.size());
}

BOOST_AUTO_TEST_CASE(a_name_that_takes_long_delays_nobody_and_ends_in_time) {
  auto settings = Outside::settings();
  settings.connect_timeout = 1500ms;
  Outside asking;
  asking.client->configure(settings);
  const ResolvedName slow("slow.test", Addresses{"127.0.0.1"}, 60s), quick("quick.test", Addresses{"127.0.0.1"});
  Reply waiting, unknown;
  asking.begin(Asking::request(asking.at("slow.test")), waiting);
  asking.begin(Asking::request("http://no-such-name.invalid/"), unknown);
  std::size_t answered_meanwhile = 0;
  for (int i = 0; i < 3; ++i) {
    Reply fine;
    asking.begin(Asking::request(asking.at("quick.test")), fine);
    while (fine.hops.empty()) asking.io.run_one();
    BOOST_TEST(fine.body == "127.0.0.1", fine.reason);
    answered_meanwhile += waiting.hops.empty() ? 1u : 0u;
  }
  BOOST_TEST(answered_meanwhile > 0u);
  asking.io.restart();
  asking.io.run();
  BOOST_TEST(waiting.failure == Failure::resolve);
  BOOST_TEST(waiting.reason == "the name slow.test could not be resolved within 1.5 s");
  BOOST_TEST(unknown.failure == Failure::resolve);
}

BOOST_AUTO_TEST_SUITE_END()
