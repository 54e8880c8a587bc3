// Start and end tags in text that is almost XML: told from a '<' that is only a character, and written anew where a
// strict parser would stop: attributes without quotes or value, '<' and '&' in values. Used by repair() alone; one
// thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parse/repair_references.h"

namespace rapporteur::parse {

bool begins_name(std::string_view text, std::size_t at);

class TagRepairer {
 public:
  TagRepairer(std::string_view text, References& references, RepairNotes& notes);
  // Appends the tag that begins at text[at] == '<'; returns the bytes read, 0 when none stands there.
  std::size_t append_start(std::string& out, std::size_t at);
  std::size_t append_end(std::string& out, std::size_t at);
  // The start tag read last, until an end tag comes: the element whose text is being read. "" otherwise.
  std::string_view open_element() const { return open_; }

 private:
  struct Attribute {
    std::string_view name, value;
    char quote = 0;  // 0: none stood there
  };
  struct Scan {
    std::size_t end = 0;  // behind '>'; 0: no tag
    std::size_t reached = 0;
    bool is_regular = true;
    bool is_empty = false;
    std::string_view name;
  };
  Scan scan(std::size_t at);
  bool scan_attribute(Scan& tag, std::size_t& p);
  bool scan_value(Scan& tag, std::size_t& p, Attribute& attribute);
  void rewrite(std::string& out, const Scan& tag);

  std::string_view text_;
  References& references_;
  RepairNotes& notes_;
  std::string_view open_;
  std::vector<Attribute> attributes_;  // of the tag being scanned
  std::size_t wasted_ = 0;             // bytes scanned for tags that were none
};

}  // namespace rapporteur::parse
