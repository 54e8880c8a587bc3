#include "config/forms.h"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "base/time.h"
#include "base/url.h"

namespace rapporteur::config {

namespace {

bool is_lower_or_digit(char c) { return base::is_digit(c) || (c >= 'a' && c <= 'z'); }

template <class Number>
std::optional<Number> to_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

// The first segments that CONTRACT section 3 gives a meaning.
constexpr std::string_view reserved_names[] = {"agency",  "country", "region",  "topic",   "language",   "source",
                                               "search",  "archive", "story",   "sources", "about",      "websub",
                                               "healthz", "readyz",  "metrics", "static",  "robots.txt", "favicon.ico"};

// Address bytes of a literal; empty: it is none.
std::vector<unsigned char> address_bytes(const std::string& text) {
  std::vector<unsigned char> bytes(16);
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(4);
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes;
  return {};
}

std::string to_text(const std::vector<unsigned char>& bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(bytes.size() == 16 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
  return text;
}

bool is_within(const std::vector<unsigned char>& address, std::string_view network) {
  const std::size_t slash = network.find('/');
  const std::vector<unsigned char> base = address_bytes(std::string(network.substr(0, slash)));
  if (base.size() != address.size()) return false;
  const std::size_t most = address.size() * 8;
  const auto length = slash == network.npos ? most : to_number<unsigned>(network.substr(slash + 1)).value_or(most);
  for (std::size_t bit = 0; bit < std::min<std::size_t>(length, most); ++bit)
    if (((address[bit / 8] ^ base[bit / 8]) & (0x80u >> (bit % 8))) != 0) return false;
  return true;
}

}  // namespace

Objection object_to_id(std::string_view text) {
  if (!text.empty() && text.size() <= 64 &&
      std::all_of(text.begin(), text.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; }))
    return std::nullopt;
  return "is no id; write 1 to 64 of a-z, 0-9 and hyphen";
}

Objection object_to_view_name(std::string_view text) {
  static const std::string shape =
      "is no view name; write segments of a-z, 0-9, hyphen and underscore, joined by \"/\"";
  if (text.empty() || text.size() > 128) return shape;
  const std::vector<std::string_view> segments = base::split(text, '/');
  for (const std::string_view segment : segments)
    if (segment.empty() || !std::all_of(segment.begin(), segment.end(),
                                        [](char c) { return is_lower_or_digit(c) || c == '-' || c == '_'; }))
      return shape;
  if (std::find(std::begin(reserved_names), std::end(reserved_names), segments.front()) != std::end(reserved_names))
    return "begins with a path of our own (\"/" + std::string(segments.front()) + "/\"); take another name";
  if (std::find(segments.begin(), segments.end(), "archive") != segments.end())
    return "holds \"archive\", where the archives of a view stand; take another name";
  return std::nullopt;
}

Objection object_to_url(std::string_view text) {
  if (base::is_http_url(text)) return std::nullopt;
  const std::string scheme = base::scheme_of(text);
  if (!scheme.empty() && scheme != "http" && scheme != "https")
    return "is refused: only http and https are asked, not " + scheme;
  return "is no address; write \"https://host/path\"";
}

Objection object_to_base_url(std::string_view text) {
  if (Objection objection = object_to_url(text)) return objection;
  if (text.find_first_of("?#") != std::string_view::npos)
    return "must not hold \"?\" or \"#\": paths are appended to it";
  if (base::without_userinfo(text) != text) return "must not hold a password: it is written into every document";
  return std::nullopt;
}

Objection object_to_contact(std::string_view text) {
  if (text.empty() || base::is_http_url(text)) return object_to_line(text);
  const std::string_view mail = base::starts_with_ignoring_case(text, "mailto:") ? text.substr(7) : text;
  const std::size_t at = mail.find('@');
  const bool is_mail = at != 0 && at != std::string_view::npos && mail.find('.', at) != std::string_view::npos &&
                       mail.find_first_of(" ()<>;\t\r\n") == std::string_view::npos;
  if (is_mail) return object_to_line(text);
  return "is neither an address nor mail; write \"https://example.org/about\" or \"feeds@example.org\"";
}

Objection object_to_language(std::string_view text) {
  const std::vector<std::string_view> subtags = base::split(text, '-');
  const auto is_subtag = [](std::string_view subtag) {
    return !subtag.empty() && subtag.size() <= 8 &&
           std::all_of(subtag.begin(), subtag.end(), [](char c) { return base::is_alpha(c) || base::is_digit(c); });
  };
  const std::string_view primary = subtags.front();
  const bool is_good = primary.size() >= 2 && primary.size() <= 3 &&
                       std::all_of(primary.begin(), primary.end(), base::is_alpha) &&
                       std::all_of(subtags.begin(), subtags.end(), is_subtag);
  if (is_good) return std::nullopt;
  return "is no language tag; write \"en\", \"fr\", \"zh-Hans\"";
}

Objection object_to_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  std::vector<unsigned char> bytes = address_bytes(std::string(text.substr(0, slash)));
  const auto length = slash == std::string_view::npos ? std::nullopt : to_number<unsigned>(text.substr(slash + 1));
  if (bytes.empty() || !length || *length > bytes.size() * 8)
    return "is no network; write \"10.0.0.0/8\" or \"fd00::/8\" (a single address: \"192.0.2.7/32\")";
  const std::vector<unsigned char> written = bytes;
  for (unsigned bit = *length; bit < bytes.size() * 8; ++bit)
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80u >> (bit % 8)));
  if (bytes != written)
    return "has host bits; the network is \"" + to_text(bytes) + "/" + std::to_string(*length) + "\"";
  return std::nullopt;
}

