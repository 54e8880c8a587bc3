// Markup to plain text: character references decoded, blocks separated by a space, script and style left out, white
// space collapsed. For titles, summaries and hashes. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::html {

std::string to_text(std::string_view markup);
// Character references only ("&amp;nbsp;" style leftovers in plain text); no tags are interpreted.
std::string decode_references(std::string_view text);

}  // namespace rapporteur::html
