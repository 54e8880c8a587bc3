// An address as text: its bytes and its parts, before anything is known of hosts. For url.cpp, which makes addresses of
// them; other modules use base/url.h. Pure, any thread; views point into the argument.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rapporteur::base {

// What a byte may be in an address as it leaves normalize_url. RFC 3986 sections 2 and 3.
enum Role : unsigned char {
  in_host = 1,   // a letter, digit or sign of a registered name that needs no change
  in_path = 2,   // pchar and "/"
  in_query = 4,  // the same and "?"
  in_userinfo = 8,
};
bool is_role(char c, Role role);
bool is_escape(std::string_view text, std::size_t at);  // "%" and two hexadecimal digits at `at`
bool is_control(char c);
bool is_scheme_character(char c);
// Length of the scheme in front of ':', 0 for none (RFC 3986 section 3.1).
std::size_t scheme_length(std::string_view text);

// Length of a control, a blank or an invisible mark in front of the text; 0: none. White space of other scripts and
// byte order marks stick to the ends of addresses that were pasted from word processors.
std::size_t invisible_prefix(std::string_view text);
std::string_view trim_invisible(std::string_view text);
std::string without_controls(std::string_view text);  // trimmed, and without controls inside

// "443" for "https"; "": none is known.
std::string_view default_port(std::string_view scheme);
// True when normalize_url would give back the very same bytes: what nearly every link of a feed is. A wrong "no" only
// costs time.
bool is_plain(std::string_view url);

// RFC 3986 appendix B.
struct UrlParts {
  std::string_view scheme, authority, path, query, fragment;
  bool has_authority = false, has_query = false, has_fragment = false;
};

UrlParts split_reference(std::string_view text);

struct AuthorityParts {
  std::string_view userinfo, host, port;
  bool has_userinfo = false;
};

AuthorityParts split_authority(std::string_view authority);

// RFC 3986 section 5.2.4, for a path that begins with "/". Empty segments ("//") are segments like others.
std::string without_dots(std::string_view path);
void append_percent_encoded(std::string& out, std::string_view text,
                            Role role);  // what is encoded already stays as it is
std::string percent_decoded(std::string_view text);

}  // namespace rapporteur::base
