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
  origin.route("/old", Answer(403).delay(std::chrono::seconds(4)));
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

BOOST_AUTO_TEST_CASE(p23_a_redirect_does_not_lead_around_a_pause) {
  ScriptedServer origin;
  origin.listen("127.0.0.2");
  origin.route("/busy", Answer(429).header("Retry-After", "3600"));
  origin.route("/calm", Answer(200, rss_document("calm", 1, 1)));
  origin.route("/way", Answer::redirect(302, origin.url("/calm")));
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("busy", origin.url("/busy")) +
                                                         source_table("way", origin.url("/way", "127.0.0.2")));
  BOOST_TEST(run_program(home, {"-c", config, "poll", "busy"}).status == 0);
  const Finished poll = run_program(home, {"-c", config, "poll", "way"});
  BOOST_TEST(origin.count("/way") == 1u);
  BOOST_TEST(origin.count("/calm") == 0u);
  const std::string why = "its redirect leads to 127.0.0.1, which asked for a pause until";
  BOOST_TEST(poll.output.find(why) != std::string::npos, poll.output);
  const Finished status = run_program(home, {"-c", config, "status"});
  BOOST_TEST(status.output.find(why) != std::string::npos, status.output);
  BOOST_TEST(status.output.find("failing") == status.output.rfind("failing"), status.output);  // the busy one alone
}

BOOST_AUTO_TEST_CASE(p23_after_a_restart_the_host_rests_that_a_redirect_led_to_not_the_one_that_led_there) {
  ScriptedServer origin;
  origin.listen("127.0.0.2");
  origin.route("/way", Answer::redirect(302, origin.url("/busy", "127.0.0.2")));
  origin.route("/busy", Answer(429).header("Retry-After", "3600"));
  for (const char* path : {"/beside", "/there"}) origin.route(path, Answer(200, rss_document("calm", 1, 1)));
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("way", origin.url("/way")) +
                                                         source_table("beside", origin.url("/beside")) +
                                                         source_table("there", origin.url("/there", "127.0.0.2")));
  BOOST_TEST(run_program(home, {"-c", config, "poll", "way"}).status == 0);
  BOOST_TEST(origin.count("/busy") == 1u);
  const Finished poll = run_program(home, {"-c", config, "poll", "--now", "beside", "there"});
  BOOST_TEST(origin.count("/beside") == 1u, poll.output);
  BOOST_TEST(origin.count("/there") == 0u, poll.output);
  BOOST_TEST(poll.output.find("its host asked for a pause until") != std::string::npos, poll.output);
}

BOOST_AUTO_TEST_CASE(p21_a_pause_that_is_not_believed_in_full_is_told) {
  ScriptedServer origin;
  origin.route("/busy", Answer(429).header("Retry-After", "2592000"));
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("busy", origin.url("/busy")));
  const Finished poll = run_program(home, {"-c", config, "poll"});
  const std::string said = "asks for a longer pause than fetch.max_retry_after";
  BOOST_TEST(poll.errors.find(said) != std::string::npos, poll.errors);
  BOOST_TEST(poll.errors.find("asked=\"30 d\"") != std::string::npos, poll.errors);
  BOOST_TEST(poll.output.find("30 d stated, 7 d believed") != std::string::npos, poll.output);
}

namespace {

std::string one_by_one(std::string settings) {
  const std::string many = "host_connections = 8";
  return settings.replace(settings.find(many), many.size(), "host_connections = 1");
}

}  // namespace

BOOST_AUTO_TEST_CASE(p23_a_poll_ends_although_a_host_wants_its_other_sources_to_wait) {
  ScriptedServer origin;
  origin.route("/busy", Answer(429).header("Retry-After", "36000"));
  origin.route("/calm", Answer(200, rss_document("calm", 1, 1)));
  const TemporaryFolder home;
  const std::string config =
      home.write("conf.toml", one_by_one(test_settings(home)) + source_table("busy", origin.url("/busy")) +
                                  source_table("calm", origin.url("/calm")));
  const Finished poll = run_program(home, {"-c", config, "poll"});
  BOOST_TEST(poll.status == 0);
  BOOST_TEST(origin.count("/calm") == 0u);
  BOOST_TEST(poll.output.find("-  calm: not asked before") != std::string::npos, poll.output);
}

BOOST_AUTO_TEST_SUITE_END()
