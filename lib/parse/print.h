// A feed as the JSON of `rapporteur parse` (the section "parse" of its manual): fixed order of keys, two-space indent
// or one line, what is absent left out. The same feed always gives the same bytes; the golden files of the tests are
// this. Pure, any thread.
#pragma once

#include <string>

#include "feed/feed.h"

namespace rapporteur::parse {

std::string to_json(const feed::Feed& feed, bool one_line);

}  // namespace rapporteur::parse
