// RSS 1.0 and 0.90: RDF, where the channel, its image and its items stand side by side. Called by parse(). Pure.
#pragma once

#include "parse/reader.h"

namespace rapporteur::parse {

void read_rdf(Reader& reader, const Element& root);

}  // namespace rapporteur::parse
