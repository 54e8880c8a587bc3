// The inside of an element written as markup again: xhtml constructs, and descriptions whose publisher forgot to
// escape. In the form HTML parsers read (void elements, no prefixes for XHTML, no namespace declarations). No
// recursion.
#pragma once

#include <string>

#include "parse/xml.h"

namespace rapporteur::parse {

std::string inner_markup(const Element& element);

}  // namespace rapporteur::parse
