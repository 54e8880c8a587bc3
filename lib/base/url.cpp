#include "base/url.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <memory>
#include <stdexcept>

#include "base/text.h"
#include "base/url_parts.h"

namespace rapporteur::base {

namespace {

constexpr auto npos = std::string_view::npos;

bool is_web(std::string_view scheme) { return scheme == "http" || scheme == "https"; }

// Browsers take "\" for "/" in web addresses, and feeds rely on it; a query or fragment keeps its own.
void turn_backslashes(std::string& text) {
  const std::size_t end = std::min(text.find_first_of("?#"), text.size());
  std::replace(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\\', '/');
}

// UTS 46, non-transitional, as browsers do. One instance serves all threads (uidna.h).
std::optional<std::string> to_punycode(std::string_view host) {
  static const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna{
      [] {
        UErrorCode status = U_ZERO_ERROR;
        UIDNA* opened =
            uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status);
        if (U_FAILURE(status)) throw std::runtime_error("the IDNA tables of ICU are not installed");
        return opened;
      }(),
      &uidna_close};
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
  std::string name = host.find('%') == npos ? to_lower(host) : to_lower(percent_decoded(host));
  const bool is_ascii =
      std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!is_ascii) {
    if (find_invalid_utf8(name) != name.size()) return std::nullopt;
    std::optional<std::string> ascii = to_punycode(name);
    if (!ascii) return std::nullopt;
    name = std::move(*ascii);
  }
  if (!std::all_of(name.begin(), name.end(), [](char c) { return is_role(c, in_host); })) return std::nullopt;
  return name;
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
    append_percent_encoded(out, parts.userinfo, in_userinfo);
    out += '@';
  }
  out += *host;
  if (!port->empty()) out.append(":").append(*port);
  return true;
}

// Writes the parts of an absolute URL in their tidy form. Boost.URL has the last word on the grammar.
std::optional<std::string> compose(const UrlParts& parts) {
  const std::string scheme = to_lower(parts.scheme);
  std::string out = scheme + ":";
  out.reserve(parts.authority.size() + parts.path.size() + parts.query.size() + parts.fragment.size() + 32);
  if (parts.has_authority && !append_authority(out, parts.authority, scheme)) return std::nullopt;
  if (is_web(scheme) && !parts.has_authority) return std::nullopt;
  std::string path = parts.path.starts_with('/') ? without_dots(parts.path) : std::string{parts.path};
  if (path.empty() && is_web(scheme)) path = "/";
  if (!parts.has_authority && path.starts_with("//")) path.insert(0, "/.");  // or it would be read as an authority
  append_percent_encoded(out, path, in_path);
  if (parts.has_query) {
    out += '?';
    append_percent_encoded(out, parts.query, in_query);
  }
  if (parts.has_fragment) {
    out += '#';
    append_percent_encoded(out, parts.fragment, in_query);
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
  const UrlParts from = split_reference(base);
  UrlParts to = split_reference(reference);
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

}  // namespace

std::optional<std::string> normalize_url(std::string_view url) {
  if (is_plain(url)) return std::string{url};
  return normalize_tidied(without_controls(url));
}

std::optional<std::string> resolve_url(std::string_view base, std::string_view reference) {
  if (is_plain(reference)) return std::string{reference};
  std::string text = without_controls(reference);
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
  std::optional<std::string> tidied;  // mostly there is nothing to tidy, and this is asked for every request
  if (!is_plain(url)) {
    tidied = normalize_url(url);
    if (!tidied) return std::nullopt;
    url = *tidied;
  }
  const UrlParts parts = split_reference(url);
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
