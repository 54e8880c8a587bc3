#include "base/url_parts.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rapporteur::base {

namespace {

constexpr auto npos = std::string_view::npos;

constexpr std::array<unsigned char, 256> make_roles() {
  std::array<unsigned char, 256> roles{};
  for (int c = 'a'; c <= 'z'; ++c) roles[static_cast<std::size_t>(c)] = in_host | in_path | in_query | in_userinfo;
  for (int c = '0'; c <= '9'; ++c) roles[static_cast<std::size_t>(c)] = in_host | in_path | in_query | in_userinfo;
  for (int c = 'A'; c <= 'Z'; ++c) roles[static_cast<std::size_t>(c)] = in_path | in_query | in_userinfo;
  for (char c : std::string_view{"-._"})
    roles[static_cast<unsigned char>(c)] = in_host | in_path | in_query | in_userinfo;
  for (char c : std::string_view{"~!$&'()*+,;=:"})
    roles[static_cast<unsigned char>(c)] = in_path | in_query | in_userinfo;
  for (char c : std::string_view{"@/"}) roles[static_cast<unsigned char>(c)] = in_path | in_query;
  roles['?'] = in_query;
  return roles;
}
constexpr std::array<unsigned char, 256> roles = make_roles();

bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }

int hex_value(char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; }

// In its shortest form, and not the default one, which a tidied address leaves out.
bool is_plain_port(std::string_view port, std::string_view scheme) {
  return !port.empty() && port.front() != '0' && std::all_of(port.begin(), port.end(), is_digit) &&
         (port.size() < 5 || (port.size() == 5 && port <= "65535")) && port != default_port(scheme);
}

}  // namespace

bool is_role(char c, Role role) { return (roles[static_cast<unsigned char>(c)] & role) != 0; }

bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '%' && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool is_scheme_character(char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; }

std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return 0;
  std::size_t at = 1;
  while (at < text.size() && is_scheme_character(text[at])) ++at;
  return at < text.size() && text[at] == ':' ? at : 0;
}

std::size_t invisible_prefix(std::string_view text) {
  static constexpr std::string_view marks[] = {"\xC2\xA0",     "\xE2\x80\x8B", "\xE2\x80\x8E", "\xE2\x80\x8F",
                                               "\xE2\x80\xA8", "\xE3\x80\x80", "\xEF\xBB\xBF"};
  for (std::string_view mark : marks)
    if (text.starts_with(mark)) return mark.size();
  return !text.empty() && (is_control(text.front()) || text.front() == ' ') ? 1 : 0;
}

namespace {

std::size_t invisible_suffix(std::string_view text) {
  const std::size_t widest = std::min<std::size_t>(text.size(), 3);
  for (std::size_t length = 1; length <= widest; ++length)
    if (invisible_prefix(text.substr(text.size() - length)) == length) return length;
  return 0;
}

}  // namespace

std::string_view trim_invisible(std::string_view text) {
  while (const std::size_t length = invisible_prefix(text)) text.remove_prefix(length);
  while (const std::size_t length = invisible_suffix(text)) text.remove_suffix(length);
  return text;
}

std::string without_controls(std::string_view text) {
  std::string out{trim_invisible(text)};
  std::erase_if(out, is_control);
  return out;
}

UrlParts split_reference(std::string_view text) {
  UrlParts parts;
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

void append_percent_encoded(std::string& out, std::string_view text, Role role) {
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

std::string percent_decoded(std::string_view text) {
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

std::string_view default_port(std::string_view scheme) {
  if (scheme == "http") return "80";
  if (scheme == "https") return "443";
  if (scheme == "ftp") return "21";
  return {};
}

bool is_plain(std::string_view url) {
  std::size_t at = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  if (at == 0) return false;
  const std::size_t host = at;
  while (at < url.size() && is_role(url[at], in_host)) ++at;
  if (at == host) return false;
  if (at < url.size() && url[at] == ':') {
    const std::size_t port = at + 1, end = std::min(url.find('/', port), url.size());
    if (!is_plain_port(url.substr(port, end - port), url.substr(0, host - 3))) return false;
    at = end;
  }
  if (at == url.size() || url[at] != '/') return false;
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

}  // namespace rapporteur::base
