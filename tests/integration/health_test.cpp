// The health of sources as the program tells it: walls, moves, an outage of our own network, certificates.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "support/http.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(health_test)

namespace {

// The object of one source in `status --json`.
std::string status_of(const TemporaryFolder& home, const std::string& config, const std::string& id) {
  const std::string all = run_program(home, {"-c", config, "status", "--json"}).output;
  const std::size_t begin = all.find("{\"id\": \"" + id + "\"");
  return begin == all.npos ? all : all.substr(begin, all.find('}', begin) - begin);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(who_refuses_and_which_feed_a_page_names_are_told) {
  ScriptedServer origin;
  origin.route("/wall", Answer(403, "<html><title>Access Denied</title>https://errors.edgesuite.net/18.1</html>"));
  origin.route("/page", Answer(200,
                               "<!DOCTYPE html><html><head><title>News</title><link rel=\"alternate\" "
                               "type=\"application/rss+xml\" href=\"/real.rss\"></head></html>",
                               "text/html"));
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("wall", origin.url("/wall")) +
                                                         source_table("page", origin.url("/page")));
  BOOST_TEST(run_program(home, {"-c", config, "poll"}).status == 0);
  const std::string wall = status_of(home, config, "wall"), page = status_of(home, config, "page");
  BOOST_TEST(has(wall, "\"state\": \"blocked\""), wall);
  BOOST_TEST(has(wall, "HTTP 403 Forbidden (a page of Akamai that keeps programs out)"), wall);
  BOOST_TEST(has(page, "\"state\": \"failing\""), page);
  BOOST_TEST(has(page, "it names this feed: " + origin.url("/real.rss")), page);
}

BOOST_AUTO_TEST_CASE(a_permanent_move_is_adopted_over_restarts_and_a_temporary_one_is_not) {
  ScriptedServer origin;
  origin.listen("127.0.0.2");
  for (const int status : {301, 302}) {
    const std::string name = std::to_string(status);
    origin.route("/old" + name,
                 Answer::redirect(status, origin.url("/new" + name, "127.0.0.2")).header("ETag", "\"old\""));
    origin.route("/new" + name, Answer(200, rss_document("n" + name, 1, 2)).header("ETag", "\"new\""));
  }
  const TemporaryFolder home;
  const std::string config = home.write(
      "conf.toml", test_settings(home, "adopt_redirect_after = \"0.3s\"") +
                       source_table("moved", origin.url("/old301"), "username = \"me\"\npassword = \"secret-word\"") +
                       source_table("away", origin.url("/old302")));
  Finished last;
  for (int round = 0; round < 4; ++round) {
    if (round > 0) std::this_thread::sleep_for(400ms);  // longer than the floor, and than a move must last
    last = run_program(home, {"-c", config, "poll", "--now"});
    BOOST_TEST(last.status == 0, last.output + last.errors);
    if (round == 0) {
      BOOST_TEST(has(status_of(home, config, "moved"), "to be adopted on"), status_of(home, config, "moved"));
    }
    BOOST_TEST(has(last.errors, "moved for good") == (round == 1), last.errors);
  }
  BOOST_TEST(origin.count("/old301") == 2u);
  BOOST_TEST_REQUIRE(origin.count("/new301") == 4u);
  for (const Seen& seen : origin.seen("/old301")) BOOST_TEST(!has(seen.header("If-None-Match"), "new"));
  for (const Seen& seen : origin.seen("/new301")) {
    BOOST_TEST(!seen.has("Authorization"));  // it was given for the configured host
    BOOST_TEST(!has(seen.header("If-None-Match"), "old"));
  }
  BOOST_TEST(origin.seen("/new301").at(3).header("If-None-Match") == "\"new\"");
  const std::string moved = status_of(home, config, "moved");
  BOOST_TEST(has(moved, "\"effective_url\": \"" + origin.url("/new301", "127.0.0.2") + "\""), moved);
  BOOST_TEST(has(moved, "\"state\": \"ok\""), moved);
  BOOST_TEST(has(moved, "adopted on"), moved);
  BOOST_TEST(origin.count("/old302") == 4u);
  BOOST_TEST(has(status_of(home, config, "away"), "\"reason\": \"\""));

  // The operator writes it down: nothing is asked anew, nothing is lost.
  const std::string settled =
      home.write("settled.toml", test_settings(home) + source_table("moved", origin.url("/new301", "127.0.0.2")));
  std::this_thread::sleep_for(300ms);
  BOOST_TEST(run_program(home, {"-c", settled, "poll", "--now"}).status == 0);
  BOOST_TEST(origin.seen("/new301").back().header("If-None-Match") == "\"new\"");
  BOOST_TEST(has(status_of(home, settled, "moved"), "\"reason\": \"\""));
}

BOOST_AUTO_TEST_CASE(p27_an_outage_of_our_network_counts_against_no_source_and_its_end_is_told) {
  ScriptedServer origin;
  const std::vector<std::string> hosts = {"127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"};
  for (std::size_t i = 1; i < hosts.size(); ++i) origin.listen(hosts[i]);
  std::string sources;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string name = "s" + std::to_string(i);
    origin.route("/" + name, Answer(200, rss_document(name, 1, 1)).header("ETag", "\"1\""));
    sources += source_table(name, origin.url("/" + name, hosts[i]), "interval = \"1s\"");
  }
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home) + sources);
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST_REQUIRE(eventually([&] { return origin.seen().size() >= 8u; }), daemon.errors());
  origin.shut();
  const std::string lost = "the network of this machine seems down", back = "the network is back";
  BOOST_TEST(daemon.wait_for_error(lost), daemon.errors());
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const std::string status = status_of(home, config, "s" + std::to_string(i));
    BOOST_TEST(has(status, "\"state\": \"ok\""), status);
  }
  for (const std::string& host : hosts) origin.listen(host);
  BOOST_TEST(daemon.wait_for_error(back, 100s), daemon.errors());
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());
  BOOST_TEST(count_of(daemon.errors(), lost) == 1u);
  BOOST_TEST(count_of(daemon.errors(), back) == 1u);
}

