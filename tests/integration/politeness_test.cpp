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

BOOST_AUTO_TEST_SUITE_END()
