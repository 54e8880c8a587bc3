// Markup to plain text: character references decoded, blocks separated by a space, script and style left out, white
// space collapsed. For titles, summaries and hashes. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::html {

// May stop at a word's end once it holds `enough_bytes`: for summaries of long bodies.
std::string to_text(std::string_view markup, std::size_t enough_bytes = std::string_view::npos);
// The characters that are words, white space as it stands, blocks apart by a blank: for a hash that passes over blanks.
std::string words_as_written(std::string_view markup);
// Character references only ("&amp;nbsp;" style leftovers in plain text); no tags are interpreted.
std::string decode_references(std::string_view text);

}  // namespace rapporteur::html
