// Element names and the vocabularies they belong to, and the table that turns a name into what it means. Readers write
// tables of rows; a look-up is one hash and one comparison. Names are matched without regard to case, because
// publishers write PubDate and GUID. Pure, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rapporteur::parse {

// The vocabulary of a name, whatever prefix or spelling of its URI a document uses (xml.cpp has the URIs).
enum class Space : unsigned char {
  none,   // no namespace: RSS 0.91 to 2.0
  other,  // one that we do not read
  rss,    // RSS 0.90, 1.0, and the namespaces that some RSS 2.0 documents invent
  rdf,
  atom,
  xhtml,
  xml,
  dc,
  dcterms,
  content,
  media,
  itunes,
  georss,
  geo,
  gml,
  syndication,
  slash,
  wfw,
  feedburner,
  threading,
  license,
  admin,
};

template <class Field>
struct NameRow {
  Space space;
  std::string_view name;  // in lower case
  Field field;
};

namespace names {

constexpr unsigned fold(char c) { return static_cast<unsigned char>(c) | 0x20U; }

// Over the length and three letters: enough to keep every table of ours nearly free of collisions.
constexpr std::size_t hash(Space space, std::string_view name) {
  const std::size_t size = name.size();
  return size == 0 ? 0
                   : size * 131U + std::size_t{fold(name.front())} * 31U + std::size_t{fold(name[size / 2])} * 17U +
                         std::size_t{fold(name.back())} * 7U + static_cast<std::size_t>(space) * 61U;
}

constexpr bool equals(std::string_view lower, std::string_view name) {
  if (lower.size() != name.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (lower[i] != (c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c)) return false;
  }
  return true;
}

}  // namespace names

// An open-addressed hash over rows that outlive it. `find` gives Field{} for a name that is not in it.
template <class Field, std::size_t size>
class NameTable {
 public:
  constexpr explicit NameTable(const NameRow<Field> (&rows)[size]) : rows_(rows) {
    for (std::size_t i = 0; i < size; ++i) {
      std::size_t slot = names::hash(rows[i].space, rows[i].name) % slots;
      while (index_[slot] != 0) slot = (slot + 1) % slots;
      index_[slot] = static_cast<std::uint16_t>(i + 1);
    }
  }

  constexpr Field find(Space space, std::string_view name) const {
    for (std::size_t slot = names::hash(space, name) % slots; index_[slot] != 0; slot = (slot + 1) % slots) {
      const NameRow<Field>& row = rows_[index_[slot] - 1U];
      if (row.space == space && names::equals(row.name, name)) return row.field;
    }
    return Field{};
  }

 private:
  static constexpr std::size_t slots_for(std::size_t count) {
    std::size_t power = 16;
    while (power < 4 * count) power *= 2;
    return power;
  }
  static constexpr std::size_t slots = slots_for(size);

  const NameRow<Field>* rows_;
  std::array<std::uint16_t, slots> index_{};
};

}  // namespace rapporteur::parse
