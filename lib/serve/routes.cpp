#include "serve/routes.h"

#include <array>

#include "base/text.h"

namespace rapporteur::serve {

namespace {

constexpr std::array<LiveRoute, 4> live_routes{{
    {"/status.json", LiveKind::status, "application/json; charset=utf-8"},
    {"/metrics", LiveKind::metrics, "text/plain; version=0.0.4; charset=utf-8"},
    {"/healthz", LiveKind::health, "text/plain; charset=utf-8"},
    {"/readyz", LiveKind::readiness, "text/plain; charset=utf-8"},
}};

int hex_value(char c) {
  if (base::is_digit(c)) return c - '0';
  const char lower = base::to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_unreserved(char c) {  // RFC 3986 2.3
  return base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string decode_unreserved(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int high = path[i] == '%' && i + 2 < path.size() ? hex_value(path[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(path[i + 2]) : -1;
    const char decoded = low >= 0 ? static_cast<char>(high * 16 + low) : '\0';
    if (is_unreserved(decoded)) {
      out += decoded;
      i += 2;
    } else {
      out += path[i];
    }
  }
  return out;
}

}  // namespace

const LiveRoute* find_live_route(std::string_view path) {
  for (const LiveRoute& route : live_routes)
    if (route.path == path) return &route;
  return nullptr;
}

std::optional<std::string_view> path_of(std::string_view target, std::string& room) {
  if (target.empty()) return std::nullopt;
  if (target.front() != '/') {
    const bool is_http =
        base::starts_with_ignoring_case(target, "http://") || base::starts_with_ignoring_case(target, "https://");
    if (!is_http) return std::nullopt;
    target.remove_prefix(target.find("//") + 2);
    const std::size_t end = target.find_first_of("/?");
    target = end == std::string_view::npos || target[end] == '?' ? std::string_view("/") : target.substr(end);
  }
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  if (path.find('%') == std::string_view::npos) return path;
  room = decode_unreserved(path);
  return std::string_view(room);
}

}  // namespace rapporteur::serve
