// A judge that cannot fail shows nothing: each gets a log that keeps its rule and one that breaks it.
#include "support/judges.h"

#include <boost/test/unit_test.hpp>
#include <functional>

using namespace rapporteur::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(judges_test)

namespace {

const Manners manners{3000ms, 8000ms, 500ms, 100ms, {"/a", "/b"}, "https://contact.test/"};

Exchange asked(milliseconds at, const std::string& target, int status = 200) {
  Exchange one;
  one.at = at;
  one.end = at + 10ms;
  one.host = "h";
  one.target = target;
  one.status = status;
  one.headers = {{"User-Agent", "rapporteur/1 (+https://contact.test/)"},
                 {"Accept", "application/atom+xml, application/rss+xml, */*;q=0.1"},
                 {"Accept-Encoding", "gzip, br"}};
  return one;
}

void told(Exchange& one) {
  one.etag = "\"1\"";
  one.last_modified = "Tue,  1 Jul 2003 nonsense";
}

// Two polls of one address, one of another, each in time and as it should be.
Log good() {
  Log log = {asked(0ms, "/a"), asked(600ms, "/b", 304), asked(3000ms, "/a", 304)};
  told(log[0]);
  log[2].headers.emplace_back("If-None-Match", "\"1\"");
  log[2].headers.emplace_back("If-Modified-Since", "Tue,  1 Jul 2003 nonsense");
  return log;
}

void drop(Exchange& one, const std::string& name) {
  std::erase_if(one.headers, [&](const auto& field) { return field.first == name; });
}

std::string set(Exchange& one, const std::string& name, const std::string& value) {
  drop(one, name);
  one.headers.emplace_back(name, value);
  return value;
}

// The faults that are found, by the beginning of the rule.
std::string faults_of(const Log& log) {
  std::string faults;
  for (const Verdict& verdict : judge(log, manners))
    if (!verdict.fault.empty()) faults += verdict.rule.substr(0, verdict.rule.find(' ')) + " ";
  return faults;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_polite_log_passes_every_judge) {
  BOOST_TEST(faults_of(good()) == "");
  for (const Verdict& verdict : judge({}, manners)) BOOST_TEST(verdict.cases == 0u, verdict.rule);
}

BOOST_AUTO_TEST_CASE(each_judge_finds_the_log_that_breaks_its_rule) {
  struct Breach {
    const char* rule;
    std::function<void(Log&)> commit;
  };
  const std::vector<Breach> breaches = {
      {"P1 ", [](Log& log) { drop(log[2], "If-None-Match"), drop(log[2], "If-Modified-Since"); }},
      {"P2 ", [](Log& log) { set(log[2], "If-Modified-Since", "Tue, 01 Jul 2003 00:00:00 GMT"); }},
      {"P3 ", [](Log& log) { set(log[1], "If-Modified-Since", "Tue, 01 Jul 2003 00:00:00 GMT"); }},
      {"P4 ", [](Log& log) { set(log[2], "If-None-Match", "W/\"1\""); }},
      {"P5 ", [](Log& log) { drop(log[2], "If-Modified-Since"); }},
      {"P9 ", [](Log& log) { set(log[1], "If-None-Match", "\"1\""); }},
      {"P11 ", [](Log& log) { set(log[1], "Cookie", "a=b"); }},
      {"P11 ", [](Log& log) { set(log[1], "Referer", "https://contact.test/"); }},
      {"P11 ", [](Log& log) { log[1].target = "/b?time=1"; }},
      {"P13 ", [](Log& log) { log[2].at = 2500ms; }},
      {"P14 ", [](Log& log) { log[0].etag.reset(), log[0].last_modified.reset(); }},
      {"P16 ", [](Log& log) { log[0].max_age = 5000ms; }},
      {"P21 ", [](Log& log) { log[0].status = 503, log[0].retry_after = 5000ms; }},
      {"P23 ", [](Log& log) { log[0].status = 429, log[0].retry_after = 2000ms; }},
      {"P24 ", [](Log& log) { log[0].status = 403; }},
      {"P25 ", [](Log& log) { log[0].status = 500, log[2].at = 1200ms; }},
      {"P28 ", [](Log& log) { log[0].status = 410; }},
      {"P33 ", [](Log& log) { log[1].at = 200ms; }},
      {"P33 ", [](Log& log) { log[0].end = 1000ms; }},
      {"P36 ", [](Log& log) { drop(log[1], "Accept-Encoding"); }},
      {"P37 ", [](Log& log) { set(log[1], "Accept", "*/*, application/rss+xml, application/atom+xml"); }},
      {"P38 ", [](Log& log) { set(log[1], "User-Agent", "Mozilla/5.0 rapporteur/1 (+https://contact.test/)"); }},
      {"P38 ", [](Log& log) { set(log[1], "User-Agent", "rapporteur/1"); }},
      {"P40 ", [](Log& log) { set(log[1], "A-IM", "feed"); }}};
  std::string broken;
  for (const Breach& breach : breaches) {
    Log log = good();
    breach.commit(log);
    BOOST_TEST((" " + faults_of(log)).find(std::string(" ") + breach.rule) != std::string::npos,
               breach.rule << "was not found, but " << faults_of(log));
    broken += breach.rule;
  }
  for (const Verdict& verdict : judge({}, manners))
    BOOST_TEST(broken.find(verdict.rule.substr(0, verdict.rule.find(' ') + 1)) != std::string::npos, verdict.rule);
}

BOOST_AUTO_TEST_SUITE_END()
