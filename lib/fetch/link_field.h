// The Link header field (RFC 8288): which links of a relation an answer names. Called by engine's digest for "hub" and
// "self" (W3C WebSub section 4). Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rapporteur::fetch {

// The targets of links whose rel holds `relation` (ignoring case), as written, in their order. Links about another
// context (anchor) are not the answer's and are left out. What cannot be read ends its link, not the list.
std::vector<std::string> links_of(std::string_view field, std::string_view relation);

}  // namespace rapporteur::fetch
