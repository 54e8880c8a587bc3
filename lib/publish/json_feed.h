// JSON Feed 1.1: the same items, ids, titles, links and order as the Atom document; what JSON Feed has no word for
// stands in
// `_story` (CONTRACT section 3). Pure; called by compose().
#pragma once

#include <string>
#include <vector>

#include "publish/document.h"
#include "publish/item.h"

namespace rapporteur::publish {

std::string write_json_feed(const Document& document, const std::vector<Item>& items);

}  // namespace rapporteur::publish
