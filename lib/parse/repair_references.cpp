#include "parse/repair_references.h"

#include <array>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "parse/decode_labels.h"
#include "parse/repair_entities.h"

namespace rapporteur::parse {

namespace {

constexpr std::size_t longest_name = 64;
constexpr std::size_t most_digits = 32;
constexpr char32_t too_large = 0x110000;
// Bounds against "billion laughs": depth of entities in entities, size of one, and growth beyond the document's own
// size.
constexpr int deepest = 16;
constexpr std::size_t largest_entity = std::size_t{64} * 1024;
constexpr std::size_t growth = std::size_t{64} * 1024;

bool is_name_start(char c) {
  return base::is_alpha(c) || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) { return is_name_start(c) || base::is_digit(c) || c == '-' || c == '.'; }

int digit_of(char c, bool hex) {
  if (base::is_digit(c)) return c - '0';
  const char lower = base::to_lower(c);
  return hex && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// XML 1.0 production 66; also without ';' and with "&#X", as HTML reads them.
Spotted spot_character(std::string_view text, std::size_t at) {
  std::size_t p = at + 2;
  const bool hex = p < text.size() && (text[p] == 'x' || text[p] == 'X');
  Spotted spotted{Spotted::Kind::character, 1, {}, 0, !hex || text[p] == 'x'};
  if (hex) ++p;
  const std::size_t first = p;
  for (int digit = 0; p < text.size() && p - first < most_digits && (digit = digit_of(text[p], hex)) >= 0; ++p)
    if (spotted.character < too_large)
      spotted.character = spotted.character * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  if (spotted.character > too_large) spotted.character = too_large;
  if (p == first) return {};
  if (p < text.size() && text[p] == ';')
    ++p;
  else
    spotted.is_tidy = false;
  spotted.length = p - at;
  return spotted;
}

// References to U+0080 to U+009F mean windows-1252, as in HTML; those that mean nothing there are no character.
char32_t meant_character(char32_t c) {
  if (c < 0x80 || c > 0x9F) return c;
  const char32_t western = windows_1252_character(static_cast<unsigned char>(c));
  return western == U'\uFFFD' ? too_large : western;
}

void append_reference(std::string& out, char32_t character) {
  out += "&#" + std::to_string(static_cast<unsigned>(character)) + ";";
}

// A character that stands for itself, escaped where markup would begin.
void append_plain(std::string& out, std::string_view character) {
  if (character == "&" || character == "<" || character == ">" || character == "\"" || character == "'")
    base::append_escaped(out, character);
  else
    out += character;
}

}  // namespace

bool is_xml_character(char32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF && c < 0x110000);
}

Spotted spot_reference(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return {};
  if (text[at + 1] == '#') return spot_character(text, at);
  if (!is_name_start(text[at + 1])) return {};
  std::size_t p = at + 2;
  const std::size_t limit = std::min(text.size(), at + 1 + longest_name);
  while (p < limit && is_name_part(text[p])) ++p;
  if (p == text.size() || text[p] != ';') return {};
  const std::string_view name = text.substr(at + 1, p - at - 1);
  const bool predefined = name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
  return {predefined ? Spotted::Kind::predefined : Spotted::Kind::name, p + 1 - at, name, 0, true};
}

References::References(RepairNotes& notes, std::size_t document_size)
    : notes_(notes), budget_(document_size + growth) {}

void References::declare(std::string_view subset) {
  static constexpr std::string_view keyword = "<!ENTITY";
  for (std::size_t at = subset.find(keyword); at != std::string_view::npos; at = subset.find(keyword, at)) {
    at += keyword.size();
    const auto blank = [&] {
      while (at < subset.size() && base::is_space(subset[at])) ++at;
    };
    blank();
    const std::size_t start = at;
    while (at < subset.size() && is_name_part(subset[at])) ++at;
    const std::string_view name = subset.substr(start, at - start);
    blank();
    if (name.empty() || at == subset.size()) continue;  // a parameter entity, or nothing that could be used
    const char quote = subset[at];
    if (quote != '"' && quote != '\'') {
      declare_one(name, {}, true);
      continue;
    }
    const std::size_t end = subset.find(quote, at + 1);
    if (end == std::string_view::npos) return;
    declare_one(name, subset.substr(at + 1, end - at - 1), false);
    at = end + 1;
  }
}

// The first declaration binds; character references are resolved here, entities when they are used (XML 1.0
// section 4.5).
void References::declare_one(std::string_view name, std::string_view value, bool is_external) {
  Entity entity;
  entity.is_external = is_external;
  for (std::size_t at = 0; at < value.size();) {
    const Spotted spotted = value[at] == '&' ? spot_reference(value, at) : Spotted{};
    if (spotted.kind != Spotted::Kind::character) {
      entity.value += value[at++];
      continue;
    }
    const char32_t c = meant_character(spotted.character);
    if (is_xml_character(c)) base::append_utf8(entity.value, c);
    at += spotted.length;
  }
  entities_.emplace(std::string(name), std::move(entity));
}

// Makes `value` the full expansion, once. False: it is too large, too deep or contains itself.
bool References::expand(Entity& entity, int depth) {
  if (entity.state == Entity::State::ready) return true;
  if (entity.state != Entity::State::raw || depth > deepest) return false;
  entity.state = Entity::State::busy;
  std::string expanded;
  const bool complete = append_expanded(expanded, entity.value, depth);
  entity.state = complete ? Entity::State::ready : Entity::State::refused;
  entity.value = complete ? std::move(expanded) : std::string();
  return complete;
}

bool References::append_expanded(std::string& out, std::string_view value, int depth) {
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t before = out.size();
    const Spotted spotted = value[at] == '&' ? spot_reference(value, at) : Spotted{};
    const auto nested =
        spotted.kind == Spotted::Kind::name ? entities_.find(std::string(spotted.name)) : entities_.end();
    if (nested != entities_.end() && !nested->second.is_external) {
      if (!expand(nested->second, depth + 1)) return false;
      out += nested->second.value;
    } else if (spotted.kind == Spotted::Kind::name) {
      if (!append_html_entity(out, spotted.name)) out += "&amp;" + std::string(spotted.name) + ";";
    } else if (spotted.kind == Spotted::Kind::predefined) {
      out += value.substr(at, spotted.length);
    } else {
      append_plain(out, value.substr(at, spotted.length));  // one byte: the others of a character follow by themselves
    }
    at += spotted.length;
    const std::size_t grown = out.size() - before;
    if (grown > budget_ || out.size() > largest_entity) return false;
    budget_ -= grown;
  }
  return true;
}

