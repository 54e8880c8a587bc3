// JSON that was cut short or written by hand: raw control characters in texts are escaped, escapes that JSON does not
// have are put right, halves of characters become U+FFFD, and what stands open at the end is closed behind the last
// complete member. Used by read_json() when the strict parser gave up. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rapporteur::parse {

struct JsonRepaired {
  std::string text;
  std::size_t first_change = 0;  // offset in the text that was given
};

JsonRepaired repair_json(std::string_view text);

}  // namespace rapporteur::parse
