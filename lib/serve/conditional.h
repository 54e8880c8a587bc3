// Whether a client already holds what it asks for (RFC 9110 section 13). Pure: texts in, verdict out.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace rapporteur::serve {

// The tag of one coding: `"abc"` with "-g" becomes `"abc-g"` (RFC 9110 8.8.3.3). "" stays "".
std::string tag_of_coding(std::string_view etag, std::string_view suffix);

// If-None-Match: a list of tags, weak or strong, or "*". Any tag that we gave this representation counts, whatever its
// coding: the content is the same, and the client that changes its Accept-Encoding need not load it again.
// What cannot be read matches nothing from there on.
bool matches_any(std::string_view if_none_match, std::string_view etag);

struct Validation {
  std::string_view if_none_match, if_modified_since;  // "" : not sent
};
// If-None-Match wins over If-Modified-Since (RFC 9110 13.2.2); a date that cannot be read is ignored (13.1.3).
bool is_unchanged(const Validation& sent, std::string_view etag, base::Instant last_modified);

}  // namespace rapporteur::serve