Objection object_to_listen(std::string_view text) {
  if (text.starts_with("unix:")) {
    if (text.size() < 7 || text[5] != '/') return "needs a whole path: \"unix:/run/rapporteur/http.sock\"";
    if (text.size() - 5 >= sizeof(sockaddr_un::sun_path))
      return "is too long for a socket: at most " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) +
             " bytes of path";
    return std::nullopt;
  }
  const std::size_t colon = text.rfind(':');
  std::string host(text.substr(0, colon == std::string_view::npos ? 0 : colon));
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  const std::size_t size = address_bytes(host).size();
  const bool is_name =
      !host.empty() && base::is_alpha(host.front()) && std::all_of(host.begin(), host.end(), [](char c) {
        return base::is_alpha(c) || base::is_digit(c) || c == '.' || c == '-';
      });
  const bool is_host = is_bracketed ? size == 16 : size == 4 || is_name;
  if (!is_host || !to_number<std::uint16_t>(text.substr(colon + 1)))
    return "is no address to listen on; write \"127.0.0.1:8480\", \"[::1]:8480\" or \"unix:/path\"";
  return std::nullopt;
}

// Where the system has no zone files, only the shape can be judged.
Objection object_to_timezone(std::string_view text) {
  static const std::string wish = "is no time zone; write an IANA name such as \"Asia/Bishkek\" or \"UTC\"";
  const auto is_good = [](char c) {
    return base::is_alpha(c) || base::is_digit(c) || c == '/' || c == '_' || c == '-' || c == '+';
  };
  if (text.empty() || text.front() == '/' || text.size() > 64 || !std::all_of(text.begin(), text.end(), is_good))
    return wish;
  static const std::string folder = "/usr/share/zoneinfo/";
  struct stat facts;
  if (text == "UTC" || stat(folder.c_str(), &facts) != 0) return std::nullopt;
  if (stat((folder + std::string(text)).c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return wish;
  return std::nullopt;
}

Objection object_to_since(std::string_view text) {
  if (base::parse_duration(text) || base::from_rfc3339(text) || base::from_rfc3339(std::string(text) + "T00:00:00Z"))
    return std::nullopt;
  return "is neither a date nor a span; write \"2026-01-31\" or \"30d\"";
}

Objection object_to_line(std::string_view text) {
  if (base::find_invalid_utf8(text) != text.size()) return "is not UTF-8";
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
    return "must be one line without control characters";
  return std::nullopt;
}

Objection object_to_header_name(std::string_view text) {
  // RFC 9110 5.6.2; the fields below are made by us, and another value would break a promise or the message.
  static constexpr std::string_view ours[] = {"host",
                                              "connection",
                                              "content-length",
                                              "transfer-encoding",
                                              "if-none-match",
                                              "if-modified-since",
                                              "accept-encoding",
                                              "user-agent",
                                              "range",
                                              "te",
                                              "upgrade"};
  // POLITENESS P40: what comes back for it would be a part (226), which is read by nobody here.
  if (base::equals_ignoring_case(text, "a-im"))
    return "would bring parts of documents, and rapporteur reads whole ones";
  if (base::equals_ignoring_case(text, "referer")) return "is never sent: a poller comes from no page";  // P11
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const auto is_token = [](char c) {
    return base::is_alpha(c) || base::is_digit(c) || marks.find(c) != std::string_view::npos;
  };
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_token)) return "is no field name of HTTP";
  if (std::find(std::begin(ours), std::end(ours), base::to_lower(text)) != std::end(ours))
    return "is made by rapporteur itself and cannot be set";
  return std::nullopt;
}

