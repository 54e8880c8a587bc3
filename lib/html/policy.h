// What markup may stay: ONE table of the elements of HTML, what is done with each, which attributes it keeps and which
// schemes its addresses may have. To allow a tag, change a row in policy.cpp and add a fixture. Anything not in the
// table is unwrapped: its tags go, its content stays. Pure data, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rapporteur::html {

enum class Action : std::uint8_t {
  keep,
  unwrap,  // the tags go, the content stays
  drop,    // gone with its content
};

// What HTML's tree construction (13.2.6.4.7) does about an element beyond appending it: html/nesting reads these.
enum class Role : std::uint8_t {
  plain,
  paragraph,
  heading,
  list,
  list_item,
  definitions,
  definition,
  anchor,
  ruby,
  ruby_text,
  table,
  caption,
  column_group,
  column,
  row_group,
  row,
  cell,
};

enum Trait : std::uint8_t {
  is_void = 1,         // never has content nor an end tag
  is_block = 2,        // separates words
  ends_paragraph = 4,  // its start tag closes an open p
  is_formatting = 8,   // on the list of active formatting elements (13.2.4.3)
  is_raw = 16,         // what follows is characters up to its own end tag (13.2.5.2 to 13.2.5.5)
  is_media = 32,       // audio, video: html/clean keeps them without content, with one source
};

enum class Value : std::uint8_t {
  text,
  number,     // digits
  link,       // an address a person follows: http, https, mailto
  media,      // an address a program loads by itself: http, https
  language,   // BCP 47
  direction,  // ltr, rtl, auto
  scope,      // of a header cell
  numbering,  // of ol: 1 a A i I
  flag,       // present or not
  always,     // a flag printed whether or not it was given
};

struct Attribute {
  std::string_view name;
  Value value;
};

struct Element {
  std::string_view name;
  Action action;
  Role role;
  std::uint8_t traits;
  std::span<const Attribute> attributes;  // in the order they are printed; `lang` and `dir` come last in each

  bool has(Trait trait) const { return (traits & trait) != 0; }
};

// By name in any case; nullptr: not an element of HTML. "image" is answered with img, as HTML has it.
const Element* find_element(std::string_view name);
// Precondition: the value is decoded. Makes it what is printed; false: the attribute goes. `base_url` resolves
// addresses.
bool clean_value(Value kind, std::string& value, std::string_view base_url);
bool is_safe_link(std::string_view url);   // absolute, with a scheme a person may follow
bool is_safe_media(std::string_view url);  // absolute http(s)

inline constexpr std::size_t most_attributes = 8;  // of one element in the table

}  // namespace rapporteur::html
