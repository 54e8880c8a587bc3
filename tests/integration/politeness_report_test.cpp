// The report: the real program polls thirty sources on eight hosts, ends once as it should and is killed once in the
// middle of a request; then every rule is judged by what the origin was asked. Printed rule by rule
// (--log_level=message).
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "support/judges.h"
#include "support/program.h"
#include "support/scripted_server.h"
#include "support/setting.h"

using namespace rapporteur::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(politeness_report_test)

namespace {

// One answer of a source, as the wire and the judges want it.
struct Step {
  int status = 200;
  std::string etag, last_modified;
  int max_age = 0, retry_after = 0;  // seconds; 0: not said
  std::string location;
  milliseconds delay{0};
};

// Plays the steps of each source, the last one for ever, and answers 304 to the validators it last gave.
class Stage {
 public:
  void play(const std::string& host, const std::string& target, std::vector<Step> steps) {
    if (!hosts_.contains(host)) origin.listen(host);
    hosts_.insert({host, true});
    auto turn = std::make_shared<std::size_t>(0);
    origin.route(target, [this, target, steps = std::move(steps), turn](const Seen& seen) {
      const std::scoped_lock lock(guard_);
      const Step& step = steps[std::min((*turn)++, steps.size() - 1)];
      return answer(seen, target, step);
    });
    manners.targets.push_back(target);
  }
  std::string source(const std::string& host, const std::string& target, std::vector<Step> steps) {
    play(host, target, std::move(steps));
    return source_table(target.substr(1), origin.url(target, host));
  }
  // Nobody waits for the answers that are still on their way.
  void asker_is_gone() {
    const std::scoped_lock lock(guard_);
    for (Exchange& one : log_) one.end = std::min(one.end, since_start());
  }
  Log log() {
    const std::scoped_lock lock(guard_);
    return log_;
  }

  ScriptedServer origin;
  Manners manners{3000ms, 8000ms, 500ms, 400ms, {}, "https://contact.test/"};

 private:
  milliseconds since_start() const {
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_);
  }
  Answer answer(const Seen& seen, const std::string& target, const Step& step) {
    Exchange one;
    one.at = std::chrono::duration_cast<milliseconds>(seen.time - start_);
    one.end = one.at + step.delay;
    one.host = seen.address;
    one.target = seen.target;
    one.headers = seen.headers;
    const bool is_known =
        (!step.etag.empty() && seen.header("If-None-Match") == step.etag) ||
        (step.etag.empty() && !step.last_modified.empty() && seen.header("If-Modified-Since") == step.last_modified);
    one.status = step.status == 200 && is_known ? 304 : step.status;
    if (step.max_age > 0) one.max_age = std::chrono::seconds(step.max_age);
    if (step.retry_after > 0) one.retry_after = std::chrono::seconds(step.retry_after);
    if (one.status == 0) return log_.push_back(one), Answer::raw("", End::reset);
    Answer told(one.status, one.status == 200 ? rss_document(target.substr(1), 1, 3) : "", "application/rss+xml");
    told.delay(step.delay);
    const auto say = [&](const char* name, const std::string& value, std::optional<std::string>* kept) {
      if (value.empty()) return;
      told.header(name, value);
      if (kept) *kept = value;
    };
    say("ETag", step.etag, &one.etag);
    say("Last-Modified", step.last_modified, &one.last_modified);
    say("Location", step.location, nullptr);
    if (step.max_age > 0) told.header("Cache-Control", "max-age=" + std::to_string(step.max_age));
    if (step.retry_after > 0) told.header("Retry-After", std::to_string(step.retry_after));
    log_.push_back(std::move(one));
    return told;
  }

  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex guard_;
  Log log_;
  std::map<std::string, bool> hosts_;
};

Step good(std::string etag, std::string last_modified = {}) {
  return {200, std::move(etag), std::move(last_modified), 0, 0, {}, 0ms};
}
Step status(int number, int retry_after = 0) { return {number, {}, {}, 0, retry_after, {}, 0ms}; }
Step slow(std::string etag) { return {200, std::move(etag), {}, 0, 0, {}, 1200ms}; }
Step fresh_for(std::string etag, int seconds) { return {200, std::move(etag), {}, seconds, 0, {}, 0ms}; }

