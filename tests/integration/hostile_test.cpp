// The real program among sources that mean harm or know no better: none delays another, and each ends as one recorded
// outcome with a sentence and a next poll that somebody will live to see.
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "support/database.h"
#include "support/http.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
using namespace std::chrono_literals;
using namespace std::string_literals;
namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(hostile_test)

namespace {

const std::string ok = "HTTP/1.1 200 OK\r\n";

std::string often(const TemporaryFolder& home, const std::string& more) {
  std::string text = test_settings(home, more);
  const std::string hourly = "interval = \"1h\"";
  return text.replace(text.find("\ninterval") + 1, hourly.size(), "interval = \"0.4s\"");
}

json::array sources_of(const TemporaryFolder& home, const std::string& config) {
  return json::parse(run_program(home, {"-c", config, "status", "--json"}).output).at("sources").as_array();
}

std::string text_of(const json::value& source, const char* key) { return std::string(source.at(key).as_string()); }

std::vector<std::pair<std::string, Answer>> ways_to_stall() {
  return {{"accepted", Answer::raw("", End::hang)},
          {"status", Answer::raw("HTTP/1.1 20", End::hang)},
          {"head", Answer::raw(ok + "ETag: ", End::hang)},
          {"body", Answer(200, "<rss>").length(1000).then(End::hang)},
          {"drip", Answer(200).endless("<", 100ms)},
          {"interim", Answer::raw("").endless("HTTP/1.1 102 Processing\r\n\r\n", 100ms)},
          {"refusal", Answer(503, "busy").length(1000).then(End::hang)},
          {"late", Answer(200, rss_document("late", 1, 1)).delay(1h)}};
}

// All of it at once, with what is sound between.
std::vector<std::pair<std::string, Answer>> ways_of_the_wire() {
  const std::string body = rss_document("x", 1, 2),
                    length = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  std::vector<std::pair<std::string, Answer>> answers = ways_to_stall();
  const auto add = [&](const char* name, Answer answer) { answers.emplace_back(name, std::move(answer)); };
  add("good", Answer(200, body));
  add("reset", Answer::raw("", End::reset));
  add("silent", Answer::raw(""));
  add("no-http", Answer::raw("220 mail.example.test ESMTP\r\n"));
  add("zero-bytes", Answer::raw(ok + "ETag: \"\0\"\r\nLast-Modified: \0\r\nX\0Y: z\r\n"s + length + body));
  add("zero-body", Answer(200, std::string(5000, '\0')));
  add("short", Answer(200, body).length(body.size() + 1).then(End::close));
  add("long", Answer(200, body + body).length(body.size()));
  add("two-lengths", Answer::raw(ok + "Content-Length: 5\r\n" + length + body));
  add("endless-head", Answer(200).endless_headers("X-Noise: n\r\n"));
  add("endless-body", Answer(200).endless(std::string(10000, ' ')));
  add("bomb", Answer(200, gzip(std::string(8u << 20, ' '))).header("Content-Encoding", "gzip"));
  add("nested", Answer(200, gzip(gzip(body))).header("Content-Encoding", "gzip, gzip"));
  add("too-nested", Answer(200, body).header("Content-Encoding", "gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip"));
  add("not-packed", Answer(200, body).header("Content-Encoding", "br"));
  add("interim-storm", Answer::raw("").endless("HTTP/1.1 100 Continue\r\n\r\n"));
  add("circle", Answer::redirect(301, "/circle"));
  add("to-file", Answer::redirect(301, "file:///etc/passwd"));
  const std::string nines(300, '9');
  add("huge-age", Answer(200, body).header("Cache-Control", "max-age=" + nines).header("ETag", "\"1\""));
  add("negative-age", Answer(200, body).header("Cache-Control", "max-age=-" + nines).header("ETag", "\"1\""));
  add("huge-retry", Answer(503).header("Retry-After", nines));
  add("far-retry", Answer(429).header("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"));
  add("far-expiry", Answer(200, body).header("Expires", "Fri, 31 Dec 9999 23:59:59 GMT").header("ETag", "\"1\""));
  add("odd-dates",
      Answer(200, body).header("Date", "Thu, 99 Foo -1").header("Expires", "soon").header("ETag", "\"1\""));
  add("far-future", Answer(200, "<rss><channel><title>t</title><ttl>" + nines +
                                    "</ttl><item><title>i</title><pubDate>Fri, 31 "
                                    "Dec 99999 23:59:59 GMT</pubDate></item></channel></rss>"));
  return answers;
}

}  // namespace

