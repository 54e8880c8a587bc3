// The report: the real program polls some fifty sources on as many hosts, ends once as it should and is killed once in
// the middle of a request; then every rule is judged by what the origin was asked, and for what no request can show,
// the test is named that does. Printed rule by rule (--log_level=message).
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include "support/program.h"
#include "support/setting.h"
#include "support/stage.h"

using namespace rapporteur::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(politeness_report_test)

namespace {

constexpr int rules = 46;
const std::string date = "Tue, 24 Nov 2026 09:00:00 GMT", odd_date = "Tue,  1 Jul 2003 nonsense";
const std::string inside = "127.0.0.99";  // beyond allow_networks

Step good(std::string etag, std::string last_modified = {}) {
  Step step;
  step.etag = std::move(etag);
  step.last_modified = std::move(last_modified);
  return step;
}
Step status(int number, int retry_after = 0) {
  Step step;
  step.status = number;
  step.retry_after = retry_after;
  return step;
}
Step unchanged_but(std::string etag, std::string last_modified) {
  Step step = good(std::move(etag), std::move(last_modified));
  step.status = 304;
  return step;
}
Step slow(std::string etag) {
  Step step = good(std::move(etag));
  step.delay = 1200ms;
  return step;
}
Step fresh_for(std::string etag, int seconds) {
  Step step = good(std::move(etag));
  step.max_age = seconds;
  return step;
}
Step expires_in(std::string etag, int seconds) {
  Step step = good(std::move(etag));
  step.expires = seconds;
  return step;
}
Step mangled(std::string etag) {
  Step step = good(std::move(etag));
  step.is_readable = false;
  return step;
}
Step wants_https(std::string etag) {
  Step step = good(std::move(etag));
  step.demands_https = true;
  return step;
}
Step states(std::string etag, std::string channel, milliseconds interval) {
  Step step = good(std::move(etag));
  step.channel = std::move(channel);
  step.stated = interval;
  return step;
}
Step leads_to(int number, std::string address) {
  Step step = status(number);
  step.leads_to = std::move(address);
  return step;
}
// Skips this hour and the next one.
Step skips_hours(std::string etag) {
  const std::time_t now = std::time(nullptr);
  const std::time_t hour = now / 3600 % 24;
  Step step = good(std::move(etag));
  step.channel = "<skipHours><hour>" + std::to_string(hour) + "</hour><hour>" + std::to_string((hour + 1) % 24) +
                 "</hour></skipHours>";
  step.skipped = std::chrono::seconds((now / 3600 + 2) * 3600 - now);
  return step;
}

std::string about_validators(Stage& stage) {
  std::string text;
  text += stage.source("127.0.0.2", "/tag", {good("W/\"a,b\"")});
  text += stage.source("127.0.0.2", "/unquoted", {good("x-1")});
  text += stage.source("127.0.0.2", "/date", {good("", odd_date)});
  text += stage.source("127.0.0.2", "/both", {good("\"1\"", date)});
  text += stage.source("127.0.0.2", "/renewed", {good("\"1\"", date), good("\"2\"", date), good("\"3\"")});
  text += stage.source("127.0.0.3", "/bare", {good("")});
  text += stage.source("127.0.0.3", "/bare-too", {good("")});
  text += stage.source("127.0.0.10", "/refreshed",
                       {good("\"1\"", date), unchanged_but("\"2\"", odd_date), good("\"2\"", odd_date)});
  text += stage.source("127.0.0.10", "/mangled", {good("\"1\""), mangled("\"2\""), good("\"3\"")});
  text += stage.source("127.0.0.10", "/secure", {wants_https("\"h\"")});
  return text;
}

std::string about_patience(Stage& stage) {
  std::string text;
  text += stage.source("127.0.0.3", "/fresh", {fresh_for("\"f\"", 6)});
  text += stage.source("127.0.0.3", "/fresh-too", {fresh_for("\"g\"", 7)});
  text += stage.source("127.0.0.11", "/absurd", {fresh_for("\"a\"", 504576000)});
  text += stage.source("127.0.0.11", "/expiring", {expires_in("\"e\"", 7)});
  text += stage.source("127.0.0.11", "/ttl", {states("\"t\"", "<ttl>1</ttl>", 60s)});
  text += stage.source("127.0.0.11", "/hourly",
                       {states("\"u\"",
                               "<sy:updatePeriod xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">hourly"
                               "</sy:updatePeriod>",
                               3600s)});
  text += stage.source("127.0.0.11", "/skipping", {skips_hours("\"s\"")});
  text += stage.source("127.0.0.4", "/busy", {good("\"1\""), status(429, 6), good("\"1\"")});
  for (int i = 0; i < 4; ++i) text += stage.source("127.0.0.4", "/calm-" + std::to_string(i), {good("\"c\"")});
  text += stage.source("127.0.0.12", "/weary", {status(503)});
  text += stage.source("127.0.0.13", "/weary-too", {status(429)});
  text += stage.source("127.0.0.5", "/broken", {status(500)});
  text += stage.source("127.0.0.5", "/lost", {status(404)});
  text += stage.source("127.0.0.5", "/cut", {status(0)});
  text += stage.source("127.0.0.5", "/forbidden", {status(403)});
  text += stage.source("127.0.0.5", "/gone", {status(410)});
  text += stage.source("127.0.0.8", "/later", {status(503, 5), good("\"l\"")});
  return text;
}

std::string about_redirects(Stage& stage) {
  std::string text;
  stage.play("127.0.0.9", "/target", {good("\"t\"")});
  stage.play("127.0.0.9", "/round", {leads_to(302, "127.0.0.7/circle")});
  text += stage.source("127.0.0.7", "/moved", {leads_to(302, "127.0.0.9/target")});
  text += stage.source("127.0.0.7", "/circle", {leads_to(302, "127.0.0.9/round")});
  stage.play("127.0.0.15", "/new", {good("\"n\"")});
  text += stage.source("127.0.0.14", "/old", {leads_to(301, "127.0.0.15/new")});
  stage.play(inside, "/secret", {good("\"s\"")});
  text += stage.source("127.0.0.14", "/prying", {leads_to(302, inside + "/secret")});
  const auto link = [](int i) { return "127.0.0." + std::to_string(20 + i) + "/link-" + std::to_string(i); };
  for (int i = 1; i < 8; ++i)
    stage.play("127.0.0." + std::to_string(20 + i), "/link-" + std::to_string(i), {leads_to(302, link(i + 1))});
  text += stage.source("127.0.0.20", "/link-0", {leads_to(302, link(1))});
  for (const char* name : {"51", "52", "53"}) {  // all of them to one host, which has a source of its own
    const std::string target = std::string("/for-") + name;
    stage.play("127.0.0.54", target, {good("\"f\"")});
    text += stage.source(std::string("127.0.0.") + name, target + "-far", {leads_to(302, "127.0.0.54" + target)});
  }
  text += stage.source("127.0.0.54", "/led-to", {good("\"o\"")});
  return text;
}

std::string about_hosts(Stage& stage) {
  std::string text;
  for (int i = 0; i < 3; ++i) text += stage.source("127.0.0.6", "/slow-" + std::to_string(i), {slow("\"s\"")});
  for (int i = 0; i < 5; ++i) text += stage.source("127.0.0.8", "/plain-" + std::to_string(i), {good("\"p\"")});
  for (int i = 0; i < 12; ++i)
    text += stage.source("127.0.0." + std::to_string(30 + i), "/alone-" + std::to_string(i), {good("\"o\"")});
  return text;
}

// The manners of the configuration, times short enough for a test.
std::string configuration(Stage& stage, const TemporaryFolder& home) {
  stage.manners = {3000ms, 8000ms, 500ms, 400ms, {}, "https://contact.test/"};
  stage.manners.cap = 12s;
  stage.manners.forbidden = {inside};
  return "[server]\nlisten = [\"127.0.0.1:0\"]\n[store]\npath = \"" + store_path(home) +
         "\"\n[fetch]\ncontact = \"https://contact.test/\"\nhost_gap = \"0.5s\"\nmin_interval = \"1s\"\n"
         "interval = \"3s\"\nno_validator_interval = \"8s\"\nmax_interval = \"12s\"\n"
         "allow_networks = [\"127.0.0.0/26\"]\n" +
         about_validators(stage) + about_patience(stage) + about_redirects(stage) + about_hosts(stage);
}

void end_cleanly(Program& daemon, Stage& stage) {
  stage.asker_goes();
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());
  stage.asker_is_gone();
}

