// A backup put back: what the store remembers of a source belongs to the content it holds, so the next poll asks with
// the old validators, is answered in full and catches up (POLITENESS P8). Nothing is lost, nothing comes twice.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <thread>

#include "support/database.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(restore_test)

namespace {

// A feed in versions: each has an ETag and a date of its own, and 304 for who has the one that is on.
class Versions {
 public:
  Versions(ScriptedServer& origin, const std::string& target) {
    origin.route(target, [this](const Seen& seen) {
      const std::scoped_lock lock(guard_);
      if (seen.header("If-None-Match") == tag(number_)) return marked(Answer(304));
      return marked(Answer(200, body_));
    });
  }
  void publish(int number, std::string body) {
    const std::scoped_lock lock(guard_);
    number_ = number;
    body_ = std::move(body);
  }
  static std::string tag(int number) { return "W/\"version " + std::to_string(number) + "\""; }
  static std::string day(int number) { return "Tue,  " + std::to_string(number) + " Nov 2026 odd"; }

 private:
  Answer marked(Answer answer) const {
    return answer.header("ETag", tag(number_)).header("Last-Modified", day(number_));
  }
  std::mutex guard_;
  int number_ = 0;
  std::string body_;
};

std::string settings_of(const TemporaryFolder& home) {
  std::string text = test_settings(home);
  const std::string hourly = "interval = \"1h\"";
  return text.replace(text.find("\ninterval") + 1, hourly.size(), "interval = \"0.4s\"");
}

std::string edited(std::string document, const std::string& words, const std::string& better) {
  return document.replace(document.find(words), words.size(), better);
}

// The daemon runs until the origin has been asked with the validators of this version: it has committed it by then.
void run_until_known(const TemporaryFolder& home, const std::string& config, ScriptedServer& origin, int number) {
  Program daemon(home, {"-c", config, "run"});
  const bool is_known = eventually([&] {
    const auto seen = origin.seen();
    return !seen.empty() && seen.back().header("If-None-Match") == Versions::tag(number);
  });
  BOOST_TEST(is_known, daemon.errors());
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());
}

// As an operator would: while a daemon runs or not, into one file.
void back_up(const TemporaryFolder& home, const std::string& to) {
  query(store_path(home), "vacuum into '" + to + "'");
}

void restore(const TemporaryFolder& home, const std::string& from) {
  for (const char* beside : {"", "-wal", "-shm"}) fs::remove(store_path(home) + beside);
  fs::copy_file(from, store_path(home));
}

std::string ids(const TemporaryFolder& home, const std::string& where) {
  return value_of(store_path(home),
                  "select group_concat(id, ' ') from (select id from v_entries where " + where + " order by id)");
}

}  // namespace

BOOST_AUTO_TEST_CASE(p8_a_restored_backup_asks_with_its_own_validators_and_catches_up) {
  ScriptedServer origin;
  Versions feed(origin, "/a");
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", settings_of(home) + source_table("a", origin.url("/a")));
  const std::string backup = (home / "backup.db").string();
  const auto poll = [&](int number, const std::string& body) {
    feed.publish(number, body);
    run_until_known(home, config, origin, number);
  };
  poll(1, rss_document("a", 1, 3));
  back_up(home, backup);
  poll(2, rss_document("a", 2, 4));
  const std::string latest = edited(rss_document("a", 3, 4), "a story 3<", "A better title<");
  poll(3, latest);
  const std::string before = ids(home, "1");
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "6");

  restore(home, backup);
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "3");
  origin.forget();
  run_until_known(home, config, origin, 3);
  const auto seen = origin.seen();
  BOOST_TEST_REQUIRE(seen.size() >= 2u);
  // The first request asks about what the backup holds, not about what was had since, and the next one about the new.
  BOOST_TEST(seen[0].header("If-None-Match") == Versions::tag(1));
  BOOST_TEST(seen[0].header("If-Modified-Since") == Versions::day(1));
  for (std::size_t i = 1; i < seen.size(); ++i) {
    BOOST_TEST(seen[i].header("If-None-Match") == Versions::tag(3));
    BOOST_TEST(seen[i].header("If-Modified-Since") == Versions::day(3));
  }
  BOOST_TEST(ids(home, "1") == before);  // all six, with the ids that readers know
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries where title = 'A better title'") == "1");
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries where title = 'a story 3'") == "0");
  BOOST_TEST(value_of(store_path(home), "pragma integrity_check") == "ok");
}

