#include "parse/decode.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

using namespace rapporteur;
using namespace std::string_literals;

namespace {

bool has(const parse::Decoded& decoded, std::string_view code) {
  return std::any_of(decoded.warnings.begin(), decoded.warnings.end(),
                     [&](const feed::Warning& w) { return w.code == code; });
}

std::string declared(const std::string& encoding, const std::string& text) {
  return "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?><a>" + text + "</a>";
}

// What stands between <a> and </a>.
std::string inside(const std::string& text) {
  const std::size_t start = text.find("<a>") + 3;
  return text.substr(start, text.find("</a>") - start);
}

std::string widen(std::string_view ascii, int before, int after) {
  std::string wide;
  for (const char c : ascii)
    wide +=
        std::string(static_cast<std::size_t>(before), '\0') + c + std::string(static_cast<std::size_t>(after), '\0');
  return wide;
}

std::string in_latin_1(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) bytes += static_cast<char>(base::next_character(text, at));
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decode_test)

BOOST_AUTO_TEST_CASE(declared_encodings_are_decoded_and_named) {
  struct Row {
    std::string label, bytes, text, name;
  };
  const std::vector<Row> rows{
      {"UTF-8", "caf\xC3\xA9", "café", "utf-8"},
      {"utf8", "caf\xC3\xA9", "café", "utf-8"},
      {"ISO-8859-1", "caf\xE9", "café", "iso-8859-1"},
      {"latin1", "caf\xE9", "café", "iso-8859-1"},
      {"ISO-8859-1", "\x93 caf\xE9\x94", "“ café”", "windows-1252"},
      {"windows-1252", "caf\xE9 \x80", "café €", "windows-1252"},
      {"cp1252", "caf\xE9", "café", "windows-1252"},
      {"iso-8859-2", "\xB1\xE6", "ąć", "iso-8859-2"},
      {"iso-8859-5", "\xBC\xD8\xE0", "Мир", "iso-8859-5"},
      {"iso-8859-6", "\xD3\xE4\xC7\xE5", "سلام", "iso-8859-6"},
      {"iso-8859-7", "\xC5\xE9\xF1\xDE\xED\xE7", "Ειρήνη", "iso-8859-7"},
      {"iso-8859-9", "bar\xFD\xFE", "barış", "iso-8859-9"},
      {"iso-8859-15", "\xA4 5", "€ 5", "iso-8859-15"},
      {"windows-1250", "\x9Cwiat \xB9", "świat ą", "windows-1250"},
      {"windows-1251", "\xCC\xE8\xF0", "Мир", "windows-1251"},
      {"cp1251", "\xCC\xE8\xF0", "Мир", "windows-1251"},
      {"windows-1254", "bar\xFD\xFE", "barış", "windows-1254"},
      {"windows-1256", "\xD3\xE1\xC7\xE3", "سلام", "windows-1256"},
      {"koi8-r", "\xED\xC9\xD2", "Мир", "koi8-r"},
      {"koi8-u", "\xED\xC9\xD2 \xA4", "Мир є", "koi8-u"},
      {"ibm866", "\x8C\xA8\xE0", "Мир", "ibm866"},
      {"gb2312", "\xBA\xCD\xC6\xBD", "和平", "gb2312"},
      {"GBK", "\xBA\xCD\xC6\xBD\x81\x40", "和平丂", "gbk"},
      {"gb18030", "\xBA\xCD\xC6\xBD\x95\x32\x82\x36", "和平𠀀", "gb18030"},
      {"big5", "\xA9\x4D\xA5\xAD", "和平", "big5"},
      {"x-sjis", "\x95\xBD\x98\x61", "平和", "shift_jis"},
      {"Shift_JIS", "\x95\xBD\x98\x61", "平和", "shift_jis"},
      {"euc-jp", "\xCA\xBF\xCF\xC2", "平和", "euc-jp"},
      {"iso-2022-jp", "\x1B$BJ?OB\x1B(B", "平和", "iso-2022-jp"},
      {"euc-kr", "\xC6\xF2\xC8\xAD", "평화", "euc-kr"},
      {"ks_c_5601-1987", "\xC6\xF2\xC8\xAD", "평화", "euc-kr"},
      {"windows-874", "\xCA\xD1\xB9\xB5\xD4", "สันติ", "windows-874"},
  };
  for (const Row& row : rows) {
    const auto by_document = parse::decode(declared(row.label, row.bytes), "");
    BOOST_CHECK_EQUAL(inside(by_document.text), row.text);
    BOOST_CHECK_EQUAL(by_document.encoding, row.name);
    BOOST_CHECK_MESSAGE(!by_document.was_wrong && by_document.warnings.empty(), row.label);
    const auto by_server = parse::decode("<a>" + row.bytes + "</a>", "text/xml; charset=\"" + row.label + "\"");
    BOOST_CHECK_EQUAL(inside(by_server.text), row.text);
    BOOST_CHECK_EQUAL(by_server.encoding, row.name);
    BOOST_CHECK_MESSAGE(!by_server.was_wrong, row.label);
  }
}

