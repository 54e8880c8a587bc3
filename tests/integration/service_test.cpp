// `run` as a service: readiness, the control socket, reload, the end, and what others may have taken before us.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstring>
#include <thread>

#include "support/database.h"
#include "support/http.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(service_test)

namespace {

// What systemd would hear.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path)
      : path_(path), descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::strncpy(where.sun_path, path.c_str(), sizeof where.sun_path - 1);
    BOOST_TEST_REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
  }
  ~NotifySocket() { ::close(descriptor_); }
  bool hears(const std::string& part) {
    return eventually([&] {
      char text[4096];
      for (ssize_t got; (got = ::recv(descriptor_, text, sizeof text, 0)) > 0;)
        heard_ += std::string(text, static_cast<std::size_t>(got)) + "\n";
      return heard_.find(part) != std::string::npos;
    });
  }
  std::string variable() const { return "NOTIFY_SOCKET=" + path_; }
  void forget() { heard_.clear(); }

 private:
  std::string path_;
  int descriptor_;
  std::string heard_;
};

std::size_t items_at(const std::string& url) {
  const Got got = ask(url + "/feed.json");
  return got.status == 200 ? json::parse(got.body).at("items").as_array().size() : 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(p15_it_says_ready_serves_polls_and_ends_cleanly_within_ten_seconds) {
  ScriptedServer origin;
  origin.route("/a", Answer(200, rss_document("a", 1, 3)).header("ETag", "\"1\""));
  origin.route("/slow", Answer::raw("", End::hang));
  const TemporaryFolder home;
  NotifySocket systemd((home / "notify").string());
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("a", origin.url("/a")) +
                                                         source_table("slow", origin.url("/slow")));
  Program daemon(home, {"-c", config, "run"}, {systemd.variable(), "WATCHDOG_USEC=2000000"});
  BOOST_TEST_REQUIRE(systemd.hears("READY=1"), daemon.errors());
  const std::string url = wait_for_url(daemon);
  BOOST_TEST(eventually([&] { return items_at(url) == 3; }));
  BOOST_TEST(systemd.hears("WATCHDOG=1"));
  BOOST_TEST(systemd.hears("STATUS="));
  BOOST_TEST(ask(url + "/healthz").status == 200);
  BOOST_TEST(ask(url + "/readyz").status == 200);

  const Got feed = ask(url + "/feed.atom");
  BOOST_TEST(feed.status == 200);
  BOOST_TEST(feed.header("Content-Type").find("application/atom+xml") == 0u);
  BOOST_TEST(feed.header("X-Content-Type-Options") == "nosniff");
  BOOST_TEST(!feed.header("Content-Security-Policy").empty());
  const Got metrics = ask(url + "/metrics");
  BOOST_TEST(metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  BOOST_TEST(metrics.body.find("\nrapporteur_polls_total{outcome=\"fresh\"} 1\n") != std::string::npos, metrics.body);
  BOOST_TEST(metrics.body.find("\nrapporteur_entries_added_total 3\n") != std::string::npos);
  BOOST_TEST(metrics.body.find("\nrapporteur_loop_held_seconds_count 0\n") == std::string::npos);
  const Got unchanged = ask(url + "/feed.atom", {{"If-None-Match", feed.header("ETag")}});
  BOOST_TEST(unchanged.status == 304);
  BOOST_TEST(unchanged.body.empty());
  BOOST_TEST(ask(url + "/feed.atom", {{"If-Modified-Since", feed.header("Last-Modified")}}).status == 304);
  BOOST_TEST(ask(url + "/feed.atom", {{"Accept-Encoding", "gzip"}}).header("Content-Encoding") == "gzip");
  BOOST_TEST(ask(url + "/feed.atom", {}, "HEAD").body.empty());
  BOOST_TEST(ask(url + "/feed.atom", {}, "DELETE").status == 405);
  BOOST_TEST(ask(url + "/nothing-here").status == 404);

  // `status` and `poll` reach the daemon; a second writer does not start.
  const Finished status = run_program(home, {"-c", config, "status"});
  BOOST_TEST(status.status == 0);
  BOOST_TEST(status.output.find("a ") != std::string::npos);
  const Finished poll = run_program(home, {"-c", config, "poll", "--now", "a"});
  BOOST_TEST(poll.status == 0, poll.errors);
  BOOST_TEST(poll.output.find("a: ") != std::string::npos, poll.output);
  const Finished second = run_program(home, {"-c", config, "run"});
  BOOST_TEST(second.status == 69);
  BOOST_TEST(second.errors.find("lock") != std::string::npos, second.errors);

  const auto began = std::chrono::steady_clock::now();
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait(std::chrono::seconds(10)) == 0, daemon.errors());
  BOOST_TEST_MESSAGE(
      "ended after "
      << std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count()
      << " ms");
  BOOST_TEST(systemd.hears("STOPPING=1"));
  std::error_code absent;  // everything stands in the database itself: its journal is gone or empty
  const auto journal = std::filesystem::file_size(store_path(home) + "-wal", absent);
  BOOST_TEST((absent || journal == 0u));
  const json::value after = json::parse(run_program(home, {"-c", config, "--json", "status"}).output);
  for (const json::value& source : after.at("sources").as_array())  // a cancelled request counts for nothing
    BOOST_TEST(source.at("state").as_string() == (source.at("id").as_string() == "slow" ? "pending" : "ok"));
}

