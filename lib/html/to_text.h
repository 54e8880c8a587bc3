// Markup to plain text: character references decoded, blocks separated by a space, script and style left out, white
// space collapsed. For titles, summaries and hashes. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::html {

// May stop between two tags once it holds `enough_characters`: for summaries of long bodies.
std::string to_text(std::string_view markup, std::size_t enough_characters = std::string_view::npos);
// What stands between the tags of what clean() made, as it stands there, for a hash that passes over blanks: no markup
// is clean where a '<' or '>' means anything but a tag.
void characters_of_clean(std::string_view cleaned, std::string& characters);
// Character references only ("&amp;nbsp;" style leftovers in plain text); no tags are interpreted.
std::string decode_references(std::string_view text);

}  // namespace rapporteur::html
