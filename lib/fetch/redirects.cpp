#include "fetch/redirects.h"

#include <algorithm>

#include "base/url.h"
#include "fetch/outgoing.h"

namespace rapporteur::fetch {
namespace {

// For sentences: no password, no endless address, no control characters.
std::string shown(std::string_view url) {
  constexpr std::size_t most = 200;
  std::string out = base::without_userinfo(url);
  if (out.size() > most) out.replace(most, std::string::npos, "…");
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return out;
}

constexpr std::size_t longest_address = 8 << 10;

// What a request for the address says: an empty path is "/".
bool is_same_request(const std::string& a, const std::string& b) {
  return base::is_same_origin(a, b) && target_of(a) == target_of(b);
}

RedirectError error(RedirectFault fault, std::string sentence) { return {fault, std::move(sentence)}; }

}  // namespace

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_permanent_redirect(int status) { return status == 301 || status == 308; }

Result<std::string, RedirectError> next_hop(const std::vector<std::string>& asked, std::string_view location,
                                            int max_redirects) {
  const std::string& from = asked.back();
  const auto redirect = "the redirect from " + shown(from);
  if (location.empty()) return error(RedirectFault::no_address, redirect + " names no address");
  const auto resolved = base::resolve_url(from, location);
  if (!resolved) return error(RedirectFault::no_address, redirect + " names an unusable address");
  if (!base::is_http_url(*resolved))
    return error(RedirectFault::not_http, redirect + " leads to " + shown(*resolved) + ", which is not http or https");
  if (base::scheme_of(from) == "https" && base::scheme_of(*resolved) == "http")
    return error(RedirectFault::downgrade, redirect + " leads from https to http, " + shown(*resolved));
  auto next = base::without_fragment(base::without_userinfo(*resolved));
  if (next.size() > longest_address)
    return error(RedirectFault::too_long, redirect + " leads to an address of more than 8 KiB, " + shown(next));
  if (std::any_of(asked.begin(), asked.end(), [&](const std::string& url) { return is_same_request(url, next); }))
    return error(RedirectFault::circle, "the redirects go in a circle, back to " + shown(next));
  if (asked.size() > static_cast<std::size_t>(std::max(max_redirects, 0)))
    return error(RedirectFault::too_many,
                 "more than " + std::to_string(max_redirects) + " redirects, the last to " + shown(next));
  return next;
}

}  // namespace rapporteur::fetch
