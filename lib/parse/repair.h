// Repair of text that is almost XML, in two steps that parse() takes only as far as it must. Pure, any thread.
// repair() knows nothing of nesting; repair_nesting() (home of libxml2) knows nothing of entities, so it comes second:
// on raw text libxml2 would drop undefined entities, stray '&' and what stands around them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.h"

namespace rapporteur::parse {

struct Repaired {
  std::string text;
  bool changed = false;
  std::vector<feed::Warning> warnings;  // 20 of a kind at most, then one that counts the rest
};

// Whether repair() must run even when the XML parser is content: control characters, "&#0;" and other references to
// what is no XML character, entities that the document declares itself. One fast scan; less of it for a text that is
// known to be unremarkable (base/text).
bool needs_repair(std::string_view text, bool is_unremarkable = false);

// One linear pass that skips comments, instructions and CDATA. Stray '&' and '<' are escaped; HTML's named entities
// become characters; entities of the internal DTD are expanded within bounds; what XML 1.0 forbids (production 2) is
// dropped; an unterminated CDATA section ends at its element's end tag. Never loses readable text. Precondition: valid
// UTF-8.
Repaired repair(std::string_view text);

// For what still does not nest: libxml2's recovery on repaired text, as UTF-8 text again. Entities are never
// substituted, nothing is ever loaded. "" when nothing came out.
std::string repair_nesting(std::string_view repaired);

}  // namespace rapporteur::parse