// Thirty sources, each with a habit of its own.
std::string thirty_sources(Stage& stage) {
  const std::string odd_date = "Tue,  1 Jul 2003 nonsense", date = "Tue, 24 Nov 2026 09:00:00 GMT";
  const auto leads_to = [&](const std::string& host, const std::string& target) {
    return Step{302, {}, {}, 0, 0, stage.origin.url(target, host), 0ms};
  };
  std::string text;
  text += stage.source("127.0.0.2", "/tag", {good("W/\"a,b\"")});
  text += stage.source("127.0.0.2", "/unquoted", {good("x-1")});
  text += stage.source("127.0.0.2", "/date", {good("", odd_date)});
  text += stage.source("127.0.0.2", "/both", {good("\"1\"", date)});
  text += stage.source("127.0.0.2", "/renewed", {good("\"1\"", date), good("\"2\"", date), good("\"3\"")});
  text += stage.source("127.0.0.3", "/bare", {good("")});
  text += stage.source("127.0.0.3", "/bare-too", {good("")});
  text += stage.source("127.0.0.3", "/fresh", {fresh_for("\"f\"", 6)});
  text += stage.source("127.0.0.3", "/fresh-too", {fresh_for("\"g\"", 7)});
  text += stage.source("127.0.0.4", "/busy", {good("\"1\""), status(429, 6), good("\"1\"")});
  for (int i = 0; i < 4; ++i) text += stage.source("127.0.0.4", "/calm-" + std::to_string(i), {good("\"c\"")});
  text += stage.source("127.0.0.5", "/broken", {status(500)});
  text += stage.source("127.0.0.5", "/lost", {status(404)});
  text += stage.source("127.0.0.5", "/cut", {status(0)});
  text += stage.source("127.0.0.5", "/forbidden", {status(403)});
  text += stage.source("127.0.0.5", "/gone", {status(410)});
  for (int i = 0; i < 3; ++i) text += stage.source("127.0.0.6", "/slow-" + std::to_string(i), {slow("\"s\"")});
  stage.play("127.0.0.9", "/target", {good("\"t\"")});
  stage.play("127.0.0.9", "/round", {leads_to("127.0.0.7", "/circle")});
  text += stage.source("127.0.0.7", "/moved", {leads_to("127.0.0.9", "/target")});
  text += stage.source("127.0.0.7", "/circle", {leads_to("127.0.0.9", "/round")});
  for (int i = 0; i < 5; ++i) text += stage.source("127.0.0.8", "/plain-" + std::to_string(i), {good("\"p\"")});
  text += stage.source("127.0.0.8", "/later", {status(503, 5), good("\"l\"")});
  return text;
}

std::string configuration(Stage& stage, const TemporaryFolder& home) {
  return "[server]\nlisten = [\"127.0.0.1:0\"]\n[store]\npath = \"" + store_path(home) +
         "\"\n[fetch]\ncontact = \"https://contact.test/\"\nhost_gap = \"0.5s\"\nmin_interval = \"1s\"\n"
         "interval = \"3s\"\nno_validator_interval = \"8s\"\nallow_networks = [\"127.0.0.0/8\"]\n" +
         thirty_sources(stage);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_origin_of_thirty_sources_finds_every_rule_kept_over_a_restart_and_a_kill) {
  Stage stage;
  const TemporaryFolder home;
  const std::string config = home.write("conf.toml", configuration(stage, home));
  {
    Program daemon(home, {"-c", config, "run"});
    BOOST_TEST_REQUIRE(!wait_for_url(daemon).empty(), daemon.errors());
    std::this_thread::sleep_for(7500ms);
    daemon.signal(SIGTERM);
    BOOST_TEST(daemon.wait() == 0, daemon.errors());
    stage.asker_is_gone();
  }
  {
    Program daemon(home, {"-c", config, "run"});
    BOOST_TEST_REQUIRE(!wait_for_url(daemon).empty(), daemon.errors());
    std::this_thread::sleep_for(4s);
    const std::size_t asked = stage.origin.count("/slow-1");
    BOOST_TEST_REQUIRE(eventually([&] { return stage.origin.count("/slow-1") > asked; }));
    daemon.signal(SIGKILL);  // its answer is on the way
    BOOST_TEST(daemon.wait() == 128 + SIGKILL);
    stage.asker_is_gone();
  }
  Program daemon(home, {"-c", config, "run"});
  BOOST_TEST_REQUIRE(!wait_for_url(daemon).empty(), daemon.errors());
  std::this_thread::sleep_for(7500ms);
  daemon.signal(SIGTERM);
  BOOST_TEST(daemon.wait() == 0, daemon.errors());

  const Log log = stage.log();
  BOOST_TEST_MESSAGE(log.size() << " requests");
  for (const Verdict& verdict : judge(log, stage.manners)) {
    BOOST_TEST_MESSAGE((verdict.fault.empty() ? "pass  " : "FAIL  ") << verdict.rule << " (" << verdict.cases << ")");
    BOOST_TEST(verdict.cases > 0u, verdict.rule << ": nothing in the log shows it");
    BOOST_TEST(verdict.fault.empty(), verdict.rule << ": " << verdict.fault);
  }
}

BOOST_AUTO_TEST_SUITE_END()
