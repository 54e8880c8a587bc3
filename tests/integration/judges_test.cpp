// A judge that cannot fail shows nothing: each gets a log that keeps its rule and one that breaks it.
#include "support/judges.h"

#include <boost/test/unit_test.hpp>
#include <functional>

using namespace rapporteur::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(judges_test)

namespace {

Manners usual() {
  Manners manners{3000ms, 8000ms, 500ms, 100ms, {"/a", "/b"}, "https://contact.test/"};
  manners.cap = 12000ms;
  manners.forbidden = {"inside"};
  manners.patience = 1000ms;
  return manners;
}

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

void told(Exchange& one, const std::string& etag = "\"1\"") {
  one.etag = etag;
  one.last_modified = "Tue,  1 Jul 2003 nonsense";
}

void sends(Exchange& one, const std::string& etag = "\"1\"") {
  one.headers.emplace_back("If-None-Match", etag);
  one.headers.emplace_back("If-Modified-Since", "Tue,  1 Jul 2003 nonsense");
}

// Polls of one address, one of another, each in time and as it should be.
Log good() {
  Log log = {asked(0ms, "/a"), asked(600ms, "/b", 304), asked(3000ms, "/a", 304)};
  told(log[0]);
  sends(log[2]);
  return log;
}

// The same address four times; the second answer tells other validators.
Log renewed() {
  Log log = {asked(0ms, "/a"), asked(3000ms, "/a"), asked(6000ms, "/a", 304), asked(9000ms, "/a", 304)};
  told(log[0]);
  sends(log[1]);
  told(log[1], "\"2\"");
  sends(log[2], "\"2\"");
  sends(log[3], "\"2\"");
  return log;
}

// An address that leads elsewhere, and where it leads to, twice.
Log moved(int status) {
  Log log = {asked(0ms, "/a", status), asked(10ms, "/b"), asked(3000ms, "/a", status), asked(3010ms, "/b", 304)};
  for (const std::size_t i : {1u, 3u}) log[i].host = "other";
  for (const std::size_t i : {0u, 2u}) log[i].leads_to = "other/b";
  told(log[1]);
  sends(log[3]);
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
std::string faults_of(const Log& log, const Manners& manners = usual()) {
  std::string faults;
  for (const Verdict& verdict : judge(log, manners))
    if (!verdict.fault.empty()) faults += verdict.rule.substr(0, verdict.rule.find(' ')) + " ";
  return faults;
}

bool finds(const std::string& faults, const std::string& rule) {
  return (" " + faults).find(" " + rule) != std::string::npos;
}

// How many requests the judges of a rule had something to say about.
std::size_t cases_of(const std::string& rule, const Log& log, const Manners& manners = usual()) {
  std::size_t cases = 0;
  for (const Verdict& verdict : judge(log, manners))
    if (verdict.rule.starts_with(rule)) cases += verdict.cases;
  return cases;
}

struct Breach {
  const char* rule;
  std::function<void(Log&)> commit;
  std::function<Log()> from = good;
};

const std::vector<Breach> breaches = {
    {"P1 ", [](Log& log) { drop(log[2], "If-None-Match"), drop(log[2], "If-Modified-Since"); }},
    {"P2 ", [](Log& log) { set(log[2], "If-Modified-Since", "Tue, 01 Jul 2003 00:00:00 GMT"); }},
    {"P3 ", [](Log& log) { set(log[1], "If-Modified-Since", "Tue, 01 Jul 2003 00:00:00 GMT"); }},
    {"P4 ", [](Log& log) { set(log[2], "If-None-Match", "W/\"1\""); }},
    {"P5 ", [](Log& log) { drop(log[2], "If-Modified-Since"); }},
    {"P6 ", [](Log& log) { set(log[2], "If-None-Match", "\"1\""); }, renewed},
    {"P6 ", [](Log& log) { log[1].last_modified.reset(); }, renewed},
    {"P7 ", [](Log& log) { log[2].etag = "\"3\""; }, renewed},
    {"P7 ", [](Log& log) { log[2].last_modified = "later"; }, renewed},
    {"P8 ", [](Log& log) { set(log[3], "If-None-Match", "\"1\""); }, renewed},
    {"P9 ", [](Log& log) { set(log[1], "If-None-Match", "\"1\""); }},
    {"P10 ", [](Log& log) { log[1].is_readable = false; }, renewed},
    {"P11 ", [](Log& log) { set(log[1], "Cookie", "a=b"); }},
    {"P11 ", [](Log& log) { set(log[1], "Referer", "https://contact.test/"); }},
    {"P11 ", [](Log& log) { log[1].target = "/b?time=1"; }},
    {"P12 ", [](Log& log) { set(log[1], "Upgrade", "h2c"); }},
    {"P12 ", [](Log& log) { log[1].demands_https = true, log[2].at = 8000ms; }},
    {"P13 ", [](Log& log) { log[2].at = 2500ms; }},
    {"P14 ", [](Log& log) { log[0].etag.reset(), log[0].last_modified.reset(); }},
    {"P16 ", [](Log& log) { log[0].max_age = 5000ms; }},
    {"P16 ", [](Log& log) { log[0].max_age = 500000ms; }},
    {"P17 ", [](Log& log) { log[0].expires = 5000ms; }},
    {"P18 ", [](Log& log) { log[0].max_age = 500000ms, log[2].at = 20000ms; }},
    {"P18 ", [](Log& log) { log[1].max_age = 500000ms, log[2].at = 20000ms; }},
    {"P19 ", [](Log& log) { log[0].stated = 5000ms; }},
    {"P20 ", [](Log& log) { log[0].skipped = 3600s, log[2].at = 60s; }},
    {"P21 ", [](Log& log) { log[0].status = 503, log[0].retry_after = 5000ms; }},
    {"P22 ", [](Log& log) { log[0].status = 503, log[2].at = 3600s; }},
    {"P22 ", [](Log& log) { log[0].status = 429, log[2].at = 3600s; }},
    {"P23 ", [](Log& log) { log[0].status = 429, log[0].retry_after = 2000ms; }},
    {"P24 ", [](Log& log) { log[0].status = 403; }},
    {"P25 ", [](Log& log) { log[0].status = 500, log[2].at = 1200ms; }},
    {"P26 ", [](Log& log) { log[0].status = log[1].status = log[2].status = 500; }, renewed},
    {"P28 ", [](Log& log) { log[0].status = 410; }},
    {"P30 ", [](Log& log) { log.erase(log.begin() + 2); }, [] { return moved(301); }},
    {"P31 ", [](Log& log) { log.erase(log.begin() + 2); }, [] { return moved(307); }},
    {"P32 ", [](Log& log) { log[0].leads_to = "inside/b", log[1].host = "inside"; }, [] { return moved(302); }},
    {"P32 ", [](Log& log) { log[1].leads_to = log[0].address(), log[2].at = 20ms, log[3].at = 30ms; },
     [] { return moved(302); }},
    {"P32 ",
     [](Log& log) {
       log.assign(7, asked(0ms, "/a", 302));
       for (std::size_t i = 0; i < log.size(); ++i)
         log[i].host = std::to_string(i), log[i].leads_to = std::to_string(i + 1) + "/a";
     }},
    {"P33 ", [](Log& log) { log[1].at = 200ms; }},
    {"P33 ", [](Log& log) { log[0].end = 1000ms; }},
    {"P36 ", [](Log& log) { drop(log[1], "Accept-Encoding"); }},
    {"P37 ", [](Log& log) { set(log[1], "Accept", "*/*, application/rss+xml, application/atom+xml"); }},
    {"P38 ", [](Log& log) { set(log[1], "User-Agent", "Mozilla/5.0 rapporteur/1 (+https://contact.test/)"); }},
    {"P38 ", [](Log& log) { set(log[1], "User-Agent", "rapporteur/1"); }},
    {"P39 ", [](Log& log) { set(log[1], "User-Agent", "rapporteur/1 (+https://contact.test/; 12 subscribers)"); }},
    {"P40 ", [](Log& log) { set(log[1], "A-IM", "feed"); }},
    {"P43 ", [](Log& log) { drop(log[3], "If-None-Match"), drop(log[3], "If-Modified-Since"); }, renewed}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_polite_log_passes_every_judge) {
  for (const Log& log : {good(), renewed(), moved(301), moved(302)}) BOOST_TEST(faults_of(log) == "");
  for (const Verdict& verdict : judge({}, usual())) BOOST_TEST(verdict.cases == 0u, verdict.rule);
}

BOOST_AUTO_TEST_CASE(each_judge_finds_the_log_that_breaks_its_rule) {
  std::string broken = "P15 P34 P35 ";  // of moments: below
  for (const Breach& breach : breaches) {
    Log log = breach.from();
    breach.commit(log);
    const std::string faults = faults_of(log);
    BOOST_TEST(finds(faults, breach.rule), breach.rule << "was not found, but " << faults);
    broken += breach.rule;
  }
  for (const Verdict& verdict : judge({}, usual()))
    BOOST_TEST(finds(broken, verdict.rule.substr(0, verdict.rule.find(' ') + 1)), verdict.rule);
}

BOOST_AUTO_TEST_CASE(moments_between_two_requests_are_judged) {
  Log log = good();
  for (const bool is_start : {false, true}) {
    const std::string rule = is_start ? "P34 " : "P15 ";
    Manners manners = usual();
    (is_start ? manners.starts : manners.others) = {1500ms};
    log[2].at = 3000ms;
    BOOST_TEST(cases_of(rule, log, manners) == 1u);
    BOOST_TEST(faults_of(log, manners) == "");
    log[2].at = 1600ms;
    BOOST_TEST(finds(faults_of(log, manners), rule));
    (is_start ? manners.starts : manners.others) = {1700ms};
    BOOST_TEST(!finds(faults_of(log, manners), rule));
  }
}

// Twelve hosts before a pause of ten seconds, and after it: all at once, or over the interval.
BOOST_AUTO_TEST_CASE(a_burst_after_a_pause_is_found_and_what_is_spread_is_none) {
  Manners manners = usual();
  manners.starts = {0ms, 10000ms};
  const auto log_of = [](milliseconds step) {
    Log log;
    for (const milliseconds begin : {0ms, 10000ms})
      for (int i = 0; i < 12; ++i) {
        log.push_back(asked(begin + i * step, "/a", 304));
        log.back().host += std::to_string(i);
      }
    return log;
  };
  BOOST_TEST(finds(faults_of(log_of(5ms), manners), "P35 "));
  BOOST_TEST(faults_of(log_of(250ms), manners) == "");
  BOOST_TEST(cases_of("P35 ", log_of(250ms), manners) > 0u);
}

// An answer that came while its asker was ended may be known to the next one, or not; the interval is kept either way.
BOOST_AUTO_TEST_CASE(an_answer_that_may_have_been_lost_binds_nobody) {
  for (const std::string known : {"\"1\"", "\"2\""}) {
    Log log = renewed();
    log[1].is_forgotten = true;
    log[1].retry_after = 60s;
    log[1].status = 503;
    set(log[2], "If-None-Match", known);
    told(log[2], "\"2\"");
    BOOST_TEST(faults_of(log) == "");
    log[2].at = 4000ms;
    BOOST_TEST(finds(faults_of(log), "P13 "));
  }
  Log log = renewed();
  for (Exchange& one : log) one.status = 500;
  log[1].is_forgotten = true;
  log[3].at = 11900ms;  // the wait after the second failure that is on record, not after the third
  BOOST_TEST(faults_of(log).find("P26") == std::string::npos);
  log[3].at = 10000ms;
  BOOST_TEST(finds(faults_of(log), "P26 "));
}

// What shows too late to be judged is not held against anybody.
BOOST_AUTO_TEST_CASE(a_log_that_ends_early_breaks_nothing) {
  Log log = good();
  log[1].demands_https = true;
  log[1].max_age = 500000ms;
  BOOST_TEST(faults_of(log) == "");
}

BOOST_AUTO_TEST_SUITE_END()