BOOST_AUTO_TEST_CASE(ascii_keeps_the_declared_name) {
  BOOST_CHECK_EQUAL(parse::decode(declared("big5", "peace"), "").encoding, "big5");
  BOOST_CHECK_EQUAL(parse::decode(declared("ISO-8859-1", "peace"), "").encoding, "iso-8859-1");
  BOOST_CHECK_EQUAL(parse::decode("<a>peace</a>", "").encoding, "utf-8");
  const auto wide = parse::decode(declared("utf-16", "peace"), "");
  BOOST_CHECK_EQUAL(wide.encoding, "utf-8");
  BOOST_CHECK(wide.was_wrong && has(wide, "wrong-encoding"));
}

BOOST_AUTO_TEST_CASE(utf16_and_utf32_are_known_by_mark_and_by_shape) {
  struct Row {
    std::string mark;
    int before, after;
    std::string name;
  };
  for (const Row& row : {Row{"\xFF\xFE"s, 0, 1, "utf-16le"}, Row{"\xFE\xFF"s, 1, 0, "utf-16be"},
                         Row{"\xFF\xFE\0\0"s, 0, 3, "utf-32le"}, Row{"\0\0\xFE\xFF"s, 3, 0, "utf-32be"}})
    for (const bool with_mark : {true, false}) {
      const std::string label = row.name.substr(0, 6);
      const auto decoded = parse::decode(
          (with_mark ? row.mark : "") + widen(declared(label, "peace"), row.before, row.after), "text/xml");
      BOOST_CHECK_EQUAL(inside(decoded.text), "peace");
      BOOST_CHECK_EQUAL(decoded.encoding, row.name);
      BOOST_CHECK_MESSAGE(!decoded.was_wrong, row.name);
    }
  const auto liar = parse::decode("\xFF\xFE"s + widen(declared("utf-8", "peace"), 0, 1), "");
  BOOST_CHECK_EQUAL(inside(liar.text), "peace");
  BOOST_CHECK(liar.was_wrong);
  const auto cut = parse::decode("\xFF\xFE"s + widen("<a>peace</a>", 0, 1) + "<", "");
  BOOST_CHECK_EQUAL(inside(cut.text), "peace");
  BOOST_CHECK(cut.was_wrong);
  const auto lone = parse::decode("\xFF\xFE"s + widen("<a>", 0, 1) + "\x3D\xD8" + widen("x</a>", 0, 1), "");
  BOOST_CHECK_EQUAL(inside(lone.text), "\uFFFDx");
}

BOOST_AUTO_TEST_CASE(a_wrong_declaration_is_overruled_by_valid_utf8) {
  for (const char* label : {"ISO-8859-1", "windows-1252", "windows-1251", "us-ascii", "koi8-r", "big5", "shift_jis"}) {
    const auto decoded = parse::decode(declared(label, "café, 和平 и мир в мире"), "");
    BOOST_CHECK_EQUAL(inside(decoded.text), "café, 和平 и мир в мире");
    BOOST_CHECK_EQUAL(decoded.encoding, "utf-8");
    BOOST_CHECK_MESSAGE(decoded.was_wrong && has(decoded, "wrong-encoding"), label);
  }
}