BOOST_AUTO_TEST_CASE(the_status_tells_that_a_poll_waits_for_its_hosts_pause) {
  ScriptedServer origin;
  origin.route("/calm", Answer(200, rss_document("calm", 1, 1)).header("ETag", "\"1\""));
  origin.route("/busy", Answer(429).header("Retry-After", "36000"));
  const TemporaryFolder home;
  const std::string config =
      home.write("conf.toml", test_settings(home) + source_table("calm", origin.url("/calm")) +
                                  source_table("busy", origin.url("/busy"), "interval = \"2h\""));
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST_REQUIRE(eventually([&] { return origin.seen().size() == 2u; }), daemon.errors());
  const std::string reason = "\"next_poll_reason\": \"its host asked for a pause\"";
  BOOST_TEST(eventually([&] { return has(status_of(home, config, "calm"), reason); }), status_of(home, config, "calm"));
  BOOST_TEST(has(status_of(home, config, "busy"), "Retry-After until"), status_of(home, config, "busy"));
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());
}

BOOST_AUTO_TEST_CASE(one_host_that_is_down_is_its_own_fault) {
  ScriptedServer origin;
  std::string sources;
  for (const char* name : {"a", "b", "c", "d"}) {
    origin.route(std::string("/") + name, Answer(200, rss_document(name, 1, 1)).header("ETag", "\"1\""));
    sources += source_table(name, origin.url(std::string("/") + name));
  }
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", test_settings(home) + sources);
  BOOST_TEST(run_program(home, {"-c", config, "poll"}).status == 0);
  origin.shut();
  std::this_thread::sleep_for(300ms);  // the floor between two requests
  const Finished poll = run_program(home, {"-c", config, "poll", "--now"});
  BOOST_TEST(!has(poll.errors, "network of this machine"), poll.errors);
  for (const char* name : {"a", "b", "c", "d"})
    BOOST_TEST(has(status_of(home, config, name), "\"state\": \"failing\""), status_of(home, config, name));
}

BOOST_AUTO_TEST_CASE(a_certificate_about_to_end_is_told_while_the_source_is_well) {
  const TemporaryFolder home;
  home.write("feed.rss", rss_document("tls", 1, 1));
  const std::string folder = home.path().string();
  const std::string make = "cd " + folder +
                           " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 5"
                           " -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem"
                           " >openssl.log 2>&1";
  BOOST_TEST_REQUIRE(std::system(make.c_str()) == 0, read_file(home / "openssl.log"));
  // Ends by itself after one connection, or when nobody comes.
  const std::string serve = "cd " + folder +
                            " && timeout 60 openssl s_server -WWW -naccept 1 -accept 127.0.0.1:0 -cert cert.pem"
                            " -key key.pem >server.log 2>&1 &";
  BOOST_TEST_REQUIRE(std::system(serve.c_str()) == 0);
  const std::string mark = "ACCEPT 127.0.0.1:";
  BOOST_TEST_REQUIRE(eventually([&] { return has(read_file(home / "server.log"), mark); }));
  const std::string log = read_file(home / "server.log");
  const std::size_t at = log.find(mark) + mark.size();
  const std::string port = log.substr(at, log.find_first_not_of("0123456789", at) - at);
  const std::string config =
      home.write("conf.toml", test_settings(home, "ca_file = \"" + (home / "cert.pem").string() + "\"") +
                                  source_table("tls", "https://127.0.0.1:" + port + "/feed.rss"));
  const Finished poll = run_program(home, {"-c", config, "poll"});
  BOOST_TEST(has(poll.output, "1 new"), poll.output + poll.errors);
  const std::string status = status_of(home, config, "tls");
  BOOST_TEST(has(status, "\"state\": \"ok\""), status);
  BOOST_TEST(has(status, "its server's certificate ends on "), status);
  BOOST_TEST(has(status, ", in 4 d 23 h"), status);
}

BOOST_AUTO_TEST_SUITE_END()
