#include "base/url.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <memory>
#include <stdexcept>

#include "base/text.h"

namespace rapporteur::base {

namespace {

constexpr auto npos = std::string_view::npos;

// What a byte may be in an address as it leaves normalize_url. RFC 3986 sections 2 and 3.
enum Role : unsigned char {
  in_host = 1,      // a letter, digit or sign of a registered name that needs no change
  in_path = 2,      // pchar and "/"
  in_query = 4,     // the same and "?"
  in_userinfo = 8,
};

constexpr std::array<unsigned char, 256> make_roles() {
  std::array<unsigned char, 256> roles{};
  for (int c = 'a'; c <= 'z'; ++c) roles[static_cast<std::size_t>(c)] = in_host | in_path | in_query | in_userinfo;
  for (int c = '0'; c <= '9'; ++c) roles[static_cast<std::size_t>(c)] = in_host | in_path | in_query | in_userinfo;
  for (int c = 'A'; c <= 'Z'; ++c) roles[static_cast<std::size_t>(c)] = in_path | in_query | in_userinfo;
  for (char c : std::string_view{"-._"}) roles[static_cast<unsigned char>(c)] = in_host | in_path | in_query | in_userinfo;
  for (char c : std::string_view{"~!$&'()*+,;=:"}) roles[static_cast<unsigned char>(c)] = in_path | in_query | in_userinfo;
  for (char c : std::string_view{"@/"}) roles[static_cast<unsigned char>(c)] = in_path | in_query;
  roles['?'] = in_query;
  return roles;
}
constexpr std::array<unsigned char, 256> roles = make_roles();

bool is_role(char c, Role role) { return (roles[static_cast<unsigned char>(c)] & role) != 0; }

bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }

int hex_value(char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; }

bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '%' && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool is_web(std::string_view scheme) { return scheme == "http" || scheme == "https"; }

bool is_scheme_character(char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; }

// Length of the scheme in front of ':', 0 for none (RFC 3986 section 3.1).
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return 0;
  std::size_t at = 1;
  while (at < text.size() && is_scheme_character(text[at])) ++at;
  return at < text.size() && text[at] == ':' ? at : 0;
}

// True when normalize_url would give back the very same bytes: what nearly every link of a feed is. A wrong "no" only
// costs time.
bool is_plain(std::string_view url) {
  std::size_t at = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (at == 0) return false;
  const std::size_t host = at;
  while (at < url.size() && is_role(url[at], in_host)) ++at;
  if (at == host || at == url.size() || url[at] != '/') return false;
  for (Role role = in_path; at < url.size(); ++at) {
    const char c = url[at];
    if (!is_role(c, role)) {
      if (c == '?' && role == in_path) {
        role = in_query;
      } else if (c == '#') {
        return std::all_of(url.begin() + static_cast<std::ptrdiff_t>(at) + 1, url.end(),
                           [](char f) { return is_role(f, in_query); });
      } else if (!is_escape(url, at)) {
        return false;
      }
    } else if (c == '/' && role == in_path && at + 1 < url.size() && url[at + 1] == '.') {
      return false;  // perhaps a dot segment
    }
  }
  return true;
}

// White space of other scripts and invisible marks that stick to the ends of addresses pasted from word processors.
std::size_t invisible_prefix(std::string_view text) {
  static constexpr std::string_view marks[] = {"\xC2\xA0",     "\xE2\x80\x8B", "\xE2\x80\x8E", "\xE2\x80\x8F",
                                               "\xE2\x80\xA8", "\xE3\x80\x80", "\xEF\xBB\xBF"};
  for (std::string_view mark : marks)
    if (text.starts_with(mark)) return mark.size();
  return !text.empty() && (is_control(text.front()) || text.front() == ' ') ? 1 : 0;
}

std::size_t invisible_suffix(std::string_view text) {
  const std::size_t widest = std::min<std::size_t>(text.size(), 3);
  for (std::size_t length = 1; length <= widest; ++length)
    if (invisible_prefix(text.substr(text.size() - length)) == length) return length;
  return 0;
}

std::string_view trim_invisible(std::string_view text) {
  while (const std::size_t length = invisible_prefix(text)) text.remove_prefix(length);
  while (const std::size_t length = invisible_suffix(text)) text.remove_suffix(length);
  return text;
}

std::string tidy(std::string_view text) {
  std::string out{trim_invisible(text)};
  std::erase_if(out, is_control);
  return out;
}

// RFC 3986 appendix B. Views into the text.
struct Parts {
  std::string_view scheme, authority, path, query, fragment;
  bool has_authority = false, has_query = false, has_fragment = false;
};

