// The bench on which the judges sit: what they share. Inside judges*.cpp only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "support/judges.h"

namespace rapporteur::test {

using Text = std::optional<std::string>;

// What an address had told before a request, as it ought to be remembered (P6, P7, P10).
struct Told {
  Text etag, last_modified;
  const Exchange* last = nullptr;         // the request before; null: the first
  const Exchange* last_full = nullptr;    // the last 200 that could be read
  const Exchange* before_full = nullptr;  // and the one before it
  std::vector<std::string> outdated;      // ETags that were replaced since
  bool is_unsure = false;                 // whether the last answer was still put on record
  std::string refusal;                    // the ETag of an unreadable 200 since then
};

std::string place(const Exchange& one);                     // "127.0.0.2/a at 1234 ms"
Text value_of(const Exchange& one, std::string_view name);  // of a request header
std::string shown(const Text& value);                       // in words
bool is_conditional(const Exchange& one);
bool is_same_address(const Exchange& a, const Exchange& b);
bool is_same_host(const Exchange& a, const Exchange& b);
// Calls `look` for each request with what its own address told before it, unless that is not sure.
void each_with_memory(const Log& log, const std::function<void(const Exchange&, const Told&)>& look);

class Bench {
 public:
  using Wait = std::optional<milliseconds>;
  Bench(const Log& log, const Manners& manners) : log_(log), manners_(manners) {}

  void judge_validators();  // P1 to P10, P43
  void judge_patience();    // P13 to P29
  void judge_restarts();    // P15, P34, P35
  void judge_redirects();   // P30 to P32
  void judge_hosts();       // P33
  void judge_knocking();    // P11, P12, P36 to P40
  std::vector<Verdict> verdicts() &&;

 private:
  void rule(std::string name) { verdicts_.push_back({std::move(name), 0, {}}); }
  void expect(bool is_kept, const std::string& fault);
  void echoed(const char* rule_name, const char* field, Text Told::*member);
  // After each exchange of which `wait` says so, nothing comes that `binds` (from it, to the later one) for that long.
  void silence(const char* name, const std::function<Wait(const Exchange&)>& wait,
               const std::function<bool(const Exchange&, const Exchange&)>& binds);
  void silence_asked(const char* name, const std::function<Wait(const Exchange&)>& wait,
                     const std::function<bool(const Exchange&, const Exchange&)>& binds);
  void back_off();
  void come_back();
  // Of each address, the requests before and after each of the moments keep the interval.
  void spans(const char* name, const std::vector<milliseconds>& moments);
  void no_burst();
  std::vector<milliseconds> returns_after(milliseconds start) const;
  void follow(const char* name, const std::vector<int>& statuses);
  void depth_of_chains();
  void stay_with_http();

  const Log& log_;
  const Manners& manners_;
  std::vector<Verdict> verdicts_;
};

}  // namespace rapporteur::test
