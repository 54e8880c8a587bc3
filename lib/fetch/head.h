// The header of one answer: the fields we look at, as the server wrote them. Filled line by line by easy.cpp, read by
// hints, redirects and the client. Pure, io thread by habit.
//
// A body may be coded once, and its transfer not at all. Within a second coding, a few KiB unpack to gigabytes that
// never reach us and never end (CVE-2022-32206, CVE-2023-23916: libcurl bounds the layers, not what passes between
// them). So the codings are counted here, and easy.cpp ends what has more than we bear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/validators.h"
#include "fetch/reply.h"

namespace rapporteur::fetch {

struct ResponseHead {
  int status = 0;
  bool is_complete = false;  // the empty line came, and it was no interim answer (1xx)
  base::Validators validators;
  // Lines of the same name joined by ", " (RFC 9110 5.3); the others keep their first line.
  std::optional<std::string> cache_control, link;
  std::optional<std::string> expires, age, date, retry_after, location;
  std::string content_type, content_language;
  std::optional<std::uint64_t> content_length;
  unsigned codings = 0;            // of the body, known to us or not; identity is none
  Coding coding = Coding::none;    // the last of them
  bool is_transfer_coded = false;  // beyond chunked
  bool is_chunked = false;         // HTTP/1.1 only
  std::string challenge;           // "cf-mitigated: challenge", "x-amzn-waf-action: captcha"; "": none

  // A line as it came, with its CR LF. The end of an interim answer begins anew; after the end of the header, lines
  // are trailers and are ignored (RFC 9110 6.5.1). True: this line ended the header, whatever we made of its status.
  bool read_line(std::string_view line);

 private:
  void read_codings(std::string_view name, std::string_view value);
  void read_field(std::string_view name, std::string_view value);
  bool has_begun_ = false;
  std::string* last_ = nullptr;  // where an obsolete folded line (RFC 9112 5.2) goes on
};

// "Service Unavailable" from our own table: the server's words are not repeated. "" when the number has no name.
std::string_view status_phrase(int status);
// True when the bytes can go out again in a header line: visible ASCII, blanks, tabs, bytes above 0x7f.
bool is_sendable(std::string_view value);

}  // namespace rapporteur::fetch
