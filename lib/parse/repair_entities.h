// HTML's named references as characters. repair() asks for them, since XML knows five of them and feeds use them all.
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::parse {

// Appends the character that "&name;" stands for in HTML, in UTF-8; false, and nothing appended, when HTML has no such
// name.
bool append_html_entity(std::string& out, std::string_view name);

}  // namespace rapporteur::parse