Objection object_to_proxy(std::string_view text) {
  const std::string scheme = base::scheme_of(text);
  static constexpr std::string_view known[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
  const bool is_known = std::find(std::begin(known), std::end(known), scheme) != std::end(known);
  if (is_known && text.substr(scheme.size()).starts_with("://") && text.size() > scheme.size() + 3)
    return object_to_line(text);
  return "is no proxy; write \"http://host:port\" or \"socks5h://host:port\"";
}

Objection object_to_user_agent(std::string_view text) {
  static constexpr std::string_view browsers[] = {"mozilla/", "chrome/", "chromium/",   "safari/",
                                                  "firefox/", "gecko/",  "applewebkit", "opera/",
                                                  "opr/",     "msie ",   "edg/",        "edge/"};
  const std::string lower = base::to_lower(text);
  for (const std::string_view name : browsers)
    for (std::size_t at = lower.find(name); at != lower.npos; at = lower.find(name, at + 1))
      if (at == 0 || !base::is_alpha(lower[at - 1]))  // "knowledge/1.0" is no "edge/"
        return "names a browser (\"" + std::string(text.substr(at, name.size())) +
               "\"), and rapporteur is none: hosts must be able to tell pollers from people. Write your own name and "
               "where to ask, as in \"example-desk/1.0 (+https://example.org/about)\", or leave it out";
  return std::nullopt;
}

Objection object_to_reach(std::string_view base_url, const std::vector<std::string>& allowed) {
  // RFC 6890: what a machine elsewhere cannot call.
  static constexpr std::string_view unreachable[] = {"0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10",  "127.0.0.0/8",
                                                     "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::/127",
                                                     "fc00::/7",       "fe80::/10"};
  const auto authority = base::authority_of(base_url);
  const std::string host = authority ? authority->host : std::string();
  const bool is_this_machine = host == "localhost" || host.ends_with(".localhost");
  const std::vector<unsigned char> address = address_bytes(is_this_machine ? "127.0.0.1" : host);
  const auto holds = [&](std::string_view network) { return is_within(address, network); };
  if (address.empty() || std::none_of(std::begin(unreachable), std::end(unreachable), holds)) return std::nullopt;
  if (std::any_of(allowed.begin(), allowed.end(), holds)) return std::nullopt;
  return "cannot be reached from elsewhere";
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && base::is_digit(text[digits])) ++digits;
  const auto number = to_number<std::uint64_t>(text.substr(0, digits));
  static constexpr std::array<std::pair<std::string_view, unsigned>, 4> units{
      {{"B", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}}};
  for (const auto& [name, shift] : units)
    if (number && text.substr(digits) == name && *number <= (std::uint64_t{1} << (62 - shift))) return *number << shift;
  return std::nullopt;
}

std::string path_of_agency(std::string_view name) {
  std::string path;
  for (const char c : base::to_lower(name)) {
    if (is_lower_or_digit(c) || static_cast<unsigned char>(c) >= 0x80)
      path += c;
    else if (!path.empty() && path.back() != '-')
      path += '-';
  }
  if (!path.empty() && path.back() == '-') path.pop_back();
  return path;
}

}  // namespace rapporteur::config
