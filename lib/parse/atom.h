// Atom 1.0 (RFC 4287) and Atom 0.3, whole documents and single elements of it inside RSS. Called by parse() and by
// extensions. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "parse/draft.h"
#include "parse/reader.h"

namespace rapporteur::parse {

// `root` is a feed, or an entry that stands alone (RFC 4287 section 2).
void read_atom(Reader& reader, const Element& root);

// An entry that stands in a document of another format.
bool is_atom_entry(const Element& element);
// Entries inside it are collected.
void read_atom_entry(Reader& reader, const Element& element, std::string_view feed_language,
                     std::vector<Element>& nested);

// One element in the Atom namespace, into the entry or head; false when it means nothing there. `around` is the
// language of the entry or feed.
bool read_atom_element(Reader& reader, const Element& element, feed::Entry& entry, std::string_view around);
bool read_atom_element(Reader& reader, const Element& element, feed::Head& head, std::string_view around);

}  // namespace rapporteur::parse
