// '&' in text that is almost XML: what stands there, and what is to stand there instead. Used by repair() alone; a
// References lives as long as one document and knows the entities that it declares. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "parse/repair_notes.h"

namespace rapporteur::parse {

// What the '&' at text[at] begins.
struct Spotted {
  enum class Kind { nothing, predefined, name, character } kind = Kind::nothing;
  std::size_t length = 1;  // with '&' and ';'
  std::string_view name;   // kind name
  char32_t character = 0;  // kind character; 0x110000 stands for all that are too large
  bool is_tidy = true;     // written as XML wants it: "&#x" in lower case, ";" at the end
};
Spotted spot_reference(std::string_view text, std::size_t at);

bool is_xml_character(char32_t c);  // XML 1.0 production 2

class References {
 public:
  References(RepairNotes& notes, std::size_t document_size);
  // Reads the <!ENTITY> declarations of an internal subset (XML 1.0 section 4.2). External and parameter entities are
  // known by name and never read.
  void declare(std::string_view subset);
  // Appends to `out` what the '&' at text[at] amounts to; returns how many bytes were read, one at least.
  std::size_t append(std::string& out, std::string_view text, std::size_t at);

 private:
  struct Entity {
    std::string value;  // replacement text (XML 1.0 section 4.5), then its expansion
    bool is_external = false;
    enum class State { raw, busy, ready, refused } state = State::raw;
  };
  void declare_one(std::string_view name, std::string_view value, bool is_external);
  bool expand(Entity& entity, int depth);
  bool append_expanded(std::string& out, std::string_view value, int depth);
  std::size_t append_character(std::string& out, std::string_view text, std::size_t at, const Spotted& spotted);
  void append_name(std::string& out, std::size_t at, std::string_view name);

  RepairNotes& notes_;
  std::size_t budget_;  // bytes that expansions may still add, all together
  std::unordered_map<std::string, Entity> entities_;
};

}  // namespace rapporteur::parse