BOOST_AUTO_TEST_CASE(the_server_counts_before_the_document_unless_the_bytes_refute_it) {
  const auto server = parse::decode(declared("iso-8859-1", "\xCC\xE8\xF0"), "text/xml; charset=windows-1251");
  BOOST_CHECK_EQUAL(inside(server.text), "Мир");
  BOOST_CHECK_EQUAL(server.encoding, "windows-1251");
  const auto refuted = parse::decode(declared("windows-1251", "\xCC\xE8\xF0"), "application/rss+xml;charset=utf-8");
  BOOST_CHECK_EQUAL(inside(refuted.text), "Мир");
  BOOST_CHECK_EQUAL(refuted.encoding, "windows-1251");
  BOOST_CHECK(refuted.was_wrong && has(refuted, "wrong-encoding"));
  // ISO-8859-1 is what servers say that know nothing.
  const auto by_default = parse::decode(declared("windows-1251", "\xCC\xE8\xF0"), "text/xml; charset=ISO-8859-1");
  BOOST_CHECK_EQUAL(inside(by_default.text), "Мир");
  BOOST_CHECK_EQUAL(by_default.encoding, "windows-1251");
  BOOST_CHECK(by_default.was_wrong && has(by_default, "wrong-encoding"));
  const auto undeclared = parse::decode(declared("utf-8", "caf\xE9"), "text/xml; charset=ISO-8859-1");
  BOOST_CHECK_EQUAL(inside(undeclared.text), "café");
  BOOST_CHECK(!undeclared.was_wrong);
  const auto agreed = parse::decode(declared("iso-8859-1", "caf\xC3\xA9"), "text/xml; charset=UTF-8");
  BOOST_CHECK_EQUAL(agreed.encoding, "utf-8");
  BOOST_CHECK(!agreed.was_wrong);
}

BOOST_AUTO_TEST_CASE(refused_and_unknown_labels_leave_the_bytes_to_judge) {
  for (const char* label : {"utf-7", "x-user-defined", "klingon", "iso-2022-kr", "hz-gb-2312", "utf-8 or so"}) {
    const auto decoded = parse::decode(declared(label, "+ADw-script+AD4- café"), "");
    BOOST_CHECK_EQUAL(inside(decoded.text), "+ADw-script+AD4- café");
    BOOST_CHECK_EQUAL(decoded.encoding, "utf-8");
    BOOST_CHECK_MESSAGE(has(decoded, "unknown-encoding"), label);
  }
  const auto bytes = parse::decode("<a>caf\xE9</a>", "text/xml; charset=klingon");
  BOOST_CHECK_EQUAL(inside(bytes.text), "café");
}

