// Markup as a row of tags and texts, after HTML's tokenization (13.2.5): comments, doctypes, processing instructions
// and CDATA sections are passed over, attributes are read only when asked for. Allocates nothing; linear. For to_text,
// links and clean; views point into the markup given. Pure, any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "html/policy.h"

namespace rapporteur::html {

// One attribute of a tag, as written: neither decoded nor in lower case.
struct RawAttribute {
  std::string_view name, value;
};

// Reads the attribute at `at` of what stands in a tag behind its name; false: none is left.
bool next_attribute(std::string_view tag, std::size_t& at, RawAttribute& attribute);
// The first attribute of that name, as HTML takes it; its value undecoded, empty when there is none.
std::string_view attribute_value(std::string_view tag, std::string_view name);

// Some feeds wrap the escaped markup in a CDATA section once more; HTML would take that for a comment and lose what it
// holds. Trims white space too.
std::string_view without_wrapping(std::string_view markup);

struct Token {
  enum class Kind { text, start, end, none };  // none: the markup is at its end
  Kind kind = Kind::none;
  std::string_view text;             // text as written, references not decoded
  std::string_view name;             // of the tag, as written
  const Element* element = nullptr;  // of the tag; nullptr: not HTML's
  std::string_view attributes;       // what stands behind the name
  bool is_self_closing = false;
};

class Tokens {
 public:
  explicit Tokens(std::string_view markup) : markup_(markup) {}
  Token next();
  // Behind a start tag: whether its end tag follows before another start tag of that name, and then passes over both.
  bool skip_element(std::string_view name);
  // Behind the start tag of a raw element (script, style, title, …): its characters; stands behind its end tag after,
  // at the end when there is none.
  std::string_view take_raw(std::string_view name);
  std::size_t position() const { return at_; }
  void seek(std::size_t position) { at_ = position; }

 private:
  bool read_tag(Token& token, std::size_t start);
  std::size_t find_tag_named(std::string_view name, std::size_t from, bool& is_end) const;

  std::string_view markup_;
  std::size_t at_ = 0;
};

}  // namespace rapporteur::html
