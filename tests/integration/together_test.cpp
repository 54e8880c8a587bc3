// Documents that come together are stored together; a source whose entries the store refuses takes no other one down,
// is told, and loses nothing: its validators were not kept, so all of it comes with the next poll (POLITENESS P10).
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "support/database.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(together_test)

namespace {

constexpr int sources = 30, entries = 3;

std::string name_of(int source) { return "s" + std::to_string(source); }

struct Crowd {
  // The first keeps the writer busy while the others come in.
  explicit Crowd(int of_the_first) {
    std::string text = test_settings(home);
    for (int i = 0; i < sources; ++i) {
      const std::string name = name_of(i), path = "/" + name;
      text += source_table(name, origin.url(path));
      origin.route(path, [this, name, count = i == 0 ? of_the_first : entries](const Seen& seen) {
        const std::string tag = has_news ? "\"2\"" : "\"1\"";
        if (seen.header("If-None-Match") == tag) return Answer(304).header("ETag", tag);
        return Answer(200, rss_document(name, 1, has_news ? count : 0)).header("ETag", tag);
      });
    }
    config = home.write("config.toml", text);
  }
  Finished poll() const {
    std::this_thread::sleep_for(300ms);  // above min_interval
    return run_program(home, {"-c", config, "poll", "--now"});
  }
  std::string value(const std::string& sql) const { return value_of(store_path(home), sql); }

  TemporaryFolder home;
  std::atomic<bool> has_news{false};
  ScriptedServer origin;
  std::string config;
};

}  // namespace

BOOST_AUTO_TEST_CASE(p10_a_source_whose_entries_cannot_be_stored_takes_no_other_one_down) {
  Crowd crowd(1500);
  BOOST_TEST(crowd.poll().status == 0);
  BOOST_TEST(crowd.value("select count(*) from entry") == "0");
  query(
      store_path(crowd.home),
      "create trigger refusal before insert on entry when new.title like 's7 %' begin select raise(abort, 'no'); end");
  crowd.has_news = true;
  const Finished refused = crowd.poll();
  BOOST_TEST(refused.errors.find("1 of them without a usable answer") != std::string::npos, refused.errors);
  BOOST_TEST(refused.errors.find("a refresh could not be recorded") != std::string::npos, refused.errors);
  const std::string all = std::to_string(1500 + (sources - 2) * entries);
  BOOST_TEST(crowd.value("select count(*) from entry") == all);
  BOOST_TEST(crowd.value("select group_concat(name) from source where id not in (select source from entry)") == "s7");
  query(store_path(crowd.home), "drop trigger refusal");
  BOOST_TEST(crowd.poll().status == 0);
  BOOST_TEST(crowd.value("select count(*) from entry") == std::to_string(1500 + (sources - 1) * entries));
  BOOST_TEST(crowd.value("select sum(entries) from poll") == crowd.value("select count(*) from entry"));
  BOOST_TEST(crowd.value("select count(distinct atom_id) from entry") == crowd.value("select count(*) from entry"));
}

BOOST_AUTO_TEST_SUITE_END()
