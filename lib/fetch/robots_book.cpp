#include "fetch/robots_book.h"

#include <utility>

#include "base/url.h"

namespace rapporteur::fetch {

namespace {

constexpr std::string_view our_token = "rapporteur";  // whatever user_agent says
constexpr base::Duration good_for = std::chrono::hours(24);
constexpr base::Duration retried_after = std::chrono::hours(1);
constexpr base::Duration kept_for = std::chrono::hours(24 * 30);  // of an origin that cannot be reached since

// Path and query as they are sent.
std::string target_of(const std::string& url) {
  const std::string plain = base::without_fragment(url);
  const std::size_t authority = plain.find("://");
  const std::size_t begin = authority == plain.npos ? plain.npos : plain.find_first_of("/?", authority + 3);
  if (begin == plain.npos) return "/";
  return plain[begin] == '?' ? "/" + plain.substr(begin) : plain.substr(begin);
}

}  // namespace

bool RobotsBook::is_missing(const std::string& origin, base::Instant now) const {
  const auto found = records_.find(origin);
  if (found == records_.end() || !found->second.asked) return true;
  const Record& record = found->second;
  const base::Duration age = now - *record.asked;
  const bool has_failed = !record.read || *record.read < *record.asked;
  return age < base::Duration::zero() || age >= (has_failed ? retried_after : good_for);
}

bool RobotsBook::is_being_asked(const std::string& origin) const {
  const auto found = records_.find(origin);
  return found != records_.end() && found->second.is_being_asked;
}

Request RobotsBook::ask(const std::string& origin) {
  Record& record = records_[origin];
  record.is_being_asked = true;
  Request request;
  request.url = origin + "/robots.txt";
  request.known = record.known;
  request.accept = "text/plain, */*;q=0.1";
  request.is_for_robots = true;
  return request;
}

// 2.3.1.2 to 2.3.1.4: an answer that says that there is none allows everything; a server that cannot say forbids
// everything, unless we remember what it said. 429 is such a one: it asks to be left alone.
void RobotsBook::take(const std::string& origin, Reply reply, base::Instant now) {
  Record& record = records_[origin];
  record.is_being_asked = false;
  if (reply.outcome == base::Outcome::cancelled) return;
  record.asked = now;
  const bool is_absent =
      reply.outcome != base::Outcome::failed && reply.status >= 400 && reply.status < 500 && reply.status != 429;
  if (reply.outcome == base::Outcome::fresh || is_absent) {
    record.robots = is_absent ? Robots::allow_all() : Robots::parse(reply.body, our_token);
    record.known.clear();
    if (!is_absent) record.known.push_back({reply.final_url(), reply.hops.back().validators});
  } else if (reply.outcome != base::Outcome::unchanged) {
    const bool is_remembered = record.read && now - *record.read < kept_for;
    if (is_remembered) return;
    record.robots = Robots::allow_nothing();
    record.trouble = reply.reason;
    return;
  }
  record.read = now;
  record.trouble.clear();
}

std::optional<std::string> RobotsBook::objection(const std::string& origin, const std::string& url) const {
  const auto found = records_.find(origin);
  if (found == records_.end()) return std::nullopt;
  const Record& record = found->second;
  if (record.robots.allows(target_of(url))) return std::nullopt;
  const std::string file = origin + "/robots.txt";
  if (record.trouble.empty()) return file + " forbids this address to " + std::string(our_token) + "; it was not asked";
  return file + " could not be read (" + record.trouble + "), so the address was not asked (RFC 9309)";
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