BOOST_AUTO_TEST_CASE(undeclared_bytes_are_guessed) {
  struct Row {
    std::string bytes, text, name;
  };
  const std::vector<Row> rows{
      {"Les r\xE9"
       "fugi\xE9s sont arriv\xE9s \xE0 Gen\xE8ve apr\xE8s un long voyage",
       "Les réfugiés sont arrivés à Genève après un long voyage", "iso-8859-1"},
      {"Le \x93"
       "d\xE9"
       "fi\x94 \x96 co\xFBt : 5 \x80",
       "Le “défi” – coût : 5 €", "windows-1252"},
      {"\xD1\xEE\xE2\xE5\xF2 \xC1\xE5\xE7\xEE\xEF\xE0\xF1\xED\xEE\xF1\xF2\xE8 \xEF\xF0\xE8\xED\xFF\xEB "
       "\xF0\xE5\xE7\xEE\xEB\xFE\xF6\xE8\xFE \xEE \xEC\xE8\xF0\xE5",
       "Совет Безопасности принял резолюцию о мире", "windows-1251"},
      {"\xF3\xCF\xD7\xC5\xD4 \xE2\xC5\xDA\xCF\xD0\xC1\xD3\xCE\xCF\xD3\xD4\xC9 \xD0\xD2\xC9\xCE\xD1\xCC "
       "\xD2\xC5\xDA\xCF\xCC\xC0\xC3\xC9\xC0",
       "Совет Безопасности принял резолюцию", "koi8-r"},
      {"\xC1\xAA\xBA\xCF\xB9\xFA\xB0\xB2\xC0\xED\xBB\xE1\xCD\xA8\xB9\xFD\xBE\xF6\xD2\xE9\xA3\xAC\xBA\xF4\xD3\xF5\xBA"
       "\xCD\xC6\xBD",
       "联合国安理会通过决议，呼吁和平", "gb2312"},
  };
  for (const Row& row : rows) {
    const auto decoded = parse::decode("<a>" + row.bytes + "</a>", "");
    BOOST_CHECK_EQUAL(inside(decoded.text), row.text);
    BOOST_CHECK_EQUAL(decoded.encoding, row.name);
    BOOST_CHECK(decoded.was_wrong && has(decoded, "undeclared-encoding"));
  }
}

