#include "support/judges.h"

#include <algorithm>
#include <cstdlib>

#include "support/bench.h"

namespace rapporteur::test {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

int number_of(const Verdict& verdict) { return std::atoi(verdict.rule.c_str() + 1); }

}  // namespace

const std::string* Exchange::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (lower(field) == lower(name)) return &value;
  return nullptr;
}

std::string place(const Exchange& one) { return one.address() + " at " + std::to_string(one.at.count()) + " ms"; }

Text value_of(const Exchange& one, std::string_view name) {
  const std::string* value = one.header(name);
  return value ? Text(*value) : std::nullopt;
}

std::string shown(const Text& value) { return value ? "'" + *value + "'" : std::string("nothing"); }

bool is_conditional(const Exchange& one) { return one.header("If-None-Match") || one.header("If-Modified-Since"); }
bool is_same_address(const Exchange& a, const Exchange& b) { return a.host == b.host && a.target == b.target; }
bool is_same_host(const Exchange& a, const Exchange& b) { return a.host == b.host; }

void Bench::expect(bool is_kept, const std::string& fault) {
  Verdict& verdict = verdicts_.back();
  ++verdict.cases;
  if (!is_kept && verdict.fault.empty()) verdict.fault = fault;
}

std::vector<Verdict> Bench::verdicts() && {
  std::stable_sort(verdicts_.begin(), verdicts_.end(),
                   [](const Verdict& a, const Verdict& b) { return number_of(a) < number_of(b); });
  return std::move(verdicts_);
}

void Bench::judge_hosts() {
  silence(
      "P33 starts at one host keep the gap", [&](const Exchange&) { return std::optional(manners_.gap); },
      is_same_host);
  rule("P33 one request at a time at one host");
  for (std::size_t i = 0; i < log_.size(); ++i)
    for (std::size_t j = i + 1; j < log_.size(); ++j)
      if (is_same_host(log_[i], log_[j]))
        expect(log_[j].at + manners_.slack >= log_[i].end, place(log_[j]) + " comes while " + place(log_[i]) + " runs");
}

void Bench::judge_knocking() {
  const auto each = [&](const char* name, const std::function<bool(const Exchange&)>& is_kept) {
    rule(name);
    for (const Exchange& one : log_) expect(is_kept(one), place(one));
  };
  const auto text = [](const Exchange& one, const char* name) { return value_of(one, name).value_or(""); };
  each("P11 no cookie, no referrer, the address as configured", [&](const Exchange& one) {
    const auto& known = manners_.targets;
    return !one.header("Cookie") && !one.header("Referer") &&
           std::find(known.begin(), known.end(), one.target) != known.end();
  });
  stay_with_http();
  each("P36 gzip is offered",
       [&](const Exchange& one) { return text(one, "Accept-Encoding").find("gzip") != std::string::npos; });
  each("P37 Accept names feeds first and anything last", [&](const Exchange& one) {
    const std::string accept = text(one, "Accept");
    return accept.starts_with("application/") && accept.find("*/*") > accept.find("application/rss+xml") &&
           accept.find("*/*") > accept.find("application/atom+xml") && accept.find("*/*") != std::string::npos;
  });
  each("P38 the User-Agent names the program and a contact, and no browser", [&](const Exchange& one) {
    const std::string agent = text(one, "User-Agent");
    return agent.starts_with("rapporteur/") && agent.find(manners_.contact) != std::string::npos &&
           lower(agent).find("mozilla") == std::string::npos;
  });
  each("P39 no subscribers are made up",
       [&](const Exchange& one) { return lower(text(one, "User-Agent")).find("subscriber") == std::string::npos; });
  each("P40 no delta is asked for", [](const Exchange& one) { return !one.header("A-IM"); });
}

// The origin speaks plain http. Whoever is told to come by https all the same comes back here (or its later request
// would be missing), and offers no change of protocol.
void Bench::stay_with_http() {
  rule("P12 http stays http, whatever the server would like");
  for (std::size_t i = 0; i < log_.size(); ++i) {
    const Exchange& one = log_[i];
    if (one.header("Upgrade") || one.header("Upgrade-Insecure-Requests"))
      expect(false, place(one) + " asks for another protocol");
    if (!one.demands_https) continue;
    const bool is_over = log_.back().at < one.at + 2 * manners_.interval + manners_.patience;
    const bool came_back = std::any_of(log_.begin() + static_cast<std::ptrdiff_t>(i) + 1, log_.end(),
                                       [&](const Exchange& later) { return is_same_address(one, later); });
    expect(is_over || came_back, place(one) + " was never asked by http again");
  }
}

std::vector<Verdict> judge(const Log& log, const Manners& manners) {
  Bench bench(log, manners);
  bench.judge_validators();
  bench.judge_patience();
  bench.judge_restarts();
  bench.judge_redirects();
  bench.judge_hosts();
  bench.judge_knocking();
  return std::move(bench).verdicts();
}

}  // namespace rapporteur::test
