// Elements of other vocabularies inside RSS, RDF and Atom: one table says what each means to an entry, one to a head.
// To map a new element, add a row and a case. They never overrule what the format itself says (see draft.h).
#pragma once

#include "parse/draft.h"
#include "parse/reader.h"

namespace rapporteur::parse {

void read_extension(Reader& reader, const Element& element, Draft& draft);
void read_extension(Reader& reader, const Element& element, HeadDraft& draft);

}  // namespace rapporteur::parse