// Declared Latin-1, and nothing in it is: templates that were copied with their declaration.
BOOST_AUTO_TEST_CASE(latin_1_is_overruled_by_words_of_another_script) {
  struct Row {
    std::string bytes, text, name;
  };
  const std::vector<Row> rows{
      {"\xD1\xEE\xE2\xE5\xF2 \xC1\xE5\xE7\xEE\xEF\xE0\xF1\xED\xEE\xF1\xF2\xE8 \xEE\xE1\xF1\xF3\xE4\xE8\xEB "
       "\xEF\xEE\xEB\xEE\xE6\xE5\xED\xE8\xE5 \xE2 \xD1\xF3\xE4\xE0\xED\xE5",
       "Совет Безопасности обсудил положение в Судане", "windows-1251"},
      {"\xDE\xCD\xC8\xD1\xC5\xD4: \xAB\xE4\xE5\xF2\xE8 \xEE\xF1\xF2\xE0\xFE\xF2\xF1\xFF \xE1\xE5\xE7 "
       "\xF8\xEA\xEE\xEB\xFB\xBB, \xE3\xEE\xE2\xEE\xF0\xE8\xF2\xF1\xFF \xE2 \xE4\xEE\xEA\xEB\xE0\xE4\xE5",
       "ЮНИСЕФ: «дети остаются без школы», говорится в докладе", "windows-1251"},
      {"\xD0\xE0\xE4\xE0 \xC1\xE5\xE7\xEF\xE5\xEA\xE8 \xEE\xE1\xE3\xEE\xE2\xEE\xF0\xE8\xEB\xE0 "
       "\xF1\xF2\xE0\xED\xEE\xE2\xE8\xF9\xE5 \xE2 \xD3\xEA\xF0\xE0\xBF\xED\xB3",
       "Рада Безпеки обговорила становище в Україні", "windows-1251"},
      {"\xC1\xC5\xC7\xCE\xCF\xC0\xD1\xCD\xCE\xD1\xD2\xDC \xC8 \xCC\xC8\xD0: \xC4\xCE\xCA\xCB\xC0\xC4 \xC7\xC0 "
       "\xC3\xCE\xC4",
       "БЕЗОПАСНОСТЬ И МИР: ДОКЛАД ЗА ГОД", "windows-1251"},
      {"UNESCO \xE8 UNICEF: \xED\xEE\xE2\xEE\xF1\xF2\xE8 \xE8\xE7 \xC6\xE5\xED\xE5\xE2\xFB, 2026, \xF7\xE0\xF1\xF2\xFC "
       "\xEF\xE5\xF0\xE2\xE0\xFF",
       "UNESCO и UNICEF: новости из Женевы, 2026, часть первая", "windows-1251"},
      {"\xF3\xCF\xD7\xC5\xD4 \xE2\xC5\xDA\xCF\xD0\xC1\xD3\xCE\xCF\xD3\xD4\xC9 \xCF\xC2\xD3\xD5\xC4\xC9\xCC "
       "\xD0\xCF\xCC\xCF\xD6\xC5\xCE\xC9\xC5 \xD7 \xF3\xD5\xC4\xC1\xCE\xC5",
       "Совет Безопасности обсудил положение в Судане", "koi8-r"},
      {"\xC1\xDE\xD2\xD5\xE2 \xB1\xD5\xD7\xDE\xDF\xD0\xE1\xDD\xDE\xE1\xE2\xD8 \xDE\xD1\xE1\xE3\xD4\xD8\xDB "
       "\xDF\xDE\xDB\xDE\xD6\xD5\xDD\xD8\xD5 \xD2 \xC1\xE3\xD4\xD0\xDD\xD5 \xD8 \xBB\xD8\xD2\xD8\xD8",
       "Совет Безопасности обсудил положение в Судане и Ливии", "iso-8859-5"},
      {"\xE3\xCC\xE1\xD3 \xC7\xE1\xC3\xE3\xE4 \xED\xE4\xC7\xDE\xD4 \xC7\xE1\xE6\xD6\xDA \xDD\xED "
       "\xC7\xE1\xD3\xE6\xCF\xC7\xE4 \xE6\xE1\xED\xC8\xED\xC7",
       "مجلس الأمن يناقش الوضع في السودان وليبيا", "windows-1256"},
      {"\xD4\xEF \xD3\xF5\xEC\xE2\xEF\xFD\xEB\xE9\xEF \xC1\xF3\xF6\xE1\xEB\xE5\xDF\xE1\xF2 "
       "\xF3\xF5\xE6\xDE\xF4\xE7\xF3\xE5 \xF4\xE7\xED \xEA\xE1\xF4\xDC\xF3\xF4\xE1\xF3\xE7",
       "Το Συμβούλιο Ασφαλείας συζήτησε την κατάσταση", "iso-8859-7"},
      {"\xC1\xAA\xBA\xCF\xB9\xFA\xB0\xB2\xC0\xED\xBB\xE1\xCD\xA8\xB9\xFD\xBE\xF6\xD2\xE9\xA3\xAC\xBA\xF4\xD3\xF5\xBA"
       "\xCD\xC6\xBD\xD3\xEB\xB0\xB2\xC8\xAB",
       "联合国安理会通过决议，呼吁和平与安全", "gb2312"},
  };
  for (const Row& row : rows)
    for (const char* label : {"iso-8859-1", "windows-1252", "iso-8859-15"}) {
      const auto decoded = parse::decode(declared(label, row.bytes), "");
      BOOST_CHECK_EQUAL(inside(decoded.text), row.text);
      BOOST_CHECK_EQUAL(decoded.encoding, row.name);
      BOOST_CHECK_MESSAGE(decoded.was_wrong && has(decoded, "wrong-encoding"), row.text);
    }
}

BOOST_AUTO_TEST_CASE(latin_1_stays_what_it_says_in_its_own_languages) {
  for (const std::string text : {"Le Conseil de sécurité s'est réuni à Genève",
                                 "Été où tout a changé : «à Abéché»",
                                 "L'île où l'on a été créée",
                                 "à é è ù ô ê",
                                 "ÉTÉ ÀÉÈÙÇ ÂÊÎÔÛ",
                                 "Über die Größe äußerte sich niemand",
                                 "ÄÖÜäöüß",
                                 "ÄÖÜ ÄÖÜ äöü",
                                 "El niño y la niña: ¿qué pasará mañana?",
                                 "¿ó é? á ú í ó ñ",
                                 "Ações de proteção às crianças são necessárias",
                                 "Não é só o início",
                                 "Å ä ö ÅÄÖ åäö ÆØÅ æøå",
                                 "Åtgärder för människor på flykt",
                                 "Þjóðirnar þurfa að ræða frið á þingi",
                                 "Äiti, älä mene yöllä pääsyyn",
                                 "Città è più, perché già",
                                 "°°°°°°°°°°°°°°°°°°°°°°°°°°°°",
                                 "ÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿÿ",
                                 "··············· ½½½½ ¿¿¿¿¿¿ ××××××× ¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯¯",
                                 "Mir: Ìèð"}) {
    const auto decoded = parse::decode(declared("iso-8859-1", in_latin_1(text)), "");
    BOOST_CHECK_EQUAL(inside(decoded.text), text);
    BOOST_CHECK_MESSAGE(decoded.encoding == "iso-8859-1" && !decoded.was_wrong, text);
  }
}

