#include "fetch/robots.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace rapporteur::fetch {

namespace {

constexpr std::size_t most_bytes = 500 * 1024;
constexpr std::size_t longest_rule = 1024;
constexpr std::uint64_t most_steps = 4'000'000;
constexpr base::Duration longest_delay = std::chrono::minutes(1);

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_unreserved(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_escape(std::string& out, unsigned char byte) {
  constexpr const char* digits = "0123456789ABCDEF";
  out += '%';
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

// One spelling for what is the same octet (RFC 9309 2.2.2): unreserved ones plain, those outside ASCII escaped, escapes
// in upper case; reserved ones stay as they are, for "/" is not "%2F".
std::string comparable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (!is_escape) {
      const auto byte = static_cast<unsigned char>(text[i]);
      if (byte > 0x20 && byte < 0x7f)
        out += text[i];
      else
        append_escape(out, byte);
      continue;
    }
    const auto byte = static_cast<unsigned char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    if (is_unreserved(static_cast<char>(byte)))
      out += static_cast<char>(byte);
    else
      append_escape(out, byte);
    i += 2;
  }
  return out;
}

// "*" stands for any octets, a last "$" for the end of the target; else a beginning is enough. Where the two part, the
// last "*" takes one octet more: going back to an earlier one never helps. `steps` counts what that costs.
bool matches(std::string_view pattern, std::string_view target, std::uint64_t& steps) {
  const bool is_anchored = pattern.ends_with('$');
  if (is_anchored) pattern.remove_suffix(1);
  std::size_t at = 0, next = 0, star = pattern.npos, taken = 0;
  while (steps++ < most_steps) {
    const bool is_through = next == pattern.size();
    if (is_through && (!is_anchored || at == target.size())) return true;
    if (!is_through && pattern[next] == '*') {
      star = next++;
      taken = at;
    } else if (!is_through && at < target.size() && pattern[next] == target[at]) {
      ++next;
      ++at;
    } else if (star != pattern.npos && taken < target.size()) {
      next = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return false;
}

// The product token at the beginning of "Rapporteur/1.0 (…)".
std::string_view token_of(std::string_view agent) {
  const auto end =
      std::find_if(agent.begin(), agent.end(), [](char c) { return !is_letter(c) && c != '-' && c != '_'; });
  return agent.substr(0, static_cast<std::size_t>(end - agent.begin()));
}

}  // namespace

// Reads line by line and keeps two sets of rules: those for the token, and those for everybody.
class RobotsReader {
 public:
  explicit RobotsReader(std::string_view token) : token_(token) {}

  void line(std::string_view text) {
    text = base::trim(text.substr(0, text.find('#')));
    const std::size_t colon = text.find(':');
    if (colon == text.npos) return;
    const std::string_view key = base::trim(text.substr(0, colon)), value = base::trim(text.substr(colon + 1));
    if (base::equals_ignoring_case(key, "user-agent"))
      agent(value);
    else if (base::equals_ignoring_case(key, "allow"))
      rule(value, true);
    else if (base::equals_ignoring_case(key, "disallow"))
      rule(value, false);
    else if (base::equals_ignoring_case(key, "crawl-delay"))  // no rule: does not end a list of agents (2.2.4)
      delay(value);
  }

  Robots result() && {
    Robots& ours = is_named_ ? own_ : common_;
    ours.tidy();
    return std::move(ours);
  }

 private:
  void agent(std::string_view value) {
    if (has_rules_) is_own_ = is_common_ = has_rules_ = false;
    is_common_ |= value == "*";
    is_own_ |= base::equals_ignoring_case(token_of(value), token_);
    is_named_ |= is_own_;
  }
  void rule(std::string_view value, bool is_allowed) {
    has_rules_ = true;
    if (value.empty() || value.size() > longest_rule || !(is_own_ || is_common_)) return;
    const std::string pattern = comparable(value);
    if (is_own_) own_.add(pattern, is_allowed);
    if (is_common_) common_.add(pattern, is_allowed);
  }
  void delay(std::string_view value) {
    double seconds = 0;
    const auto end = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (end.ec != std::errc() || !(seconds > 0)) return;
    const double most = std::chrono::duration<double>(longest_delay).count();
    const auto span =
        std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(std::min(seconds, most)));
    if (is_own_) own_.crawl_delay_ = span;
    if (is_common_) common_.crawl_delay_ = span;
  }

  std::string_view token_;
  Robots own_, common_;
  bool is_own_ = false, is_common_ = false, is_named_ = false, has_rules_ = false;
};

Robots Robots::parse(std::string_view text, std::string_view token) {
  text = text.substr(0, most_bytes);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  RobotsReader reader(token);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::move(reader).result();
}

Robots Robots::allow_nothing() {
  Robots robots;
  robots.add("/", false);
  return robots;
}

void Robots::add(std::string_view pattern, bool is_allowed) {
  rules_.push_back(
      {static_cast<std::uint32_t>(patterns_.size()), static_cast<std::uint16_t>(pattern.size()), is_allowed});
  patterns_ += pattern;
}

void Robots::tidy() {
  std::stable_sort(rules_.begin(), rules_.end(), [](const Rule& a, const Rule& b) {
    return a.size != b.size ? a.size > b.size : a.is_allowed && !b.is_allowed;
  });
  rules_.shrink_to_fit();
  patterns_.shrink_to_fit();
}

Verdict Robots::judge(std::string_view target) const {
  const std::string wanted = comparable(target);
  if (wanted == "/robots.txt") return Verdict::allowed;  // 2.2.2
  std::uint64_t steps = 0;
  for (const Rule& rule : rules_) {
    if (matches(pattern_of(rule), wanted, steps)) return rule.is_allowed ? Verdict::allowed : Verdict::forbidden;
    if (steps >= most_steps) return Verdict::undecided;
  }
  return Verdict::allowed;
}

}  // namespace rapporteur::fetch
