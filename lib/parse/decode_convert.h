// ICU behind two questions: what do these bytes say in that encoding, and which encoding do they look like.
// Only decode() asks. Pure, any thread; a converter lives for one call.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "parse/decode_labels.h"

namespace rapporteur::parse {

struct Conversion {
  std::string text;          // valid UTF-8
  std::size_t replaced = 0;  // sequences that became U+FFFD
};

Conversion convert(std::string_view bytes, const Encoding& encoding);

// The encoding that ICU's detector holds likeliest among those that read all the bytes; windows-1252 when none
// convinces. What stands in tags is left out of its statistics. Never nullptr.
const Encoding* guess_encoding(std::string_view bytes);

}  // namespace rapporteur::parse
