// Judges of restarts and redirects: what stands between two processes, and what stands between two addresses.
#include <algorithm>
#include <set>

#include "support/bench.h"

namespace rapporteur::test {

void Bench::judge_restarts() {
  spans("P15 who polls beside the daemon does not break the interval", manners_.others);
  spans("P34 a start asks nobody who is not due", manners_.starts);
  no_burst();
}

void Bench::spans(const char* name, const std::vector<milliseconds>& moments) {
  rule(name);
  std::map<std::string, const Exchange*> last;
  for (const Exchange& one : log_) {
    const Exchange* before = std::exchange(last[one.address()], &one);
    if (!before) continue;
    const bool is_between = std::any_of(moments.begin(), moments.end(),
                                        [&](milliseconds moment) { return before->at < moment && moment <= one.at; });
    if (is_between)
      expect(one.at >= before->at + manners_.interval - manners_.slack,
             place(one) + " comes too soon after " + place(*before));
  }
}

// After a time without a process everybody is overdue. Looked at are hosts with one address each, which no gap sets
// apart, that were well when last asked: had all of them been asked at once, most would stand within a sixth of the
// interval.
void Bench::no_burst() {
  rule("P35 what was missed in a long pause comes spread, not in a burst");
  constexpr std::size_t enough = 10;
  for (const milliseconds start : manners_.starts) {
    const bool was_quiet = std::none_of(log_.begin(), log_.end(), [&](const Exchange& one) {
      return one.at >= start - manners_.interval && one.at < start;
    });
    const std::vector<milliseconds> times = returns_after(start);
    if (!was_quiet || times.size() < enough) continue;
    const std::size_t crowd = times.size() * 5 / 6;
    for (std::size_t i = 0; i + crowd - 1 < times.size(); ++i)
      expect(times[i + crowd - 1] - times[i] > manners_.interval / 6,
             std::to_string(crowd) + " hosts are asked at once at " + std::to_string(times[i].count()) + " ms");
  }
}

// When each of those hosts was first asked from then on, in order.
std::vector<milliseconds> Bench::returns_after(milliseconds start) const {
  struct Host {
    std::set<std::string> targets;
    int status = 0;
    std::optional<milliseconds> back;
  };
  std::map<std::string, Host> hosts;
  std::set<std::string> led;
  for (const Exchange& one : log_) {
    Host& host = hosts[one.host];
    host.targets.insert(one.target);
    if (one.at < start) host.status = one.status;
    if (one.at >= start && !host.back) host.back = one.at;
    if (!one.leads_to.empty()) led.insert(one.leads_to.substr(0, one.leads_to.find('/')));
  }
  std::vector<milliseconds> times;
  for (const auto& [name, host] : hosts) {
    const bool was_well = host.status == 200 || host.status == 304;
    if (host.back && was_well && host.targets.size() == 1 && !led.contains(name)) times.push_back(*host.back);
  }
  std::sort(times.begin(), times.end());
  return times;
}

void Bench::judge_redirects() {
  follow("P30 a permanent move is followed, and the old address asked each time", {301, 308});
  follow("P31 a temporary redirect is never remembered", {302, 303, 307});
  depth_of_chains();
  rule("P32 a redirect to an address that is not public is not followed");
  for (const Exchange& one : log_) {
    const auto is_inside = [&](const std::string& host) {
      return std::find(manners_.forbidden.begin(), manners_.forbidden.end(), host) != manners_.forbidden.end();
    };
    if (is_inside(one.host)) expect(false, place(one) + " must not be asked");
    if (is_inside(one.leads_to.substr(0, one.leads_to.find('/')))) expect(true, {});
  }
}

// An address that only a redirect leads to is asked when it was led to, and at no other time.
void Bench::follow(const char* name, const std::vector<int>& statuses) {
  rule(name);
  std::set<std::string> targets, led;
  const auto leads = [&](const Exchange& one) {
    return !one.leads_to.empty() && std::find(statuses.begin(), statuses.end(), one.status) != statuses.end();
  };
  std::set<std::string> seen;
  for (const Exchange& one : log_) {
    seen.insert(one.address());
    if (leads(one) && !seen.contains(one.leads_to)) targets.insert(one.leads_to);
  }
  for (const Exchange& one : log_) {
    if (targets.contains(one.address()))
      expect(led.erase(one.address()) > 0, place(one) + " is asked although nothing led there this time");
    if (leads(one)) led.insert(one.leads_to);
  }
}

void Bench::depth_of_chains() {
  constexpr std::size_t most_hops = 5;
  rule("P32 redirects are few and no circle");
  struct Chain {
    milliseconds at{0};
    std::vector<std::string> asked;
  };
  std::map<std::string, Chain> chains;  // by where the next hop is expected
  for (const Exchange& one : log_) {
    std::vector<std::string> asked;
    const auto led = chains.extract(one.address());
    // What comes much later was not led here: it is the next poll.
    if (led && one.at < led.mapped().at + manners_.interval / 2) asked = std::move(led.mapped().asked);
    if (!asked.empty())
      expect(asked.size() <= most_hops && std::find(asked.begin(), asked.end(), one.address()) == asked.end(),
             place(one) + " is too far or had been asked before");
    asked.push_back(one.address());
    if (!one.leads_to.empty()) chains[one.leads_to] = {one.at, std::move(asked)};
  }
}

}  // namespace rapporteur::test