void three_lives(Stage& stage, const TemporaryFolder& home, const std::string& config) {
  {
    stage.note_start();
    Program daemon(home, {"-c", config, "run"});
    BOOST_TEST_REQUIRE(!wait_for_url(daemon).empty(), daemon.errors());
    std::this_thread::sleep_for(4s);
    stage.note_other();
    // Beside the daemon, as long as it runs: whatever comes of it, nobody is asked sooner.
    const Program other(home, {"-c", config, "poll"});
    std::this_thread::sleep_for(3500ms);
    end_cleanly(daemon, stage);
  }
  {
    stage.note_start();
    Program daemon(home, {"-c", config, "run"});
    BOOST_TEST_REQUIRE(!wait_for_url(daemon).empty(), daemon.errors());
    std::this_thread::sleep_for(4s);
    const std::size_t asked = stage.origin.count("/slow-1");
    BOOST_TEST_REQUIRE(eventually([&] { return stage.origin.count("/slow-1") > asked; }));
    stage.asker_goes();
    daemon.signal(SIGKILL);  // its answer is on the way
    BOOST_TEST(daemon.wait() == 128 + SIGKILL);
    stage.asker_is_gone();
  }
  std::this_thread::sleep_for(5s);  // everybody is overdue by then
  stage.note_start();
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST_REQUIRE(!wait_for_url(daemon).empty(), daemon.errors());
  std::this_thread::sleep_for(7500ms);
  const auto is_over = [&] { return stage.origin.count("/absurd") > 1 && stage.origin.count("/mangled") > 2; };
  BOOST_TEST(eventually(is_over));
  end_cleanly(daemon, stage);
}