Parts split_reference(std::string_view text) {
  Parts parts;
  if (const std::size_t hash = text.find('#'); hash != npos) {
    parts.fragment = text.substr(hash + 1);
    parts.has_fragment = true;
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.find('?'); mark != npos) {
    parts.query = text.substr(mark + 1);
    parts.has_query = true;
    text = text.substr(0, mark);
  }
  if (const std::size_t length = scheme_length(text); length > 0) {
    parts.scheme = text.substr(0, length);
    text.remove_prefix(length + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t end = std::min(text.find('/'), text.size());
    parts.authority = text.substr(0, end);
    parts.has_authority = true;
    text.remove_prefix(end);
  }
  parts.path = text;
  return parts;
}

// Browsers take "\" for "/" in web addresses, and feeds rely on it; a query or fragment keeps its own.
void turn_backslashes(std::string& text) {
  const std::size_t end = std::min(text.find_first_of("?#"), text.size());
  std::replace(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\\', '/');
}

// RFC 3986 section 5.2.4, for a path that begins with "/". Empty segments ("//") are segments like others.
std::string without_dots(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    const std::string_view segment = path.substr(at, end - at);  // with the "/" in front of it
    at = end;
    const bool is_up = segment == "/..";
    if (is_up) out.resize(out.empty() ? 0 : out.rfind('/'));
    if (!is_up && segment != "/.")
      out += segment;
    else if (at == path.size())
      out += '/';
  }
  return out;
}

void append_encoded(std::string& out, std::string_view text, Role role) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_role(c, role) || is_escape(text, at)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 0xF];
    }
  }
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_escape(text, at)) {
      out += text[at];
      continue;
    }
    out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
    at += 2;
  }
  return out;
}

// UTS 46, non-transitional, as browsers do. One instance serves all threads (uidna.h).
std::optional<std::string> to_punycode(std::string_view host) {
  static const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna{[] {
    UErrorCode status = U_ZERO_ERROR;
    UIDNA* opened = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
    if (U_FAILURE(status)) throw std::runtime_error("the IDNA tables of ICU are not installed");
    return opened;
  }(), &uidna_close};
  std::array<char, 512> room;
  UErrorCode status = U_ZERO_ERROR;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const int32_t length = uidna_nameToASCII_UTF8(idna.get(), host.data(), static_cast<int32_t>(host.size()), room.data(),
                                                static_cast<int32_t>(room.size()), &info, &status);
  if (U_FAILURE(status) || info.errors != 0) return std::nullopt;
  return std::string{room.data(), static_cast<std::size_t>(length)};
}

// A host in lower case ASCII. Numeric forms ("0x7f.1") are left as they are: the address guard judges the address.
std::optional<std::string> tidy_host(std::string_view host) {
  if (host.size() > 1024) return std::nullopt;
  if (host.starts_with('[')) {  // Boost.URL judges what stands inside, but not what stands behind
    if (!host.ends_with(']')) return std::nullopt;
    return to_lower(host);
  }
  std::string name = host.find('%') == npos ? to_lower(host) : to_lower(decoded(host));
  const bool is_ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii) {
    if (find_invalid_utf8(name) != name.size()) return std::nullopt;
    std::optional<std::string> ascii = to_punycode(name);
    if (!ascii) return std::nullopt;
    name = std::move(*ascii);
  }
  if (!std::all_of(name.begin(), name.end(), [](char c) { return is_role(c, in_host); })) return std::nullopt;
  return name;
}

std::string_view default_port(std::string_view scheme) {
  if (scheme == "http") return "80";
  if (scheme == "https") return "443";
  if (scheme == "ftp") return "21";
  return {};
}

struct AuthorityParts {
  std::string_view userinfo, host, port;
  bool has_userinfo = false;
};

AuthorityParts split_authority(std::string_view authority) {
  AuthorityParts parts;
  if (const std::size_t at = authority.rfind('@'); at != npos) {
    parts.userinfo = authority.substr(0, at);
    parts.has_userinfo = true;
    authority.remove_prefix(at + 1);
  }
  const std::size_t bracket = authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0;
  const std::size_t colon = authority.find(':', bracket);
  parts.host = authority.substr(0, colon);
  if (colon != npos) parts.port = authority.substr(colon + 1);
  return parts;
}

// The port in its shortest form, "" for the default one; nullopt: not a port.
std::optional<std::string_view> tidy_port(std::string_view port, std::string_view scheme) {
  if (!std::all_of(port.begin(), port.end(), is_digit)) return std::nullopt;
  while (port.size() > 1 && port.front() == '0') port.remove_prefix(1);
  if (port.size() > 5 || (port.size() == 5 && port > "65535")) return std::nullopt;
  return port == default_port(scheme) ? std::string_view{} : port;
}

