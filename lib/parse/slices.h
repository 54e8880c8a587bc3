// The entries of a tidy XML document as pieces of its text, found before there is a tree: an entry whose piece is on
// record need not be read again, so that an answer costs what is new in it. parse() alone calls it. Pure, linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rapporteur::parse {

// From the '<' of a start tag to behind its end tag.
struct Slice {
  std::size_t begin = 0, end = 0;
  // Of these bytes, of the start tags around them (what is inherited: namespaces, xml:base, xml:lang) and of `context`.
  // Never 0.
  std::uint64_t hash = 0;
};

// The elements `item` and `entry`, in the document's order. Empty where anything speaks against taking them apart: one
// inside another, a document type, tags that do not nest. `context`: what else decides how an entry is read.
std::vector<Slice> find_slices(std::string_view text, std::string_view context);

}  // namespace rapporteur::parse