// The store may be killed before and after: the copy is what counts.
BOOST_AUTO_TEST_CASE(p8_a_backup_of_a_running_daemon_holds_validators_and_entries_of_one_moment) {
  ScriptedServer origin;
  Versions feed(origin, "/a");
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", settings_of(home) + source_table("a", origin.url("/a")));
  feed.publish(1, rss_document("a", 1, 2));
  std::vector<std::string> copies;
  {
    Program daemon(home, {"-c", config, "run"});
    BOOST_TEST_REQUIRE(eventually([&] { return origin.count("/a") > 0u; }), daemon.errors());
    for (int number = 2; number < 8; ++number) {
      feed.publish(number, rss_document("a", 1, number + 1));
      std::this_thread::sleep_for(500ms);  // about a poll; none or two are as good
      copies.push_back((home / ("copy" + std::to_string(number))).string());
      back_up(home, copies.back());
    }
    daemon.signal(SIGKILL);
    daemon.wait();
  }
  feed.publish(9, rss_document("a", 1, 9));
  for (const std::string& copy : copies) {
    restore(home, copy);
    const int entries = std::stoi(value_of(store_path(home), "select count(*) from v_entries"));
    origin.forget();
    run_until_known(home, config, origin, 9);
    // Version n has n + 1 entries: what is asked about is what is there.
    const auto seen = origin.seen();
    BOOST_TEST(seen.at(0).has("If-None-Match") == (entries > 0));
    if (entries > 0) BOOST_TEST(seen.at(0).header("If-None-Match") == Versions::tag(entries - 1));
    BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "9");
  }
}

// Whoever went back to an older version themselves may say 304: the backup holds just that.
BOOST_AUTO_TEST_CASE(p8_an_origin_that_is_restored_too_finds_its_version_in_the_backup) {
  ScriptedServer origin;
  Versions feed(origin, "/a");
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", settings_of(home) + source_table("a", origin.url("/a")));
  const std::string backup = (home / "backup.db").string();
  feed.publish(1, rss_document("a", 1, 3));
  run_until_known(home, config, origin, 1);
  back_up(home, backup);
  feed.publish(2, rss_document("a", 2, 4));
  run_until_known(home, config, origin, 2);
  restore(home, backup);
  feed.publish(1, rss_document("a", 1, 3));
  origin.forget();
  run_until_known(home, config, origin, 1);
  BOOST_TEST(origin.seen().at(0).header("If-None-Match") == Versions::tag(1));
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "3");
  feed.publish(2, rss_document("a", 2, 4));
  run_until_known(home, config, origin, 2);
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "5");
}

BOOST_AUTO_TEST_CASE(p9_validators_of_an_address_that_a_source_no_longer_has_are_not_sent) {
  ScriptedServer origin;
  Versions old_feed(origin, "/old"), new_feed(origin, "/new");
  const TemporaryFolder home;
  const auto config_with = [&](const std::string& target) {
    return home.write("conf.toml", settings_of(home) + source_table("a", origin.url(target)));
  };
  const std::string backup = (home / "backup.db").string();
  old_feed.publish(1, rss_document("a", 1, 3));
  new_feed.publish(5, rss_document("a", 4, 3));
  run_until_known(home, config_with("/old"), origin, 1);
  back_up(home, backup);
  run_until_known(home, config_with("/new"), origin, 5);
  restore(home, backup);
  origin.forget();
  // The backup knows /old; the configuration says /new by now.
  run_until_known(home, config_with("/new"), origin, 5);
  BOOST_TEST(!origin.seen("/new").at(0).has("If-None-Match"));
  BOOST_TEST(!origin.seen("/new").at(0).has("If-Modified-Since"));
  BOOST_TEST(origin.count("/old") == 0u);
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "6");
}

BOOST_AUTO_TEST_CASE(p9_validators_stay_with_their_address_where_a_redirect_leads_elsewhere_than_in_the_backup) {
  ScriptedServer origin;
  Versions old_feed(origin, "/old"), other_feed(origin, "/other");
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", settings_of(home) + source_table("a", origin.url("/moving")));
  const std::string backup = (home / "backup.db").string();
  old_feed.publish(1, rss_document("a", 1, 3));
  other_feed.publish(7, rss_document("a", 7, 3));
  origin.route("/moving", Answer::redirect(302, "/old"));
  run_until_known(home, config, origin, 1);
  back_up(home, backup);
  origin.route("/moving", Answer::redirect(302, "/other"));
  run_until_known(home, config, origin, 7);
  restore(home, backup);
  origin.forget();
  run_until_known(home, config, origin, 7);
  BOOST_TEST(!origin.seen("/moving").at(0).has("If-None-Match"));
  BOOST_TEST(!origin.seen("/other").at(0).has("If-None-Match"));
  BOOST_TEST(origin.count("/old") == 0u);
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == "6");
}

BOOST_AUTO_TEST_SUITE_END()
