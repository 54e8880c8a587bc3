#include "html/readable.h"

#include <array>

#include "base/text.h"

namespace rapporteur::html {
namespace {

// What the bytes 0x80 to 0x9F mean in windows-1252; 0: nothing.
constexpr std::array<char16_t, 32> windows_1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// DEL, or the two bytes of a C1 control.
bool has_control(std::string_view text) {
  if (text.find('\x7F') != std::string_view::npos) return true;
  for (std::size_t at = text.find('\xC2'); at != std::string_view::npos; at = text.find('\xC2', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace

char32_t readable_character(char32_t character) {
  if (character < 0x20) return character == '\t' || character == '\n' || character == '\r' ? character : 0;
  if (character < 0x7F) return character;
  if (character == 0x7F) return 0;
  if (character < 0xA0) return windows_1252[character - 0x80];
  const bool is_noncharacter = (character & 0xFFFE) == 0xFFFE || (character >= 0xFDD0 && character <= 0xFDEF);
  return is_noncharacter || (character >= 0xD800 && character <= 0xDFFF) ? 0 : character;
}

bool is_readable(std::string_view text) {
  return base::is_unremarkable(text) || (base::is_xml_text(text) && !has_control(text));
}

std::string to_readable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = readable_character(base::next_character(text, at));
    if (character != 0) base::append_utf8(out, character);
  }
  return out;
}

void make_readable(std::string& text) {
  if (!is_readable(text)) text = to_readable(text);
}

}  // namespace rapporteur::html