bool append_authority(std::string& out, std::string_view authority, std::string_view scheme) {
  const AuthorityParts parts = split_authority(authority);
  const std::optional<std::string> host = tidy_host(parts.host);
  const std::optional<std::string_view> port = tidy_port(parts.port, scheme);
  if (!host || !port || (host->empty() && (is_web(scheme) || parts.has_userinfo || !port->empty()))) return false;
  out += "//";
  if (parts.has_userinfo && !parts.userinfo.empty()) {
    append_encoded(out, parts.userinfo, in_userinfo);
    out += '@';
  }
  out += *host;
  if (!port->empty()) out.append(":").append(*port);
  return true;
}

// Writes the parts of an absolute URL in their tidy form. Boost.URL has the last word on the grammar.
std::optional<std::string> compose(const Parts& parts) {
  const std::string scheme = to_lower(parts.scheme);
  std::string out = scheme + ":";
  out.reserve(parts.authority.size() + parts.path.size() + parts.query.size() + parts.fragment.size() + 32);
  if (parts.has_authority && !append_authority(out, parts.authority, scheme)) return std::nullopt;
  if (is_web(scheme) && !parts.has_authority) return std::nullopt;
  std::string path = parts.path.starts_with('/') ? without_dots(parts.path) : std::string{parts.path};
  if (path.empty() && is_web(scheme)) path = "/";
  if (!parts.has_authority && path.starts_with("//")) path.insert(0, "/.");  // or it would be read as an authority
  append_encoded(out, path, in_path);
  if (parts.has_query) {
    out += '?';
    append_encoded(out, parts.query, in_query);
  }
  if (parts.has_fragment) {
    out += '#';
    append_encoded(out, parts.fragment, in_query);
  }
  if (!boost::urls::parse_uri(out)) return std::nullopt;
  return out;
}

// `text` is tidied. Browsers take any number of slashes behind "http:", also none; feeds have all of these.
std::optional<std::string> normalize_tidied(std::string text) {
  const std::size_t length = scheme_length(text);
  if (length == 0 || length + 1 == text.size()) return std::nullopt;
  if (is_web(to_lower(std::string_view{text}.substr(0, length)))) {
    turn_backslashes(text);
    const std::size_t rest = std::min(text.find_first_not_of('/', length + 1), text.size());
    text.replace(length + 1, rest - length - 1, "//");
  }
  return compose(split_reference(text));
}

// RFC 3986 section 5.2.2, for a reference without scheme against a base in its normal form.
std::optional<std::string> resolve_relative(std::string_view base, std::string_view reference) {
  const Parts from = split_reference(base);
  Parts to = split_reference(reference);
  to.scheme = from.scheme;
  std::string path;
  if (!to.has_authority) {
    const bool is_same_document = to.path.empty();
    if (!from.has_authority && !from.path.starts_with('/') && (!is_same_document || to.has_query)) return std::nullopt;
    to.authority = from.authority;
    to.has_authority = from.has_authority;
    if (is_same_document) {
      to.path = from.path;
      if (!to.has_query) {
        to.query = from.query;
        to.has_query = from.has_query;
      }
    } else if (!to.path.starts_with('/')) {
      path = std::string{from.path.substr(0, from.path.rfind('/') + 1)};
      if (path.empty()) path = "/";
      path += to.path;
      to.path = path;
    }
  }
  return compose(to);
}

// Parameters that say how a reader came to a page, never which page it is. A trailing * stands for any rest.
constexpr std::string_view tracking[] = {
    "utm_*", "mtm_*", "pk_*", "piwik_*", "matomo_*", "hsa_*", "trk_*", "ns_mchannel", "ns_source", "ns_campaign",
    "ns_linkname", "ns_fee",                                             // campaigns
    "fbclid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref",  // Facebook
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "_ga", "_gl",  // Google
    "msclkid", "twclid", "ttclid", "igshid", "igsh", "li_fat_id", "epik", "rdt_cid", "sccid",  // other networks
    "yclid", "ymclid", "ysclid", "_openstat",                            // Yandex
    "mc_cid", "mc_eid", "mc_tc", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking", "mkt_tok",
    "vero_id", "vero_conv", "oly_anon_id", "oly_enc_id", "ml_subscriber", "ml_subscriber_hash", "ck_subscriber_id",
    "wickedid", "_branch_match_id", "_kx", "elqtrack", "elqtrackid", "elqaid", "elqat", "elqcampaignid",  // mailings
    "xtor", "at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4", "at_link_id",
    "at_link_type", "at_link_origin", "at_format", "at_ptr_name", "wt_mc", "wt_zmc", "wt.mc_id", "s_cid", "s_kwcid",
    "ef_id", "rb_clickid", "irclickid", "guccounter", "guce_referrer", "guce_referrer_sig", "soc_src", "soc_trk"};

