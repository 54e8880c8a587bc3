// Entries that stand deeper than any format has them: <feed><entries><entry>, <channel><news><year><item>. The readers
// of formats ask when they found none where they belong. Pure.
#pragma once

#include <vector>

#include "parse/reader.h"

namespace rapporteur::parse {

// Items and entries anywhere below `root`, in the document's order, those inside others left out; a warning when there
// are some.
std::vector<Element> find_wrapped(Reader& reader, const Element& root);

}  // namespace rapporteur::parse
