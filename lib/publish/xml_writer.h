// Writes XML 1.0 in UTF-8 into a string: escapes, drops what XML forbids, closes what was opened. Names come from our
// own code and are not checked. Pure; used by atom.cpp on workers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rapporteur::publish {

class XmlWriter {
 public:
  // Writes the XML declaration. `expected_bytes` is reserved.
  explicit XmlWriter(std::size_t expected_bytes);

  // Opens <name; attributes may follow until the next text, element or close. `name` must outlive the element.
  void open(std::string_view name);
  void attribute(std::string_view name, std::string_view value);
  // As attribute(), but nothing is written for an empty value.
  void attribute_if(std::string_view name, std::string_view value);
  void text(std::string_view value);
  void close();

  // <name>value</name>
  void element(std::string_view name, std::string_view value);
  void element_if(std::string_view name, std::string_view value);

  // Precondition: everything is closed. The document ends with a line feed.
  std::string finish();

 private:
  void end_tag_head();

  std::string out_;
  std::vector<std::string_view> open_;
  bool is_head_open_ = false;
  bool has_text_ = false;  // of the innermost element: then no line breaks are added
};

}  // namespace rapporteur::publish
