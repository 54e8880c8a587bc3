// What one process must remember for the next, seen from the origin (POLITENESS rules by their numbers).
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;

BOOST_AUTO_TEST_SUITE(politeness_test)

BOOST_AUTO_TEST_CASE(p23_a_429_speaks_for_its_host_also_after_a_restart) {
  ScriptedServer origin;
  origin.listen("127.0.0.2");
  origin.route("/busy", Answer(429).header("Retry-After", "3600"));
  origin.route("/calm", Answer(200, rss_document("calm", 1, 1)));
  origin.route("/other", Answer(200, rss_document("other", 1, 1)));
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("busy", origin.url("/busy")) +
                                                         source_table("calm", origin.url("/calm")) +
                                                         source_table("other", origin.url("/other", "127.0.0.2")));
  BOOST_TEST(run_program(home, {"-c", config, "poll", "busy"}).status == 0);
  BOOST_TEST(origin.count("/busy") == 1u);

  const Finished poll = run_program(home, {"-c", config, "poll", "--now", "calm"});
  BOOST_TEST(poll.output.find("asked for a pause") != std::string::npos, poll.output + poll.errors);
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST(eventually([&] { return origin.count("/other") == 1u; }));  // what else is due is asked
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());
  BOOST_TEST(origin.count("/calm") == 0u);
  BOOST_TEST(origin.count("/busy") == 1u);
}

// What is asked when the configuration is read again belongs to the old one.
BOOST_AUTO_TEST_CASE(p24_an_answer_to_the_old_address_says_nothing_of_the_new_one) {
  ScriptedServer origin;
  origin.route("/old", Answer(403).delay(std::chrono::milliseconds(700)));
  origin.route("/new", Answer(200, rss_document("new", 1, 1)));
  const TemporaryFolder home;
  const std::string settings = test_settings(home);
  const std::string config = home.write("conf.toml", settings + source_table("one", origin.url("/old")));
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST_REQUIRE(eventually([&] { return origin.count("/old") == 1u; }), daemon.errors());
  home.write("conf.toml", settings + source_table("one", origin.url("/new")));
  daemon.signal(SIGHUP);
  BOOST_TEST(daemon.wait_for_error("an answer to a question of the old configuration"), daemon.errors());
  BOOST_TEST(eventually([&] { return origin.count("/new") == 1u; }), daemon.errors());
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());
  const std::string status = run_program(home, {"-c", config, "status", "--json"}).output;
  BOOST_TEST(status.find("\"state\": \"ok\"") != std::string::npos, status);
  BOOST_TEST(origin.count("/old") == 1u);
}

BOOST_AUTO_TEST_CASE(p28_a_source_that_is_gone_is_asked_again_when_its_configuration_changes) {
  ScriptedServer origin;
  origin.route("/gone", [](const Seen& seen) {
    return seen.has("X-Key") ? Answer(200, rss_document("gone", 1, 1)) : Answer(410);
  });
  const TemporaryFolder home;
  const std::string settings = test_settings(home, "confirm_gone_after = \"0.3s\"\n");
  const std::string config = home.write("conf.toml", settings + source_table("one", origin.url("/gone")));
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST_REQUIRE(daemon.wait_for_error("it is not asked again until its configuration changes"), daemon.errors());
  BOOST_TEST(origin.count("/gone") == 2u);
  home.write("conf.toml", settings + source_table("one", origin.url("/gone"), "headers = { X-Key = \"a\" }"));
  daemon.signal(SIGHUP);
  BOOST_TEST(eventually([&] { return origin.count("/gone") == 3u; }), daemon.errors());
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());
  const std::string status = run_program(home, {"-c", config, "status", "--json"}).output;
  BOOST_TEST(status.find("\"state\": \"ok\"") != std::string::npos, status);
}

BOOST_AUTO_TEST_SUITE_END()