bool is_tracking(std::string_view parameter) {
  if (starts_with_ignoring_case(parameter, "amp;")) parameter.remove_prefix(4);  // escaped once too often
  const std::string_view name = parameter.substr(0, parameter.find('='));
  if (name.empty()) return false;
  return std::any_of(std::begin(tracking), std::end(tracking), [&, first = to_lower(name.front())](std::string_view known) {
    if (known.front() != first) return false;
    if (!known.ends_with('*')) return equals_ignoring_case(name, known);
    known.remove_suffix(1);
    return starts_with_ignoring_case(name, known);
  });
}

}  // namespace

std::optional<std::string> normalize_url(std::string_view url) {
  if (is_plain(url)) return std::string{url};
  return normalize_tidied(tidy(url));
}

std::optional<std::string> resolve_url(std::string_view base, std::string_view reference) {
  if (is_plain(reference)) return std::string{reference};
  std::string text = tidy(reference);
  const std::optional<std::string> from = normalize_url(base);
  const std::size_t length = scheme_length(text);
  if (!from) return length > 0 ? normalize_tidied(std::move(text)) : std::nullopt;
  const std::string_view base_scheme = std::string_view{*from}.substr(0, from->find(':'));
  if (is_web(base_scheme)) turn_backslashes(text);
  // "http:page" next to a page of the same scheme is relative, as in browsers (RFC 3986 section 5.2.2, not strict).
  const std::string_view rest = std::string_view{text}.substr(length > 0 ? length + 1 : 0);
  const bool is_relative = length == 0 || (is_web(base_scheme) && !rest.starts_with("//") &&
                                           equals_ignoring_case(base_scheme, std::string_view{text}.substr(0, length)));
  return is_relative ? resolve_relative(*from, rest) : normalize_tidied(std::move(text));
}

std::string scheme_of(std::string_view url) {
  url = trim_invisible(url);
  std::string scheme;
  for (char c : url) {
    if (is_control(c)) continue;
    if (c == ':') return scheme;
    if (!(scheme.empty() ? is_alpha(c) : is_scheme_character(c))) break;
    scheme += to_lower(c);
  }
  return {};
}

bool is_http_url(std::string_view url) { return is_plain(url) || authority_of(url).has_value(); }

std::optional<Authority> authority_of(std::string_view url) {
  const std::optional<std::string> normal = normalize_url(url);
  if (!normal) return std::nullopt;
  const Parts parts = split_reference(*normal);
  if (!is_web(parts.scheme)) return std::nullopt;
  const AuthorityParts authority = split_authority(parts.authority);
  std::string_view host = authority.host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const std::string_view port = authority.port.empty() ? default_port(parts.scheme) : authority.port;
  return Authority{std::string{parts.scheme}, std::string{host}, std::string{port}};
}

bool is_same_origin(std::string_view a, std::string_view b) {
  const std::optional<Authority> first = authority_of(a);
  return first && first == authority_of(b);
}

std::string without_tracking(std::string_view url) {
  const std::string_view bare = url.substr(0, url.find('#'));
  const std::size_t mark = bare.find('?');
  if (mark == npos) return std::string{url};
  std::string out{bare.substr(0, mark)};
  char separator = '?';
  bool is_changed = false;
  for (std::string_view parameter : split(bare.substr(mark + 1), '&')) {
    if (is_tracking(parameter)) {
      is_changed = true;
      continue;
    }
    out += separator;
    out += parameter;
    separator = '&';
  }
  if (!is_changed) return std::string{url};
  out += url.substr(bare.size());
  return out;
}

std::string without_userinfo(std::string_view url) {
  const std::size_t start = is_web(scheme_of(url)) ? url.find(':') + 1 : url.find("//");
  const std::size_t first = start == npos ? npos : url.find_first_not_of("/\\", start);
  if (first == npos) return std::string{url};
  const std::size_t end = std::min(url.find_first_of("/\\?#", first), url.size());
  const std::size_t at = url.substr(first, end - first).rfind('@');
  if (at == npos) return std::string{url};
  std::string out{url.substr(0, first)};
  out += url.substr(first + at + 1);
  return out;
}

std::string without_fragment(std::string_view url) { return std::string{url.substr(0, url.find('#'))}; }

bool is_absolute_iri(std::string_view text) {
  const std::size_t length = scheme_length(text);
  if (length == 0 || length + 1 == text.size() || find_invalid_utf8(text) != text.size()) return false;
  for (std::size_t at = length + 1; at < text.size(); ++at) {
    const char c = text[at];
    if (is_control(c) || std::string_view{" <>\"{}|\\^`"}.find(c) != npos) return false;
    if (c == '%' && !is_escape(text, at)) return false;
    if (invisible_prefix(text.substr(at)) > 0) return false;
  }
  return true;
}

}  // namespace rapporteur::base