// What a person is told of why each source waits.
Verdict reasons_for_waiting(const TemporaryFolder& home, const std::string& config) {
  const std::string status = run_program(home, {"-c", config, "status", "--json"}).output,
                    name = "\"next_poll_reason\": \"";
  Verdict verdict{"P46 each wait has its reason in the status", 0, {}};
  for (std::size_t at = status.find(name); at != status.npos; at = status.find(name, at + 1)) {
    ++verdict.cases;
    if (status[at + name.size()] == '"') verdict.fault = "a source waits without a reason";
  }
  return verdict;
}

struct Row {
  std::string number, statement, shown;
};

std::vector<Row> table_of_rules() {
  std::ifstream file(RAPPORTEUR_SOURCE_DIR "/tests/integration/politeness.tsv");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    Row row;
    std::getline(std::getline(std::getline(fields, row.number, '\t'), row.statement, '\t'), row.shown);
    rows.push_back(row);
  }
  return rows;
}

// Each rule by its verdicts; the others by who else holds them.
void report(const std::vector<Verdict>& verdicts) {
  const std::vector<Row> rows = table_of_rules();
  BOOST_TEST(rows.size() == static_cast<std::size_t>(rules));
  std::size_t told = 0;
  for (const Row& row : rows) {
    bool is_judged = false;
    for (const Verdict& verdict : verdicts) {
      if (!verdict.rule.starts_with(row.number + " ")) continue;
      is_judged = true;
      ++told;
      BOOST_TEST_MESSAGE((verdict.fault.empty() ? "pass  " : "FAIL  ") << verdict.rule << " (" << verdict.cases << ")");
      BOOST_TEST(verdict.cases > 0u, verdict.rule << ": nothing in the log shows it");
      BOOST_TEST(verdict.fault.empty(), verdict.rule << ": " << verdict.fault);
    }
    if (!is_judged)
      BOOST_TEST_MESSAGE("held  " << row.number << " " << row.statement << ": no request shows it, " << row.shown
                                  << " does");
  }
  BOOST_TEST(told == verdicts.size());
}

}  // namespace

BOOST_AUTO_TEST_CASE(p13_the_origin_of_fifty_sources_finds_every_rule_kept_over_a_restart_and_a_kill) {
  Stage stage;
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", configuration(stage, home));
  three_lives(stage, home, config);
  const Log log = stage.log();
  BOOST_TEST_MESSAGE(log.size() << " requests");
  std::vector<Verdict> verdicts = judge(log, stage.manners);
  verdicts.push_back(reasons_for_waiting(home, config));
  report(verdicts);
}

BOOST_AUTO_TEST_SUITE_END()
