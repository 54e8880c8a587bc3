// One question asked of every document: does it hold a character that XML 1.0 forbids (production 2)? A scan of sixteen
// bytes at a time; being right about UTF-8 is decode()'s business, which has been done before. Pure, any thread.
#pragma once

#include <string_view>

namespace rapporteur::parse {

// Precondition: valid UTF-8.
bool holds_forbidden(std::string_view text);

}  // namespace rapporteur::parse
