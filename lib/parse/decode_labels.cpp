#include "parse/decode_labels.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

struct Family {
  Encoding encoding;
  std::string_view labels;  // separated by blanks, in lower case
};

constexpr std::array families{
    Family{{"utf-8", "UTF-8", ""},
           "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 cp65001 utf_8 utf8mb4"},
    Family{{"us-ascii", "windows-1252", "windows-1252"}, "us-ascii ascii ansi_x3.4-1968 iso646-us iso-ir-6 us"},
    Family{{"iso-8859-1", "windows-1252", "windows-1252"},
           "iso-8859-1 iso8859-1 iso_8859-1 iso88591 latin1 latin-1 l1 cp819 ibm819 csisolatin1 iso-ir-100 "
           "iso_8859-1:1987 8859-1 8859_1"},
    Family{{"windows-1252", "windows-1252", ""}, "windows-1252 cp1252 x-cp1252 cp-1252 win-1252 windows1252 ansi"},
    Family{{"iso-8859-2", "iso-8859-2", ""},
           "iso-8859-2 iso8859-2 iso_8859-2 iso88592 latin2 l2 csisolatin2 iso-ir-101 iso_8859-2:1987"},
    Family{{"iso-8859-3", "iso-8859-3", ""},
           "iso-8859-3 iso8859-3 iso_8859-3 iso88593 latin3 l3 csisolatin3 iso-ir-109 iso_8859-3:1988"},
    Family{{"iso-8859-4", "iso-8859-4", ""},
           "iso-8859-4 iso8859-4 iso_8859-4 iso88594 latin4 l4 csisolatin4 iso-ir-110 iso_8859-4:1988"},
    Family{{"iso-8859-5", "iso-8859-5", ""},
           "iso-8859-5 iso8859-5 iso_8859-5 iso88595 cyrillic csisolatincyrillic iso-ir-144 iso_8859-5:1988"},
    Family{{"iso-8859-6", "iso-8859-6", ""},
           "iso-8859-6 iso8859-6 iso_8859-6 iso88596 arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
           "iso-8859-6-e "
           "iso-8859-6-i iso-ir-127 iso_8859-6:1987"},
    Family{{"iso-8859-7", "iso-8859-7", ""},
           "iso-8859-7 iso8859-7 iso_8859-7 iso88597 greek greek8 csisolatingreek ecma-118 elot_928 iso-ir-126 "
           "iso_8859-7:1987 sun_eu_greek"},
    Family{{"iso-8859-8", "iso-8859-8", ""},
           "iso-8859-8 iso8859-8 iso_8859-8 iso88598 hebrew visual csiso88598e csisolatinhebrew iso-8859-8-e "
           "iso-ir-138 iso_8859-8:1988 "
           "iso-8859-8-i logical csiso88598i"},
    Family{{"iso-8859-9", "windows-1254", "windows-1254"},
           "iso-8859-9 iso8859-9 iso_8859-9 iso88599 latin5 l5 csisolatin5 iso-ir-148 iso_8859-9:1989"},
    Family{{"iso-8859-10", "iso-8859-10", ""}, "iso-8859-10 iso8859-10 iso885910 latin6 l6 csisolatin6 iso-ir-157"},
    Family{{"iso-8859-11", "windows-874", "windows-874"}, "iso-8859-11 iso8859-11 iso885911 tis-620"},
    Family{{"iso-8859-13", "iso-8859-13", ""}, "iso-8859-13 iso8859-13 iso885913"},
    Family{{"iso-8859-14", "iso-8859-14", ""}, "iso-8859-14 iso8859-14 iso885914"},
    Family{{"iso-8859-15", "iso-8859-15", ""},
           "iso-8859-15 iso8859-15 iso_8859-15 iso885915 l9 csisolatin9 latin9 latin-9"},
    Family{{"windows-874", "windows-874", ""}, "windows-874 dos-874 cp874"},
    Family{{"windows-1250", "windows-1250", ""}, "windows-1250 cp1250 x-cp1250 cp-1250 win-1250 windows1250"},
    Family{{"windows-1251", "windows-1251", ""}, "windows-1251 cp1251 x-cp1251 cp-1251 win-1251 windows1251 win1251"},
    Family{{"windows-1253", "windows-1253", ""}, "windows-1253 cp1253 x-cp1253"},
    Family{{"windows-1254", "windows-1254", ""}, "windows-1254 cp1254 x-cp1254"},
    Family{{"windows-1255", "windows-1255", ""}, "windows-1255 cp1255 x-cp1255"},
    Family{{"windows-1256", "windows-1256", ""}, "windows-1256 cp1256 x-cp1256"},
    Family{{"windows-1257", "windows-1257", ""}, "windows-1257 cp1257 x-cp1257"},
    Family{{"windows-1258", "windows-1258", ""}, "windows-1258 cp1258 x-cp1258"},
    Family{{"koi8-r", "koi8-r", ""}, "koi8-r koi8_r koi8 koi cskoi8r koi8r"},
    Family{{"koi8-u", "koi8-u", ""}, "koi8-u koi8-ru"},
    Family{{"ibm866", "ibm866", ""}, "ibm866 866 cp866 csibm866"},
    Family{{"macintosh", "macintosh", ""}, "macintosh mac x-mac-roman csmacintosh"},
    Family{{"x-mac-cyrillic", "x-mac-cyrillic", ""}, "x-mac-cyrillic x-mac-ukrainian"},
    Family{{"gb2312", "gb18030", ""},
           "gb2312 gb_2312 gb_2312-80 csgb2312 csiso58gb231280 iso-ir-58 chinese euc-cn x-euc-cn"},
    Family{{"gbk", "gb18030", ""}, "gbk x-gbk cp936 ms936 windows-936"},
    Family{{"gb18030", "gb18030", ""}, "gb18030 gb-18030"},
    Family{{"big5", "big5-hkscs", ""}, "big5 big5-hkscs cn-big5 csbig5 x-x-big5 big-5 cp950 windows-950"},
    Family{{"euc-jp", "euc-jp", ""}, "euc-jp cseucpkdfmtjapanese x-euc-jp eucjp"},
    Family{{"shift_jis", "windows-31j", ""},
           "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis cp932 windows-932"},
    Family{{"iso-2022-jp", "iso-2022-jp", "", false}, "iso-2022-jp csiso2022jp"},
    Family{{"euc-kr", "windows-949", ""},
           "euc-kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 "
           "cp949 euckr"},
    Family{{"utf-16le", "UTF-16LE", "", false},
           "utf-16le utf-16 utf16 csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff"},
    Family{{"utf-16be", "UTF-16BE", "", false}, "utf-16be unicodefffe"},
    Family{{"utf-32le", "UTF-32LE", "", false}, "utf-32le utf-32 utf32 ucs-4 iso-10646-ucs-4"},
    Family{{"utf-32be", "UTF-32BE", "", false}, "utf-32be"},
};

bool holds(std::string_view labels, std::string_view label) {
  for (std::size_t at = labels.find(label); at != std::string_view::npos; at = labels.find(label, at + 1)) {
    const std::size_t end = at + label.size();
    if ((at == 0 || labels[at - 1] == ' ') && (end == labels.size() || labels[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

const Encoding* find_encoding(std::string_view label) {
  const std::string wanted = base::to_lower(base::trim(label.substr(0, 64)));
  if (wanted.empty() || wanted.find(' ') != std::string::npos) return nullptr;
  const auto found =
      std::find_if(families.begin(), families.end(), [&](const Family& f) { return holds(f.labels, wanted); });
  return found == families.end() ? nullptr : &found->encoding;
}

char32_t windows_1252_character(unsigned char byte) {
  static constexpr std::array<char16_t, 32> high{0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  return byte >= 0x80 && byte < 0xA0 ? high[byte - 0x80u] : byte;
}

}  // namespace rapporteur::parse
