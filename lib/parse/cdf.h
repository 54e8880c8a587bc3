// Microsoft's Channel Definition Format of 1997, which is still handed out by a few servers: title, abstract, items
// with their addresses and dates. Called by parse() for a <CHANNEL> that is no RSS. Pure.
#pragma once

#include "parse/reader.h"

namespace rapporteur::parse {

// A channel is CDF when it, or an item in it, names its page in an href attribute.
bool is_cdf(const Element& root);
void read_cdf(Reader& reader, const Element& root);

}  // namespace rapporteur::parse
