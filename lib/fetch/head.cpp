#include "fetch/head.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "base/text.h"

namespace rapporteur::fetch {
namespace {

using base::equals_ignoring_case;

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

int read_status(std::string_view line) {
  const auto space = line.find(' ');
  int status = 0;
  if (space != line.npos) std::from_chars(line.data() + space + 1, line.data() + line.size(), status);
  return status;
}

Coding coding_of(std::string_view word) {
  static constexpr std::pair<std::string_view, Coding> known[] = {{"gzip", Coding::gzip},
                                                                  {"x-gzip", Coding::gzip},
                                                                  {"deflate", Coding::deflate},
                                                                  {"br", Coding::br},
                                                                  {"zstd", Coding::zstd}};
  for (const auto& [name, coding] : known)
    if (equals_ignoring_case(word, name)) return coding;
  return Coding::unknown;
}

}  // namespace

bool is_sendable(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool ResponseHead::read_line(std::string_view line) {
  if (is_complete) return false;
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.empty()) {
    const bool is_interim = status >= 100 && status < 200;
    if (is_interim) *this = ResponseHead();
    is_complete = status >= 200;
    last_ = nullptr;
    return !is_interim;
  }
  if (line.front() == ' ' || line.front() == '\t') {
    if (last_ && is_sendable(line)) last_->append(" ").append(without_blanks(line));
    return false;
  }
  // The first line only: one in the middle is no status to libcurl either, and would hide what stands before it.
  if (!std::exchange(has_begun_, true) && line.starts_with("HTTP/")) {
    status = read_status(line);
    return false;
  }
  const auto colon = line.find(':');
  last_ = nullptr;
  if (colon == line.npos) return false;
  const auto name = line.substr(0, colon), value = without_blanks(line.substr(colon + 1));
  read_codings(name, value);
  // What could not be echoed or believed is as good as absent: a bare CR in a value, or no value.
  if (!value.empty() && is_sendable(value)) read_field(name, value);
  return false;
}

// Unsendable bytes and all: what cannot be named is coded all the same.
void ResponseHead::read_codings(std::string_view name, std::string_view value) {
  const bool is_transfer = equals_ignoring_case(name, "Transfer-Encoding");
  if (!is_transfer && !equals_ignoring_case(name, "Content-Encoding")) return;
  for (const auto one : base::split(value, ',')) {
    const auto word = base::trim(one.substr(0, one.find(';')));
    if (word.empty() || equals_ignoring_case(word, "identity")) continue;
    if (!is_transfer) {
      ++codings;
      coding = coding_of(word);
    } else if (equals_ignoring_case(word, "chunked")) {
      is_chunked = true;
    } else {
      is_transfer_coded = true;
    }
  }
}

void ResponseHead::read_field(std::string_view name, std::string_view value) {
  const auto keep_first = [&](std::optional<std::string>& field) {
    if (!field) last_ = &field.emplace(value);
  };
  const auto join = [&](std::optional<std::string>& field) {
    if (field) field->append(", ").append(value);
    last_ = field ? &*field : &field.emplace(value);
  };
  const auto is = [&](std::string_view wanted) { return equals_ignoring_case(name, wanted); };
  switch (name.size()) {
    case 3:
      if (is("Age")) keep_first(age);
      break;
    case 4:
      if (is("ETag")) keep_first(validators.etag);
      if (is("Date")) keep_first(date);
      if (is("Link")) join(link);
      break;
    case 7:
      if (is("Expires")) keep_first(expires);
      break;
    case 8:
      if (is("Location")) keep_first(location);
      break;
    case 11:
      if (is("Retry-After")) keep_first(retry_after);
      break;
    case 12:
      if (is("Content-Type")) last_ = &content_type.assign(value);
      if (is("cf-mitigated") && equals_ignoring_case(value, "challenge")) challenge = "cf-mitigated: challenge";
      break;
    case 13:
      if (is("Last-Modified")) keep_first(validators.last_modified);
      if (is("Cache-Control")) join(cache_control);
      break;
    case 14:
      if (is("Content-Length")) {
        std::uint64_t length = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (error == std::errc::result_out_of_range) length = std::numeric_limits<std::uint64_t>::max();
        if (end == value.data() + value.size()) content_length = length;
      }
      break;
    case 16:
      if (is("Content-Language")) last_ = &content_language.assign(value);
      break;
    case 17:
      if (!is("x-amzn-waf-action")) break;
      if (equals_ignoring_case(value, "challenge")) challenge = "x-amzn-waf-action: challenge";
      if (equals_ignoring_case(value, "captcha")) challenge = "x-amzn-waf-action: captcha";
      break;
    default:
      break;
  }
}

std::string_view status_phrase(int status) {
  static constexpr std::pair<int, std::string_view> phrases[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {203, "Non-Authoritative Information"},
      {204, "No Content"},
      {205, "Reset Content"},
      {206, "Partial Content"},
      {226, "IM Used"},
      {300, "Multiple Choices"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {407, "Proxy Authentication Required"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {412, "Precondition Failed"},
      {418, "I'm a teapot"},
      {421, "Misdirected Request"},
      {425, "Too Early"},
      {429, "Too Many Requests"},
      {451, "Unavailable For Legal Reasons"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {520, "Unknown Error"},
      {521, "Web Server Is Down"},
      {522, "Connection Timed Out"},
      {523, "Origin Is Unreachable"},
      {524, "A Timeout Occurred"},
      {525, "SSL Handshake Failed"},
      {526, "Invalid SSL Certificate"},
  };
  for (const auto& [number, phrase] : phrases)
    if (number == status) return phrase;
  return {};
}

}  // namespace rapporteur::fetch
