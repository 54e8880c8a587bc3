// Atom 1.0 (RFC 4287) as the readers of PUBLISHING section 1 take it: Atom is the default namespace, every address
// absolute, every entry names its agency as author and carries atom:source as its last child. Pure; called by
// compose().
#pragma once

#include <string>
#include <vector>

#include "publish/document.h"
#include "publish/item.h"

namespace rapporteur::publish {

std::string write_atom(const Document& document, const std::vector<Item>& items);

}  // namespace rapporteur::publish
