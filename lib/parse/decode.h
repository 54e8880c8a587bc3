// From bytes to UTF-8 text: which encoding a document is really in. parse() calls it once for each document, before
// anything looks at markup. Home of ICU's converters and of its charset detector. Pure, any thread. Never fails:
// bytes that cannot be read become U+FFFD, with a warning. It does not touch the declaration that stands in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.h"

namespace rapporteur::parse {

struct Decoded {
  std::string text;      // valid UTF-8 without BOM
  std::string encoding;  // what the bytes were decoded from, in lower case: "utf-8", "windows-1251", "iso-8859-1", …
  bool is_unremarkable = false;  // base::is_unremarkable(text), where it is known
  bool was_wrong = false;        // the declaration was overruled, or bytes had to be replaced
  std::vector<feed::Warning> warnings;
};

// In this order: BOM, the shape of UTF-16 and UTF-32 without one, `charset` of the Content-Type, XML declaration (RFC
// 7303 section 3), each believed only as far as the bytes bear it out; then UTF-8 when valid; then a guess. Labels are
// read by the WHATWG table; iso-8859-1 is named windows-1252 when it uses that one's characters. A Content-Type that
// says iso-8859-1 comes behind another declaration: it fits all bytes and is what servers say that know nothing; words
// of another script beyond doubt overrule it. UTF-8 that was encoded twice is decoded once more; a mark of UTF-16
// before single bytes is dropped.
Decoded decode(std::string bytes, std::string_view content_type);

}  // namespace rapporteur::parse
