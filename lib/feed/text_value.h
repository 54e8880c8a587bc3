// A text construct (RFC 4287 3.1) or RSS text, as the document gave it. Before html::clean_entry: raw. After: safe.
#pragma once

#include <string>

namespace rapporteur::feed {

enum class TextType {
  text,
  html,      // markup, one level of escaping removed; xhtml constructs are here too, serialised
  unstated,  // RSS says nothing: html::clean_entry decides once
};

// An empty value: the element is absent or said nothing; feeds do not tell these apart.
struct TextValue {
  std::string value;
  TextType type = TextType::text;
  std::string language;  // xml:lang where it differs from the entry's; BCP 47
  std::string base;      // xml:base in scope where it differs from Feed::base; absolute

  bool empty() const { return value.empty(); }
};

// atom:content, content:encoded, content_html, … (RFC 4287 4.1.3)
struct Content {
  std::string type;   // "text", "html" or a media type
  std::string value;  // empty when src is given
  std::string language;
  std::string src;  // absolute
  std::string base;
};

}  // namespace rapporteur::feed
