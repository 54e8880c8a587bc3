#include "serve/conditional.h"

#include "base/text.h"

namespace rapporteur::serve {

namespace {

constexpr std::string_view coding_suffixes[] = {"-g", "-b"};

// Both without quotes and W/.
bool is_same_content(std::string_view opaque, std::string_view own) {
  if (opaque == own) return true;
  for (const std::string_view suffix : coding_suffixes)
    if (opaque.size() == own.size() + suffix.size() && opaque.starts_with(own) && opaque.ends_with(suffix)) return true;
  return false;
}

}  // namespace

std::string tag_of_coding(std::string_view etag, std::string_view suffix) {
  if (etag.empty()) return {};
  std::string tag(etag.substr(0, etag.size() - 1));
  tag += suffix;
  tag += '"';
  return tag;
}

bool matches_any(std::string_view if_none_match, std::string_view etag) {
  if (etag.size() < 2) return false;
  const std::string_view own = etag.substr(1, etag.size() - 2);
  std::string_view rest = base::trim(if_none_match);
  if (rest == "*") return true;
  while (!rest.empty()) {
    if (base::is_space(rest.front()) || rest.front() == ',') {
      rest.remove_prefix(1);
      continue;
    }
    // The comparison is weak (RFC 9110 13.1.2).
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    if (rest.empty() || rest.front() != '"') return false;
    const std::size_t end = rest.find('"', 1);  // commas may stand inside the quotes
    if (end == std::string_view::npos) return false;
    if (is_same_content(rest.substr(1, end - 1), own)) return true;
    rest.remove_prefix(end + 1);
  }
  return false;
}

bool is_unchanged(const Validation& sent, std::string_view etag, base::Instant last_modified) {
  if (!sent.if_none_match.empty()) return matches_any(sent.if_none_match, etag);
  if (sent.if_modified_since.empty()) return false;
  const auto since = base::from_http_date(sent.if_modified_since);
  return since && std::chrono::floor<std::chrono::seconds>(last_modified) <= *since;
}

}  // namespace rapporteur::serve
