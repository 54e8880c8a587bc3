#include "support/judges.h"

#include <algorithm>
#include <functional>
#include <map>

namespace rapporteur::test {

namespace {

using Text = std::optional<std::string>;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string place(const Exchange& one) {
  return one.host + one.target + " at " + std::to_string(one.at.count()) + " ms";
}

Text value_of(const Exchange& one, std::string_view name) {
  const std::string* value = one.header(name);
  return value ? Text(*value) : std::nullopt;
}

std::string shown(const Text& value) { return value ? "'" + *value + "'" : std::string("nothing"); }

bool is_conditional(const Exchange& one) { return one.header("If-None-Match") || one.header("If-Modified-Since"); }

// What the address had told before each request: validators as they ought to be remembered (P6, P7).
struct Told {
  Text etag, last_modified;
  bool was_good = false;
};

// Calls `look` for each request with what its own address told before it.
void each_with_memory(const Log& log, const std::function<void(const Exchange&, const Told&)>& look) {
  std::map<std::string, Told> memory;
  for (const Exchange& one : log) {
    Told& told = memory[one.host + one.target];
    look(one, told);
    if (one.status == 200) told = {one.etag, one.last_modified, true};
    if (one.status == 304 && one.etag) told.etag = one.etag;
    if (one.status == 304 && one.last_modified) told.last_modified = one.last_modified;
  }
}

class Bench {
 public:
  Bench(const Log& log, const Manners& manners) : log_(log), manners_(manners) {}

  void rule(std::string name) { verdicts_.push_back({std::move(name), 0, {}}); }
  void expect(bool is_kept, const std::string& fault) {
    Verdict& verdict = verdicts_.back();
    ++verdict.cases;
    if (!is_kept && verdict.fault.empty()) verdict.fault = fault;
  }

  void validators();
  void patience();
  void hosts();
  void knocking();
  std::vector<Verdict> verdicts() && { return std::move(verdicts_); }

 private:
  void echoed(const char* rule_name, const char* field, Text Told::*member);
  // After each exchange of which `wait` says so, nothing comes that `binds` (from it, to the later one) for that long.
  void silence(const char* name, const std::function<std::optional<milliseconds>(const Exchange&)>& wait,
               const std::function<bool(const Exchange&, const Exchange&)>& binds);

  const Log& log_;
  const Manners& manners_;
  std::vector<Verdict> verdicts_;
};

void Bench::echoed(const char* name, const char* field, Text Told::*member) {
  rule(name);
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    const Text sent = value_of(one, field);
    if (told.*member)
      expect(sent == told.*member, place(one) + " sent " + shown(sent) + ", was told " + shown(told.*member));
  });
}

void Bench::validators() {
  rule("P1 after a validator every request is conditional");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.etag || told.last_modified) expect(is_conditional(one), place(one) + " is unconditional");
  });
  echoed("P2 If-Modified-Since is the last Last-Modified", "If-Modified-Since", &Told::last_modified);
  rule("P3 no If-Modified-Since is made up");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.last_modified) return;
    const Text sent = value_of(one, "If-Modified-Since");
    expect(!sent, place(one) + " sent " + shown(sent) + ", was told none");
  });
  echoed("P4 If-None-Match is the last ETag", "If-None-Match", &Told::etag);
  rule("P5 both validators are sent where both came");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    if (told.etag && told.last_modified)
      expect(one.header("If-None-Match") && one.header("If-Modified-Since"), place(one) + " lacks one of them");
  });
  rule("P9 no validator of another address is sent");
  each_with_memory(log_, [&](const Exchange& one, const Told& told) {
    const Text sent = value_of(one, "If-None-Match");
    expect(!sent || told.etag, place(one) + " sent " + shown(sent) + ", which it never told");
  });
}

void Bench::silence(const char* name, const std::function<std::optional<milliseconds>(const Exchange&)>& wait,
                    const std::function<bool(const Exchange&, const Exchange&)>& binds) {
  rule(name);
  for (std::size_t i = 0; i < log_.size(); ++i) {
    const auto span = wait(log_[i]);
    if (!span) continue;
    const milliseconds until = log_[i].at + *span - manners_.slack;
    const auto later = std::find_if(log_.begin() + static_cast<std::ptrdiff_t>(i) + 1, log_.end(),
                                    [&](const Exchange& other) { return binds(log_[i], other); });
    expect(later == log_.end() || later->at >= until,
           later == log_.end() ? std::string() : place(*later) + " comes too soon after " + place(log_[i]));
  }
}

bool is_same_address(const Exchange& a, const Exchange& b) { return a.host == b.host && a.target == b.target; }
bool is_same_host(const Exchange& a, const Exchange& b) { return a.host == b.host; }

void Bench::patience() {
  constexpr milliseconds hours_of_rest = std::chrono::hours(4), for_the_day = std::chrono::hours(24);
  using Wait = std::optional<milliseconds>;
  const auto if_status = [](std::vector<int> statuses, milliseconds span) {
    return [statuses = std::move(statuses), span](const Exchange& one) {
      const bool is_meant = std::find(statuses.begin(), statuses.end(), one.status) != statuses.end();
      return is_meant ? Wait(span) : std::nullopt;
    };
  };
  silence(
      "P13 one request per interval, restarts and kills included",
      [&](const Exchange&) { return Wait(manners_.interval); }, is_same_address);
  silence(
      "P14 without validators the longer interval",
      [&](const Exchange& one) {
        const bool is_costly = one.status == 200 && !one.etag && !one.last_modified;
        return is_costly ? Wait(manners_.no_validator_interval) : std::nullopt;
      },
      is_same_address);
  silence(
      "P16 nobody asks before max-age is over", [](const Exchange& one) { return one.max_age; }, is_same_address);
  silence(
      "P21 Retry-After is waited out", [](const Exchange& one) { return one.retry_after; }, is_same_address);
  silence(
      "P23 429 speaks for the host, after a restart too",
      [](const Exchange& one) { return one.status == 429 ? one.retry_after : std::nullopt; }, is_same_host);
  silence("P24 a 403 rests for hours", if_status({401, 403}, hours_of_rest), is_same_address);
  silence("P25 nothing is asked again at once after an error", if_status({0, 404, 500, 502}, manners_.interval),
          is_same_address);
  silence("P28 a 410 is asked once more a day later", if_status({410}, for_the_day), is_same_address);
}

void Bench::hosts() {
  silence(
      "P33 starts at one host keep the gap", [&](const Exchange&) { return std::optional(manners_.gap); },
      is_same_host);
  rule("P33 one request at a time at one host");
  for (std::size_t i = 0; i < log_.size(); ++i)
    for (std::size_t j = i + 1; j < log_.size(); ++j)
      if (is_same_host(log_[i], log_[j]))
        expect(log_[j].at + manners_.slack >= log_[i].end, place(log_[j]) + " comes while " + place(log_[i]) + " runs");
}

void Bench::knocking() {
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
  each("P40 no delta is asked for", [](const Exchange& one) { return !one.header("A-IM"); });
}

}  // namespace

const std::string* Exchange::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (lower(field) == lower(name)) return &value;
  return nullptr;
}

std::vector<Verdict> judge(const Log& log, const Manners& manners) {
  Bench bench(log, manners);
  bench.validators();
  bench.patience();
  bench.hosts();
  bench.knocking();
  return std::move(bench).verdicts();
}

}  // namespace rapporteur::test
