// Text that every reader can show: valid XML 1.0 text, without the control characters that XML lets pass. UN feeds
// carry C1 controls where windows-1252 was taken for Latin-1: they become what was meant, as HTML does with "&#146;".
// For everything in html that leaves it. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::html {

bool is_readable(std::string_view text);
std::string to_readable(std::string_view text);
// Leaves the string alone where nothing needs to be done, which is nearly always.
void make_readable(std::string& text);
// The character itself, what windows-1252 means by a C1 control, or 0 where none may stand.
char32_t readable_character(char32_t character);

}  // namespace rapporteur::html