BOOST_AUTO_TEST_CASE(sighup_takes_a_good_configuration_whole_and_a_faulty_one_not_at_all) {
  ScriptedServer origin;
  origin.route("/a", Answer(200, rss_document("a", 1, 3)).header("ETag", "\"1\""));
  origin.route("/b", Answer(200, rss_document("b", 1, 4)).header("ETag", "\"1\""));
  const TemporaryFolder home;
  NotifySocket systemd((home / "notify").string());
  const std::string config = home.write("conf.toml", test_settings(home) + source_table("a", origin.url("/a")));
  Program daemon(home, {"-c", config, "run"}, {systemd.variable()});
  const std::string url = wait_for_url(daemon);
  BOOST_TEST(eventually([&] { return items_at(url) == 3; }));

  home.write("conf.toml", test_settings(home) + "[nonsense]\n" + source_table("b", origin.url("/b")));
  daemon.signal(SIGHUP);
  BOOST_TEST(daemon.wait_for_error("the old one stays"));
  BOOST_TEST(origin.count("/b") == 0u);
  BOOST_TEST(systemd.hears("RELOADING=1"));

  home.write("conf.toml", test_settings(home) + "[site]\ntitle = \"After reload\"\n" +
                              source_table("a", origin.url("/a")) + source_table("b", origin.url("/b")));
  daemon.signal(SIGHUP);
  BOOST_TEST(eventually([&] { return items_at(url) == 7; }));
  BOOST_TEST(ask(url + "/feed.atom").body.find("After reload") != std::string::npos);
  BOOST_TEST(origin.count("/a") == 1u);  // its due time was kept
}

BOOST_AUTO_TEST_CASE(a_port_in_use_is_named) {
  ScriptedServer other;
  const TemporaryFolder home;
  std::string settings = test_settings(home);
  settings.replace(settings.find("127.0.0.1:0"), 11, "127.0.0.1:" + std::to_string(other.port()));
  const Finished run = run_program(home, {"-c", home.write("conf.toml", settings), "run"});
  BOOST_TEST(run.status == 69);
  BOOST_TEST(run.errors.find("127.0.0.1:" + std::to_string(other.port())) != std::string::npos, run.errors);
}

BOOST_AUTO_TEST_CASE(the_same_store_gives_the_same_bytes_after_a_restart) {
  ScriptedServer origin;
  origin.route("/a", Answer(200, rss_document("a", 1, 30)).header("ETag", "\"1\""));
  const TemporaryFolder home;
  std::string settings = test_settings(home) + source_table("a", origin.url("/a"));
  settings.replace(settings.find("view_limit"), 0, "base_url = \"https://news.example\"\n");
  const std::string config = home.write("conf.toml", settings);
  std::string first[3];
  for (int round = 0; round < 2; ++round) {
    Program daemon(home, {"-c", config, "run"});
    const std::string url = wait_for_url(daemon);
    BOOST_TEST(eventually([&] { return items_at(url) == 30; }));
    int i = 0;
    for (const char* path : {"/feed.atom", "/feed.json", "/"}) {
      const Got got = ask(url + path);
      if (round == 0) first[i] = got.header("ETag") + got.body;
      if (round == 1) BOOST_TEST((first[i] == got.header("ETag") + got.body), path);
      ++i;
    }
    daemon.signal(SIGTERM);
    BOOST_TEST(daemon.wait() == 0);
  }
}

BOOST_AUTO_TEST_CASE(older_days_and_single_stories_have_pages_and_a_late_story_is_seen_by_who_compares_dates_alone) {
  ScriptedServer origin;
  origin.route("/a", Answer(200, rss_document("a", 1, 30)).header("ETag", "\"1\""));
  const TemporaryFolder home;
  std::string settings = test_settings(home) + source_table("a", origin.url("/a"));
  settings.replace(settings.find("view_limit"), std::string("view_limit = 500").size(), "view_limit = 5");
  const std::string config = home.write("conf.toml", settings);
  Program daemon(home, {"-c", config, "run"});
  const std::string url = wait_for_url(daemon);
  BOOST_TEST_REQUIRE(eventually([&] { return items_at(url) == 5; }));
  const Got front = ask(url + "/");
  const std::size_t link = front.body.find("rel=\"next\" href=\"");
  BOOST_TEST_REQUIRE(link != std::string::npos);
  const std::string address = front.body.substr(link + 17, front.body.find('"', link + 17) - link - 17);
  const Got day = ask(address);
  BOOST_TEST(day.status == 200, address);
  BOOST_TEST(day.header("ETag").size() > 10u);
  BOOST_TEST(ask(address, {{"If-None-Match", day.header("ETag")}}).status == 304);
  BOOST_TEST(ask(url + "/day/1999-01-01/").status == 404);
  BOOST_TEST(ask(url + "/story/1").status == 200);
  BOOST_TEST(ask(url + "/favicon.ico").header("Content-Type") == "image/svg+xml");
  BOOST_TEST(ask(url + "/story/999999").status == 404);

  const Got before = ask(url + "/feed.json");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // a date has whole seconds
  origin.route("/late", Answer(200, rss_document("late", 1, 2)).header("ETag", "\"1\""));
  home.write("conf.toml", settings + source_table("late", origin.url("/late")));
  daemon.signal(SIGHUP);
  BOOST_TEST(eventually([&] {
    return ask(url + "/", {{"If-Modified-Since", before.header("Last-Modified")}}).status == 200;
  }));
}

BOOST_AUTO_TEST_SUITE_END()
