// What a document is, from its first markup: before any parser runs, so that what is no feed is refused cheaply and in
// a sentence. Called by parse(). To read a new format, add its root element to the table. Pure, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rapporteur::parse {

enum class Kind { rss, rdf, atom, channel, json, html, xml, text, binary, empty };

struct Shape {
  Kind kind = Kind::text;
  std::size_t start = 0;  // where the document begins; what is before it is junk unless white space
  std::string_view root;  // name of the first element as written
};

// Known signatures of what is surely no text: archives, images, PDF.
bool has_binary_signature(std::string_view bytes);
Shape detect(std::string_view text);
// Why a document of this shape is no feed, as a sentence: "an HTML page titled …".
std::string describe(const Shape& shape, std::string_view text);

}  // namespace rapporteur::parse
