#include "fetch/robots.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace rapporteur::fetch {

namespace {

constexpr std::size_t most_bytes = 500 * 1024;
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

// "*" stands for any octets, a last "$" for the end of the target; else a beginning is enough.
bool matches(std::string_view pattern, std::string_view target) {
  const bool is_anchored = pattern.ends_with('$');
  if (is_anchored) pattern.remove_suffix(1);
  bool is_first = true;
  for (;;) {
    const std::size_t star = pattern.find('*');
    const std::string_view part = pattern.substr(0, star);
    const bool is_last = star == pattern.npos;
    if (is_first ? !target.starts_with(part) : part.size() > target.size()) return false;
    if (is_last && is_anchored) return is_first ? target == part : target.ends_with(part);
    const std::size_t at = is_first ? 0 : target.find(part);
    if (at == target.npos) return false;
    if (is_last) return true;
    target.remove_prefix(at + part.size());
    pattern.remove_prefix(star + 1);
    is_first = false;
  }
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

  Robots result() && { return std::move(is_named_ ? own_ : common_); }

 private:
  void agent(std::string_view value) {
    if (has_rules_) is_own_ = is_common_ = has_rules_ = false;
    is_common_ |= value == "*";
    is_own_ |= base::equals_ignoring_case(token_of(value), token_);
    is_named_ |= is_own_;
  }
  void rule(std::string_view value, bool is_allowed) {
    has_rules_ = true;
    if (value.empty()) return;
    if (is_own_) own_.rules_.push_back({comparable(value), is_allowed});
    if (is_common_) common_.rules_.push_back({comparable(value), is_allowed});
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
  robots.rules_.push_back({"/", false});
  return robots;
}

bool Robots::allows(std::string_view target) const {
  const std::string wanted = comparable(target);
  if (wanted == "/robots.txt") return true;  // 2.2.2
  std::size_t longest = 0;
  bool is_allowed = true;
  for (const Rule& rule : rules_) {
    const std::size_t length = rule.pattern.size();
    const bool decides = length > longest || (length == longest && rule.is_allowed && !is_allowed);
    if (!decides || !matches(rule.pattern, wanted)) continue;
    longest = length;
    is_allowed = rule.is_allowed;
  }
  return is_allowed;
}

}  // namespace rapporteur::fetch