BOOST_AUTO_TEST_CASE(a_mark_of_utf16_before_single_bytes_is_dropped) {
  for (const std::string mark : {"\xFF\xFE", "\xFE\xFF", "\xFF\xFE\xEF\xBB\xBF", "\xFF\xFE\n "}) {
    const auto decoded = parse::decode(mark + declared("utf-8", "café"), "text/xml");
    BOOST_CHECK_EQUAL(inside(decoded.text), "café");
    BOOST_CHECK_EQUAL(decoded.encoding, "utf-8");
    BOOST_CHECK(decoded.was_wrong && has(decoded, "wrong-bom"));
  }
  const auto json = parse::decode("\xFF\xFE{\"a\": 1}", "");
  BOOST_CHECK_EQUAL(json.text, "{\"a\": 1}");
  const auto western = parse::decode("\xFF\xFE" + declared("iso-8859-1", "caf\xE9"), "");
  BOOST_CHECK_EQUAL(inside(western.text), "café");
}

BOOST_AUTO_TEST_CASE(leftovers_of_windows_1252_inside_utf8_become_their_characters) {
  struct Row {
    std::string bytes, text;
  };
  for (const Row& row :
       {Row{"café \x93ok\x94", "café “ok”"}, Row{"d\x92un café", "d’un café"}, Row{"café na\xEFve", "café naïve"},
        Row{"café \x81", "café \uFFFD"}, Row{"café \xE2\x80", "café \uFFFD"}, Row{"café \xF0\x9F\x98.", "café \uFFFD."},
        Row{"caf\xC3", "caf\uFFFD"}, Row{"caf\xC3…", "caf\uFFFD…"}, Row{"\xC3ngulo", "Ãngulo"},
        Row{"gro\xDF.", "groß."}, Row{"café \xC0\xAF", "café À¯"}, Row{"café \xED\xA0\x80", "café \uFFFD€"}}) {
    const auto decoded = parse::decode("<a>" + row.bytes +
                                           "</a>"
                                           "<b>é è ê</b>",
                                       "");
    BOOST_CHECK_EQUAL(inside(decoded.text), row.text);
    BOOST_CHECK_EQUAL(decoded.encoding, "utf-8");
    BOOST_CHECK(decoded.was_wrong && has(decoded, "invalid-bytes"));
    BOOST_CHECK_EQUAL(base::find_invalid_utf8(decoded.text), decoded.text.size());
  }
}

BOOST_AUTO_TEST_CASE(what_was_encoded_twice_is_decoded_once_more) {
  struct Row {
    std::string text, meant;
  };
  for (const Row& row :
       {Row{"cafÃ©", "café"}, Row{"lâ€™Ã©tÃ©", "l’été"}, Row{"Ã‰tat Â« UN\u00C2\u00A0Â»", "État « UN\u00A0»"},
        Row{"ÐœÐ¸Ñ€ Ð² Ð¼Ð¸Ñ€Ðµ", "Мир в мире"}, Row{"Ø§Ù„Ø£Ù…Ù… Ø§Ù„Ù…ØªØ\u00ADØ¯Ø©", "الأمم المتحدة"},
        Row{"sound é and naÃ¯ve", "sound é and naïve"}}) {
    const auto decoded = parse::decode(declared("utf-8", row.text), "");
    BOOST_CHECK_EQUAL(inside(decoded.text), row.meant);
    BOOST_CHECK(decoded.was_wrong && has(decoded, "encoded-twice"));
  }
  for (const char* sound : {"NESCAFÉ® – “LE CAFÉ”", "« la liberté\u00A0»", "qué…”", "«CAFÉ»", "MANHÃ”", "é…»", "Â 5",
                            "à «", "Ã", "ÉÀÉÀ", "é", "Ürün É”"}) {
    const auto decoded = parse::decode(declared("utf-8", sound), "");
    BOOST_CHECK_EQUAL(inside(decoded.text), sound);
    BOOST_CHECK_MESSAGE(!decoded.was_wrong && decoded.warnings.empty(), sound);
  }
}

