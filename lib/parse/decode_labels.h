// The labels by which documents and servers name encodings (WHATWG Encoding Standard, section 4.2), as a table.
// decode() asks; nothing is decoded here. Pure, any thread, no allocation.
#pragma once

#include <string_view>

namespace rapporteur::parse {

struct Encoding {
  std::string_view name;  // as we report it; the family that was declared, where WHATWG folds it into a larger one
  std::string_view
      converter;  // ICU's name of what decodes it, by WHATWG's rule: gb2312 by gb18030, iso-8859-1 by windows-1252
  std::string_view wide_name;     // reported instead when bytes 0x80-0x9F occur: "windows-1252" for iso-8859-1; else ""
  bool is_ascii_superset = true;  // ASCII bytes alone mean ASCII; false for UTF-16, UTF-32, ISO-2022-JP
};

// nullptr: unknown, or refused: UTF-7, ISO-2022-KR, ISO-2022-CN, HZ and x-user-defined hide markup from who looks for
// it.
const Encoding* find_encoding(std::string_view label);

// What a single byte is in windows-1252; U+FFFD for the five that are nothing.
char32_t windows_1252_character(unsigned char byte);

}  // namespace rapporteur::parse