// What stalls may do so for a minute; were anybody to wait for one of them, the good ones would not come round.
BOOST_AUTO_TEST_CASE(a_stalled_source_never_delays_another) {
  ScriptedServer origin;
  const TemporaryFolder home;
  std::string settings = often(home, "timeout = \"60s\"");
  std::vector<std::string> stalled, good;
  int host = 2;
  for (const auto& [name, answer] : ways_to_stall()) {
    const std::string address = "127.0.0." + std::to_string(host++);
    origin.listen(address);
    origin.route("/" + name, answer);
    settings += source_table(name, origin.url("/" + name, address));
    stalled.push_back("/" + name);
  }
  for (int i = 0; i < 5; ++i) {
    const std::string address = "127.0.0." + std::to_string(host++), name = "good" + std::to_string(i);
    origin.listen(address);
    origin.route("/" + name, Answer(200, rss_document(name, 1, 2)).header("ETag", "\"1\""));
    settings += source_table(name, origin.url("/" + name, address));
    good.push_back("/" + name);
  }
  const std::string config = home.write("conf.toml", settings);
  Program daemon(home, {"-c", config, "run"});
  const std::string url = wait_for_url(daemon);
  BOOST_TEST_REQUIRE(!url.empty(), daemon.errors());
  const bool all_stall = eventually([&] {
    return std::all_of(stalled.begin(), stalled.end(), [&](const std::string& path) { return origin.count(path) > 0; });
  });
  BOOST_TEST(all_stall);
  origin.forget();
  for (const std::string& path : good) BOOST_TEST(eventually([&] { return origin.count(path) >= 5u; }), path);
  for (const std::string& path : stalled) BOOST_TEST(origin.count(path) == 0u, path);  // they still hang
  BOOST_TEST(ask(url + "/healthz").status == 200);
  BOOST_TEST(ask(url + "/feed.json").status == 200);
  // Nor do they delay the end.
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait(10s) == 0, daemon.errors());
}

// At its own host, where one request at a time is the rule, it holds up others no longer than its timeout.
BOOST_AUTO_TEST_CASE(a_stalled_source_holds_its_own_host_for_its_timeout_only) {
  ScriptedServer origin;
  const TemporaryFolder home;
  std::string settings = often(home, "timeout = \"1s\"");
  settings.replace(settings.find("host_connections = 8"), 20, "host_connections = 1");
  for (const auto& [name, answer] : ways_to_stall()) {
    origin.route("/" + name, answer);
    settings += source_table(name, origin.url("/" + name));
  }
  origin.route("/good", Answer(200, rss_document("good", 1, 2)).header("ETag", "\"1\""));
  settings += source_table("good", origin.url("/good"));
  const std::string config = home.write("conf.toml", settings);
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST(eventually([&] { return origin.count("/good") >= 2u; }, 60s), daemon.errors());
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait(10s) == 0, daemon.errors());
}

BOOST_AUTO_TEST_CASE(whatever_the_wire_says_is_one_recorded_outcome_with_a_sentence) {
  ScriptedServer origin;
  const TemporaryFolder home;
  const std::vector<std::pair<std::string, Answer>> answers = ways_of_the_wire();
  std::string settings =
      test_settings(home, "timeout = \"2s\"\nmax_body = \"512KiB\"\nhost_connections = 64\nconnections = 64");
  settings.erase(settings.find("host_connections = 8\n"), 21);
  for (const auto& [name, answer] : answers) {
    origin.route("/" + name, answer);
    settings += source_table(name, origin.url("/" + name));
  }
  const std::string config = home.write("conf.toml", settings);
  const Finished poll = run_program(home, {"-c", config, "poll"});
  BOOST_TEST(poll.status == 0, poll.errors);
  const std::string soon = value_of(store_path(home), "select strftime('%Y-%m-%dT%H:%M:%SZ', 'now')");
  const std::string late = value_of(store_path(home), "select strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+8 days')");
  const json::array sources = sources_of(home, config);
  BOOST_TEST(sources.size() == answers.size());
  for (const json::value& source : sources) BOOST_TEST_CONTEXT(text_of(source, "id")) {
      const std::string state = text_of(source, "state"), reason = text_of(source, "reason");
      const std::string next = text_of(source, "next_poll");
      BOOST_TEST_MESSAGE(text_of(source, "id")
                         << ": " << state << " " << reason << " / " << text_of(source, "next_poll_reason"));
      BOOST_TEST(source.at("polls").to_number<int>() == 1);
      BOOST_TEST((state == "ok" || state == "failing" || state == "silent"), state);
      BOOST_TEST((state == "ok") == reason.empty(), reason);
      BOOST_TEST(!text_of(source, "next_poll_reason").empty());
      BOOST_TEST((next > soon && next < late), next);  // RFC 3339: text compares as time does
      BOOST_TEST(reason.find('\0') == std::string::npos);
    }
  // Beside all of them the good ones have their entries.
  for (const char* name : {"good", "long", "huge-age", "far-expiry", "odd-dates"})
    BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries where source = '"s + name + "'") == "2",
               name);
  BOOST_TEST(value_of(store_path(home), "pragma integrity_check") == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
