// Addresses as feeds, servers and people write them, made absolute, comparable and safe to print.
// Home of Boost.URL and of ICU's IDNA. Pure, any thread. RFC 3986; IDNA by UTS 46.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rapporteur::base {

// The parts of an absolute http(s) address that decide where a request goes.
struct Authority {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, ASCII (punycode), no brackets around IPv6
  std::string port;    // always given: "80", "443", …
  bool operator==(const Authority&) const = default;
};

// An absolute URL of any scheme, tidied: white space and controls removed at the ends and inside, blanks and non-ASCII
// percent-encoded, host in lower case and punycode, default port dropped, dot segments resolved, "/" for an
// empty http path; what is already percent-encoded stays as it is. nullopt: no absolute URL.
std::optional<std::string> normalize_url(std::string_view url);
// RFC 3986 section 5.2, after the same tidying of both. An unusable base is ignored; nullopt: nothing absolute came
// out.
std::optional<std::string> resolve_url(std::string_view base, std::string_view reference);
// Scheme in lower case ("https"), after stripping what browsers strip (tab, CR, LF, leading controls); "" when there is
// none.
std::string scheme_of(std::string_view url);
bool is_http_url(std::string_view url);                       // absolute, http or https, with a host
std::optional<Authority> authority_of(std::string_view url);  // http(s) only
// Same scheme, host and port: credentials may go along (RFC 6454).
bool is_same_origin(std::string_view a, std::string_view b);
// Known tracking parameters (utm_*, fbclid, …: the table in tracking.cpp) removed; everything else untouched.
std::string without_tracking(std::string_view url);
// For messages: user:password@ taken out.
std::string without_userinfo(std::string_view url);
std::string without_fragment(std::string_view url);
// An absolute IRI as RFC 4287 wants for an id: a scheme, then something, no white space. ("abc-123" is none.)
bool is_absolute_iri(std::string_view text);

}  // namespace rapporteur::base