BOOST_AUTO_TEST_CASE(byte_order_marks_never_reach_the_text) {
  BOOST_CHECK_EQUAL(parse::decode("\xEF\xBB\xBF<a>é</a>", "").text, "<a>é</a>");
  const auto doubled = parse::decode("\xC3\xAF\xC2\xBB\xC2\xBF<a>x</a>", "");
  BOOST_CHECK_EQUAL(doubled.text, "<a>x</a>");
  BOOST_CHECK(has(doubled, "doubled-bom"));
  const auto joined = parse::decode("<a>x\xEF\xBB\xBFy</a>\xEF\xBB\xBF", "");
  BOOST_CHECK_EQUAL(joined.text, "<a>xy</a>");
  BOOST_CHECK(has(joined, "stray-bom"));
  const auto twice = parse::decode("\xEF\xBB\xBF\xEF\xBB\xBF<a>x</a>", "");
  BOOST_CHECK_EQUAL(twice.text, "<a>x</a>");
  const auto liar = parse::decode("\xEF\xBB\xBF" + declared("iso-8859-1", "é"), "");
  BOOST_CHECK_EQUAL(liar.encoding, "utf-8");
  BOOST_CHECK(liar.was_wrong);
}

BOOST_AUTO_TEST_CASE(controls_beyond_ascii_are_windows_1252) {
  const auto decoded = parse::decode("<a>don\xC2\x92t \xC2\x81 \xC2\xA0</a>", "");
  BOOST_CHECK_EQUAL(inside(decoded.text), "don’t \u0081 \u00A0");
  BOOST_CHECK(has(decoded, "windows-characters"));
}

BOOST_AUTO_TEST_CASE(valid_utf8_is_moved_through) {
  std::string text = declared("utf-8", std::string(100'000, 'x') + "é");
  const char* address = text.data();
  const std::string expected = text;
  const auto decoded = parse::decode(std::move(text), "text/xml; charset=utf-8");
  BOOST_CHECK_EQUAL(decoded.text, expected);
  BOOST_CHECK(decoded.text.data() == address);
  BOOST_CHECK(!decoded.was_wrong && decoded.warnings.empty());
}

BOOST_AUTO_TEST_CASE(anything_becomes_valid_utf8_of_bounded_size) {
  for (int seed = 0; seed < 256; ++seed) {
    std::string bytes;
    for (unsigned i = 0; i < 300; ++i)
      bytes += static_cast<char>((i * i * 37u + i * static_cast<unsigned>(seed) + 11u) >> (seed % 5) & 0xFF);
    for (const char* type : {"", "text/xml; charset=utf-8", "text/xml; charset=shift_jis", "text/xml; charset=utf-16",
                             "text/xml; charset="}) {
      const auto decoded = parse::decode(bytes, type);
      BOOST_CHECK_EQUAL(base::find_invalid_utf8(decoded.text), decoded.text.size());
      BOOST_CHECK_LE(decoded.text.size(), bytes.size() * 3 + 8);
    }
  }
  BOOST_CHECK_EQUAL(parse::decode("", "").text, "");
  BOOST_CHECK_EQUAL(parse::decode("\xEF\xBB\xBF", "").text, "");
  BOOST_CHECK_EQUAL(parse::decode("\xFF\xFE", "").text, "");
}

BOOST_AUTO_TEST_SUITE_END()
