#include "fetch/robots_book.h"

#include <algorithm>
#include <utility>

#include "base/url.h"
#include "fetch/outgoing.h"

namespace rapporteur::fetch {

namespace {

constexpr std::string_view our_token = "rapporteur";  // whatever user_agent says
constexpr base::Duration good_for = std::chrono::hours(24);
constexpr base::Duration retried_after = std::chrono::hours(1);
constexpr base::Duration kept_for = std::chrono::hours(24 * 30);  // of an origin that cannot be reached since
constexpr std::size_t most_bytes = 16u << 20;
constexpr std::size_t usual_record = 600;  // with its place in the map, without rules

}  // namespace

bool RobotsBook::is_missing(const std::string& origin, base::Instant now) const {
  const auto found = records_.find(origin);
  if (found == records_.end() || !found->second.asked) return true;
  const Record& record = found->second;
  const base::Duration age = now - *record.asked;
  const bool has_failed = !record.read || *record.read < *record.asked;
  return age < base::Duration::zero() ||
         age >= (has_failed ? std::clamp(record.retry_after, retried_after, good_for) : good_for);
}

bool RobotsBook::is_being_asked(const std::string& origin) const {
  const auto found = records_.find(origin);
  return found != records_.end() && found->second.is_being_asked;
}

RobotsBook::Record& RobotsBook::use(const std::string& origin) {
  Record& record = records_[origin];
  record.last_use = ++uses_;
  return record;
}

void RobotsBook::count(const std::string& origin, Record& record) {
  bytes_ -= record.bytes;
  record.bytes = usual_record + origin.size() + record.robots.bytes() + record.trouble.capacity();
  if (record.held) record.bytes += record.held->why.capacity();
  for (const KnownUrl& one : record.known) record.bytes += sizeof one + one.url.capacity();
  bytes_ += record.bytes;
}

// Forgotten, a file is read again when it is wanted, as after a restart.
void RobotsBook::forget_least_used() {
  while (bytes_ > most_bytes) {
    auto least = records_.end();
    for (auto one = records_.begin(); one != records_.end(); ++one)
      if (!one->second.is_being_asked && (least == records_.end() || one->second.last_use < least->second.last_use))
        least = one;
    if (least == records_.end() || least->second.last_use == uses_) return;
    bytes_ -= least->second.bytes;
    records_.erase(least);
  }
}

Request RobotsBook::ask(const std::string& origin) {
  Record& record = use(origin);
  record.is_being_asked = true;
  Request request;
  request.url = origin + "/robots.txt";
  request.known = record.known;
  request.accept = "text/plain, */*;q=0.1";
  request.is_for_robots = true;
  return request;
}

void RobotsBook::give_up(const std::string& origin) {
  Record& record = use(origin);
  record.is_being_asked = false;
  count(origin, record);
}

void RobotsBook::hold(const std::string& origin, Postponement held) {
  Record& record = use(origin);
  record.is_being_asked = false;
  record.held = std::move(held);
  count(origin, record);
}

const Postponement* RobotsBook::held(const std::string& origin, base::Instant now) const {
  const auto found = records_.find(origin);
  const bool is_held = found != records_.end() && found->second.held && found->second.held->until > now;
  return is_held ? &*found->second.held : nullptr;
}

// 2.3.1.2 to 2.3.1.4: an answer that says that there is none allows everything; a server that cannot say forbids
// everything, unless we remember what it said. 429 is such a one: it asks to be left alone.
void RobotsBook::take(const std::string& origin, Reply reply, base::Instant now) {
  Record& record = use(origin);
  record.is_being_asked = false;
  if (reply.outcome == base::Outcome::cancelled) return;
  record.asked = now;
  record.retry_after = reply.hints.retry_after.value_or(base::Duration::zero());
  record.plea.reset();
  const bool is_absent =
      reply.outcome != base::Outcome::failed && reply.status >= 400 && reply.status < 500 && reply.status != 429;
  const bool is_good = is_absent || reply.outcome == base::Outcome::fresh || reply.outcome == base::Outcome::unchanged;
  if (is_good) {
    if (reply.outcome != base::Outcome::unchanged) {
      record.robots = is_absent ? Robots::allow_all() : Robots::parse(reply.body, our_token);
      record.known.clear();
      if (!is_absent) record.known.push_back({reply.final_url(), reply.hops.back().validators});
    }
    record.read = now;
    record.trouble.clear();
  } else {
    if (const bool is_remembered = record.read && now - *record.read < kept_for; !is_remembered) {
      record.robots = Robots::allow_nothing();
      record.trouble = reply.reason;
    }
    if (reply.status == 429 || reply.status == 503)
      record.plea = Plea{reply.status, reply.hints, std::move(reply.reason)};
  }
  count(origin, record);
  forget_least_used();
}

std::optional<std::string> RobotsBook::objection(const std::string& origin, const std::string& url) {
  if (!records_.contains(origin)) return std::nullopt;
  const Record& record = use(origin);
  const Verdict verdict = record.robots.judge(target_of(url));
  if (verdict == Verdict::allowed) return std::nullopt;
  const std::string file = origin + "/robots.txt";
  if (!record.trouble.empty())
    return file + " could not be read (" + record.trouble +
           "), so the address was not asked (RFC 9309); the file is read again after an hour at the earliest";
  if (verdict == Verdict::undecided)
    return file + " has rules that cannot be compared with this address in reasonable time; it was not asked";
  return file + " forbids this address to " + std::string(our_token) + "; it was not asked";
}

const Plea* RobotsBook::plea(const std::string& origin) const {
  const auto found = records_.find(origin);
  return found != records_.end() && found->second.plea ? &*found->second.plea : nullptr;
}

base::Duration RobotsBook::crawl_delay(const std::string& origin) const {
  const auto found = records_.find(origin);
  return found == records_.end() ? base::Duration::zero()
                                 : found->second.robots.crawl_delay().value_or(base::Duration::zero());
}

std::string origin_of(const std::string& url) {
  const auto authority = base::authority_of(url);
  if (!authority) return {};
  const bool is_six = authority->host.find(':') != std::string::npos;
  const bool is_default = authority->port == (authority->scheme == "https" ? "443" : "80");
  return authority->scheme + "://" + (is_six ? "[" + authority->host + "]" : authority->host) +
         (is_default ? std::string() : ":" + authority->port);
}

}  // namespace rapporteur::fetch
