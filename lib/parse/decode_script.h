// Whether bytes that are declared Latin-1 are words of another script. Only decode() asks. Pure, any thread, linear in
// a sample.
#pragma once

#include <string_view>

#include "parse/decode_labels.h"

namespace rapporteur::parse {

// The encoding of another script that the bytes are in, beyond doubt: Cyrillic, Greek, Arabic, Hebrew, Chinese,
// Japanese, Korean. nullptr for Latin letters and wherever there is any doubt.
const Encoding* other_script(std::string_view bytes);

}  // namespace rapporteur::parse