std::size_t References::append(std::string& out, std::string_view text, std::size_t at) {
  const Spotted spotted = spot_reference(text, at);
  switch (spotted.kind) {
    case Spotted::Kind::predefined:
      out += text.substr(at, spotted.length);
      break;
    case Spotted::Kind::character:
      return append_character(out, text, at, spotted);
    case Spotted::Kind::name:
      append_name(out, at, spotted.name);
      break;
    case Spotted::Kind::nothing:
      notes_.add(at, "stray-ampersand", "an \"&\" that begins no reference was read as the character");
      out += "&amp;";
      break;
  }
  return spotted.length;
}

std::size_t References::append_character(std::string& out, std::string_view text, std::size_t at,
                                         const Spotted& spotted) {
  const char32_t c = spotted.character;
  if (is_xml_character(c) && (c < 0x80 || c > 0x9F)) {
    if (spotted.is_tidy) {
      out += text.substr(at, spotted.length);
    } else {
      notes_.add(at, "untidy-reference", "the character reference \"%\" is not written as XML wants it",
                 text.substr(at, spotted.length));
      append_reference(out, c);
    }
    return spotted.length;
  }
  if (c >= 0xD800 && c <= 0xDBFF) {  // Java and .NET write characters beyond U+FFFF as two references
    const std::size_t next = at + spotted.length;
    const Spotted low = next < text.size() && text[next] == '&' ? spot_reference(text, next) : Spotted{};
    if (low.kind == Spotted::Kind::character && low.character >= 0xDC00 && low.character <= 0xDFFF) {
      notes_.add(at, "surrogate-reference", "a character written as two surrogates was put together");
      append_reference(out, 0x10000 + ((c - 0xD800) << 10) + (low.character - 0xDC00));
      return spotted.length + low.length;
    }
  }
  const char32_t western = meant_character(c);
  if (is_xml_character(western)) {
    notes_.add(at, "windows-reference", "the character reference \"%\" was read as windows-1252",
               text.substr(at, spotted.length));
    append_reference(out, western);
  } else {
    notes_.add(at, "bad-reference", "the character reference \"%\" is no character of XML and was dropped",
               text.substr(at, spotted.length));
  }
  return spotted.length;
}

void References::append_name(std::string& out, std::size_t at, std::string_view name) {
  const auto found = entities_.find(std::string(name));
  if (found != entities_.end() && !found->second.is_external) {
    if (expand(found->second, 0) && found->second.value.size() <= budget_) {
      budget_ -= found->second.value.size();
      out += found->second.value;
      return;
    }
    notes_.add(at, "entity-limit", "the entity \"%\" expands beyond all bounds and was left as it is", name);
  } else if (found != entities_.end()) {
    notes_.add(at, "external-entity", "the entity \"%\" lies outside the document and was not loaded", name);
  } else {
    notes_.add(at, "undefined-entity",
               "the entity \"%\" is not declared; names that HTML knows become their characters", name);
    std::string character;
    if (append_html_entity(character, name)) return append_plain(out, character);
  }
  out += "&amp;";
  out += name;
  out += ';';
}

}  // namespace rapporteur::parse
