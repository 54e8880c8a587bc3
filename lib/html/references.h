// Character references of HTML (section 13.2.5.72 on): "&eacute;", "&#233;", "&#xE9;", and the old names that need no
// semicolon. For tokens, to_text and clean. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rapporteur::html {

struct Reference {
  std::size_t length = 0;  // bytes read, with '&' and ';'; 0: no reference stands here
  char32_t first = 0;
  char32_t second = 0;  // a few names stand for two characters; else 0
};

enum class Where { text, attribute };

// The reference at text[at] == '&'. In attributes an old name before '=' or a letter is none ("?a=1&copy=2").
Reference read_reference(std::string_view text, std::size_t at, Where where);
// Appends `text` with its references decoded.
void append_decoded(std::string& out, std::string_view text, Where where);
// Whether a reference with its semicolon stands anywhere in the text.
bool has_reference(std::string_view text);

}  // namespace rapporteur::html
