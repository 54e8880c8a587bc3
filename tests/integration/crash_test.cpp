// kill -9 in the middle of polls: what was committed stays whole, nothing is lost, nothing comes twice.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <random>
#include <thread>

#include "support/database.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;

BOOST_AUTO_TEST_SUITE(crash_test)

namespace {

constexpr int sources = 200;
constexpr int items = 10;
constexpr int kills = 20;

}  // namespace

BOOST_AUTO_TEST_CASE(p8_twenty_kills_during_a_poll_of_two_hundred_sources_lose_and_double_nothing) {
  ScriptedServer origin;
  const TemporaryFolder home;
  std::string settings = test_settings(home, "connections = 32");
  settings.replace(settings.find("interval = \"1h\""), 15, "interval = \"1s\"");
  for (int i = 0; i < sources; ++i) {
    const std::string id = "s" + std::to_string(i);
    const std::string tag = "\"" + id + "\"";
    const std::string body = rss_document(id, 1, items);
    origin.route("/" + id, [tag, body](const Seen& seen) {
      // 200 answers, 32 at a time, 40 ms each: a poll takes at least a quarter of a second, so kills find it at work.
      if (seen.header("If-None-Match") == tag)
        return Answer(304).header("ETag", tag).delay(std::chrono::milliseconds(40));
      return Answer(200, body).header("ETag", tag).delay(std::chrono::milliseconds(40));
    });
    settings += source_table(id, origin.url("/" + id));
  }
  const std::string config = home.write("conf.toml", settings);
  std::mt19937 random(7);  // the same moments in every run, as far as the machine allows
  std::uniform_int_distribution<int> moment(40, 240);
  int mid_poll = 0;
  for (int kill = 0; kill < kills; ++kill) {
    Program poll(home, {"-c", config, "poll", "--now"});
    std::this_thread::sleep_for(std::chrono::milliseconds(moment(random)));
    poll.signal(SIGKILL);
    mid_poll += poll.wait() == 128 + SIGKILL ? 1 : 0;
    if (!std::filesystem::exists(store_path(home))) continue;
    BOOST_TEST(value_of(store_path(home), "pragma integrity_check") == "ok");
    if (value_of(store_path(home), "pragma user_version") == "0") continue;  // killed before it had made its tables
    // Whole harvests only: a source has all of its entries or none, and validators only together with them.
    BOOST_TEST(value_of(store_path(home),
                        "select count(*) from (select count(*) c from v_entries group by source having c <> 10)") ==
               "0");
  }
  BOOST_TEST(mid_poll >= kills / 2, "only " << mid_poll << " kills hit a running poll");
  BOOST_TEST_MESSAGE(mid_poll << " of " << kills << " kills hit a running poll");

  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const Finished last = run_program(home, {"-c", config, "poll", "--now"});
  BOOST_TEST_REQUIRE(last.status == 0, last.errors);
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == std::to_string(sources * items));
  BOOST_TEST(value_of(store_path(home), "select count(distinct source || title) from v_entries") ==
             std::to_string(sources * items));
  BOOST_TEST(value_of(store_path(home), "pragma integrity_check") == "ok");

  origin.forget();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const Finished warm = run_program(home, {"-c", config, "poll", "--now"});
  BOOST_TEST(warm.status == 0);
  std::size_t conditional = 0;
  for (const Seen& seen : origin.seen()) conditional += seen.has("If-None-Match") ? 1u : 0u;
  BOOST_TEST(conditional == static_cast<std::size_t>(sources));
  BOOST_TEST(origin.seen().size() == static_cast<std::size_t>(sources));
  BOOST_TEST(value_of(store_path(home), "select count(*) from v_entries") == std::to_string(sources * items));
}

BOOST_AUTO_TEST_SUITE_END()
