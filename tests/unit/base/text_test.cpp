#include "base/text.h"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <string>

using namespace rapporteur::base;
using namespace std::string_literals;

namespace {

struct Utf8Row {
  std::string bytes;
  std::size_t fault;  // npos: none
  const char* what;
};
constexpr std::size_t none = std::string::npos;

const Utf8Row utf8_rows[] = {
    {"", none, "nothing"},
    {"plain", none, "ASCII"},
    {"a\0b"s, none, "NUL is a character"},
    {"\x7F", none, "DEL"},
    {"\xC2\x80", none, "first of two bytes"},
    {"\xDF\xBF", none, "last of two bytes"},
    {"\xE0\xA0\x80", none, "first of three bytes"},
    {"\xED\x9F\xBF", none, "last before the surrogates"},
    {"\xEE\x80\x80", none, "first behind the surrogates"},
    {"\xEF\xBF\xBF", none, "U+FFFF is valid UTF-8"},
    {"\xF0\x90\x80\x80", none, "first of four bytes"},
    {"\xF4\x8F\xBF\xBF", none, "U+10FFFF"},
    {"\x80", 0, "a tail byte alone"},
    {"\xBF", 0, "another"},
    {"a\xC3", 1, "cut off after the first of two"},
    {"\xE2\x82", 0, "cut off after the second of three"},
    {"\xF0\x9F\x98", 0, "cut off after the third of four"},
    {"\xC0\x80", 0, "NUL, overlong"},
    {"\xC0\xAF", 0, "solidus, overlong in two"},
    {"\xC1\xBF", 0, "overlong in two"},
    {"\xE0\x80\xAF", 0, "solidus, overlong in three"},
    {"\xE0\x9F\xBF", 0, "overlong in three"},
    {"\xF0\x80\x80\xAF", 0, "solidus, overlong in four"},
    {"\xF0\x8F\xBF\xBF", 0, "overlong in four"},
    {"\xED\xA0\x80", 0, "first surrogate"},
    {"\xED\xBF\xBF", 0, "last surrogate"},
    {"\xED\xA0\xBD\xED\xB8\x80", 0, "a surrogate pair (CESU-8)"},
    {"\xF4\x90\x80\x80", 0, "U+110000"},
    {"\xF5\x80\x80\x80", 0, "F5"},
    {"\xF8\x88\x80\x80\x80", 0, "five bytes"},
    {"\xFE", 0, "FE"},
    {"\xFF\xFE", 0, "UTF-16 BOM"},
    {"\xC3\xA9\xA9", 2, "one tail too many"},
    {"\xE2\x28\xA1", 0, "ASCII in place of a tail"},
    {"\xE2\x82\x28", 0, "ASCII in place of the last tail"},
    {"\xC3\xC3\xA9", 0, "a lead behind a lead"},
    {"caf\xE9", 3, "windows-1252"},
};

// The plain definition, byte by byte, to compare the block reader with.
std::size_t slow_fault(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = at;
    const char32_t c = next_character(text, next);
    if (c == 0xFFFD && text.compare(at, 3, "\xEF\xBF\xBD") != 0) return at;
    at = next;
  }
  return text.size();
}

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string utf8(char32_t c) {
  std::string out;
  append_utf8(out, c);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text_test)

BOOST_AUTO_TEST_CASE(the_first_invalid_byte_is_found_wherever_it_stands) {
  for (const Utf8Row& row : utf8_rows) {
    // In front of, across and behind the borders of blocks of 16 bytes, with text behind or not.
    for (std::size_t before = 0; before < 40; ++before) {
      for (std::size_t after : {0u, 1u, 2u, 3u, 15u, 16u, 17u, 33u}) {
        const std::string text = std::string(before, 'x') + row.bytes + std::string(after, 'y');
        const std::size_t expected = row.fault == none ? text.size() : before + row.fault;
        BOOST_REQUIRE_MESSAGE(find_invalid_utf8(text) == expected, row.what << ", " << before << " before, " << after
                                                                            << " after: " << find_invalid_utf8(text));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_block_reader_agrees_with_the_plain_one_on_noise) {
  std::uint64_t seed = 42;
  const auto next = [&] {
    return seed = seed * 6364136223846793005u + 1442695040888963407u, static_cast<std::size_t>(seed >> 33);
  };
  const std::string pieces[] = {
      "a", " ", "\xD0\xB6", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80", "\xEF\xBF\xBD", "\xD9\x85", "\xE0\xA4\x95"};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t i = next() % 40; i-- > 0;) text += pieces[next() % std::size(pieces)];
    if (!text.empty() && round % 2 == 0) text[next() % text.size()] = static_cast<char>(next());
    if (!text.empty() && round % 3 == 0) text.resize(next() % text.size());
    BOOST_REQUIRE(find_invalid_utf8(text) == slow_fault(text));
  }
}

BOOST_AUTO_TEST_CASE(every_pair_of_bytes_is_judged_as_the_plain_definition_does) {
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) {
      std::string text(20, 'x');
      text[15] = static_cast<char>(a);
      text[16] = static_cast<char>(b);
      BOOST_REQUIRE(find_invalid_utf8(text) == slow_fault(text));
    }
}

BOOST_AUTO_TEST_CASE(xml_text_is_what_production_2_allows) {
  struct Row {
    std::string text;
    bool is_good;
    std::string cured;
  };
  const Row rows[] = {
      {"", true, ""},
      {"tab\tnew\nline\r", true, "tab\tnew\nline\r"},
      {"\x7F\xC2\x80\xC2\x9F", true, "\x7F\xC2\x80\xC2\x9F"},  // DEL and C1 are allowed, if discouraged
      {"\xF0\x9F\xBF\xBE", true, "\xF0\x9F\xBF\xBE"},          // U+1FFFE too
      {"a\0b"s, false, "ab"},
      {"\x01\x08\x0B\x0C\x0E\x1F", false, ""},
      {"\x1B[1m", false, "[1m"},
      {"a\xEF\xBF\xBE"s, false, "a"},
      {"\xEF\xBF\xBFz"s, false, "z"},
      {"caf\xE9!", false, "caf\xEF\xBF\xBD!"},
      {"\xED\xA0\x80", false, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"cut \xD0", false, "cut \xEF\xBF\xBD"},
  };
  for (const Row& row : rows)
    for (std::size_t before : {0u, 1u, 13u, 14u, 15u, 16u, 17u, 31u}) {
      const std::string text = std::string(before, 'x') + row.text;
      BOOST_TEST(is_xml_text(text) == row.is_good, escaped(row.text));
      BOOST_TEST(to_xml_text(text) == std::string(before, 'x') + row.cured);
      BOOST_TEST(is_xml_text(to_xml_text(text)));
    }
}

BOOST_AUTO_TEST_CASE(characters_are_written_and_read_back) {
  for (char32_t c : {0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFDu, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
    const std::string text = utf8(c);
    std::size_t at = 0;
    BOOST_TEST(static_cast<std::uint32_t>(next_character(text, at)) == static_cast<std::uint32_t>(c));
    BOOST_TEST(at == text.size());
  }
  for (char32_t c : {0xD800u, 0xDFFFu, 0x110000u, 0xFFFFFFFFu}) BOOST_TEST(utf8(c) == "\xEF\xBF\xBD");
}

BOOST_AUTO_TEST_CASE(characters_are_counted_not_bytes) {
  BOOST_TEST(count_characters("") == 0u);
  BOOST_TEST(count_characters("Дунай") == 5u);
  BOOST_TEST(count_characters("联合国") == 3u);
  BOOST_TEST(count_characters("a\xFF\xFFz") == 4u);
}

BOOST_AUTO_TEST_CASE(escaping_is_right_for_text_and_attributes) {
  struct Row {
    const char *text, *expected;
  };
  const Row rows[] = {
      {"", ""},
      {"nothing to do in this longer sentence", "nothing to do in this longer sentence"},
      {"R&D <b>\"x\"</b> it's", "R&amp;D &lt;b&gt;&quot;x&quot;&lt;/b&gt; it&#39;s"},
      {"&amp;", "&amp;amp;"},
      {"&&&&&&&&&&&&&&&&&", "&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;&amp;"},
      {"Женщины — «мир» & 和平", "Женщины — «мир» &amp; 和平"},
      {"fifteen chars..<", "fifteen chars..&lt;"},
      {"sixteen chars...<", "sixteen chars...&lt;"},
  };
  for (const Row& row : rows) BOOST_TEST(escaped(row.text) == row.expected);
  std::string out = "kept ";
  append_escaped(out, "<");
  BOOST_TEST(out == "kept &lt;");
  BOOST_TEST(escaped("a\0<"s) == "a\0&lt;"s);
}

BOOST_AUTO_TEST_CASE(json_strings_are_safe_inside_html) {
  BOOST_TEST(json("") == R"("")");
  BOOST_TEST(json("plain") == R"("plain")");
  BOOST_TEST(json("\"\\/\b\f\n\r\t") == R"("\"\\/\u0008\u000c\n\r\t")");
  BOOST_TEST(json("\x1F\x7F") == "\"\\u001f\x7F\"");
  BOOST_TEST(json("a\0b"s) == R"("a\u0000b")");
  BOOST_TEST(json("</script><b>") == R"("<\/script><b>")");
  BOOST_TEST(json("<!--<script>") == R"("\u003c!--<script>")");
  BOOST_TEST(json("x <") == R"("x <")");
  BOOST_TEST(json("Дунай 联合国 \xF0\x9F\x98\x80") == "\"Дунай 联合国 \xF0\x9F\x98\x80\"");
}

BOOST_AUTO_TEST_CASE(ascii_questions_ignore_the_locale) {
  BOOST_TEST(is_space('\f'));
  BOOST_TEST(!is_space('\v'));  // not in HTML's set
  BOOST_TEST(!is_space('\xA0'));
  BOOST_TEST(!is_space('\0'));
  BOOST_TEST(!is_alpha('\xC4'));
  BOOST_TEST(!is_digit('\xB2'));
  BOOST_TEST(to_lower("ÄRGER Title 1") == "ÄrGER title 1"s.replace(0, 2, "\xC3\x84").replace(2, 4, "rger"));
}

BOOST_AUTO_TEST_CASE(case_is_ignored_for_ascii_only) {
  BOOST_TEST(equals_ignoring_case("Content-Type", "content-TYPE"));
  BOOST_TEST(!equals_ignoring_case("a", "ab"));
  BOOST_TEST(!equals_ignoring_case("[", "{"));
  BOOST_TEST(!equals_ignoring_case("\xC3\x84", "\xC3\xA4"));
  BOOST_TEST(starts_with_ignoring_case("HTTPS://x", "https:"));
  BOOST_TEST(!starts_with_ignoring_case("ht", "http"));
  BOOST_TEST(contains_ignoring_case("text/HTML; charset", "html"));
  BOOST_TEST(contains_ignoring_case("", ""));
  BOOST_TEST(contains_ignoring_case("x", ""));
  BOOST_TEST(!contains_ignoring_case("", "x"));
  BOOST_TEST(contains_ignoring_case("aaab", "AAB"));
}

BOOST_AUTO_TEST_CASE(white_space_is_trimmed_and_collapsed) {
  BOOST_TEST(trim(" \t\r\n\fa b\n") == "a b");
  BOOST_TEST(trim(" \n ") == "");
  BOOST_TEST(collapse_space("  Human \n\t rights\xC2\xA0 \xC2\xA0 day \xC2\xA0") == "Human rights day");
  BOOST_TEST(collapse_space("\xC2\xA0") == "");
  BOOST_TEST(collapse_space("\xC2\xA9 \xC2") == "\xC2\xA9 \xC2");
  BOOST_TEST(collapse_space("") == "");
}

BOOST_AUTO_TEST_CASE(splitting_keeps_empty_parts) {
  const auto count = [](std::string_view text) { return split(text, ',').size(); };
  BOOST_TEST(count("") == 1u);
  BOOST_TEST(count(",") == 2u);
  BOOST_TEST(count("a,,b,") == 4u);
  BOOST_TEST(split("a,,b", ',')[1] == "");
  BOOST_TEST(split("a,,b", ',')[2] == "b");
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_at_a_word) {
  BOOST_TEST(cut_at_word("short", 10) == "short");
  BOOST_TEST(cut_at_word("exactly ten", 11) == "exactly ten");
  BOOST_TEST(cut_at_word("The Security Council met today", 22) == "The Security Council…");
  BOOST_TEST(cut_at_word("The Security Council met today", 21) == "The Security Council…");
  BOOST_TEST(cut_at_word("The Security Council, which met", 23) == "The Security Council…");
  BOOST_TEST(cut_at_word("Donaudampfschifffahrtsgesellschaft", 10) == "Donaudamp…");
  BOOST_TEST(cut_at_word("A Donaudampfschifffahrtsgesellschaft", 12) == "A Donaudamp…");  // the blank is not near
  BOOST_TEST(cut_at_word("联合国安全理事会今天举行会议", 6) == "联合国安全…");
  BOOST_TEST(cut_at_word("abc", 1) == "…");
  BOOST_TEST(cut_at_word("abc", 0) == "");
  BOOST_TEST(cut_at_word("", 0) == "");
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string cut = cut_at_word("Генеральная Ассамблея приняла резолюцию", size);
    BOOST_TEST(count_characters(cut) <= size);
    BOOST_TEST(find_invalid_utf8(cut) == cut.size());
  }
}

BOOST_AUTO_TEST_CASE(characters_are_counted_alike_in_blocks) {
  std::string text;
  for (std::size_t size = 0; size < 6000; ++size) {
    if (size < 100 || size % 500 < 5) BOOST_TEST(count_leads(text) == count_characters(text), size);
    text += size % 3 == 0 ? "a" : size % 3 == 1 ? "é" : "…";
  }
}

// Blocks of sixteen bytes are passed over as they are: every place of a gap in a block, and at its borders, against the
// plain way of doing it.
BOOST_AUTO_TEST_CASE(space_is_collapsed_alike_wherever_it_stands) {
  const auto slowly = [](std::string_view text) {
    std::string out;
    bool is_gap = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const bool is_no_break = text.substr(at, 2) == "\xC2\xA0";
      if (is_no_break) ++at;
      if (is_no_break || is_space(text[at])) {
        is_gap = true;
        continue;
      }
      if (is_gap && !out.empty()) out += ' ';
      is_gap = false;
      out += text[at];
    }
    return out;
  };
  static constexpr std::string_view pieces[] = {
      "a", "word", " ", " ", "  ", "\n", "\t", "\xC2\xA0", "\xC2\xA2", "\xC3\xA9", "sixteen-letters-"};
  std::minstd_rand random{7};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t count = random() % 24; count > 0; --count) text += pieces[random() % std::size(pieces)];
    BOOST_REQUIRE(collapse_space(text) == slowly(text));
    std::string in_two;
    bool is_apart = false;
    const std::size_t cut = text.find_first_of("awu\n ", text.size() / 2);
    append_collapsed(in_two, std::string_view(text).substr(0, cut), is_apart);
    if (cut != std::string::npos) append_collapsed(in_two, std::string_view(text).substr(cut), is_apart);
    BOOST_REQUIRE(in_two == slowly(text));
  }
  const std::string long_text = "  beginning " + std::string(10000, ' ') + std::string(10000, 'x') + " end";
  BOOST_TEST(collapse_space(long_text) == slowly(long_text));
  BOOST_TEST(slowly(long_text).starts_with(collapse_space(long_text, 5)));
  BOOST_TEST(collapse_space(long_text, 5).size() >= 5u);
}

BOOST_AUTO_TEST_CASE(markup_is_found_wherever_it_stands) {
  for (const char c : {'&', '<', '>', '\r'})
    for (std::size_t place = 0; place < 40; ++place) {
      std::string text(40, 'x');
      text[place] = c;
      BOOST_TEST(find_markup(text, 0) == place);
      BOOST_TEST(find_markup(text, place + 1) == text.size());
    }
  BOOST_TEST(find_markup("", 0) == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_unremarkable_is_sound_in_every_way_and_ordinary_text_is) {
  static constexpr std::string_view pieces[] = {"a",
                                                "plain words of sixteen",
                                                "\n",
                                                "é",
                                                "ß",
                                                "мир",
                                                "الأمم",
                                                "联合国",
                                                "–",
                                                "\xE2",
                                                "\xC3",
                                                "\xC2\x85",
                                                "\x7F",
                                                "\x01",
                                                "\xEF\xBB\xBF",
                                                "\xEF\xBF\xBE",
                                                "😀",
                                                "\x80",
                                                "Ã©",
                                                "â€™",
                                                "\xC2\xA0",
                                                "\xED\xA0\x80",
                                                "\xE0\x80\x80"};
  std::minstd_rand random{3};
  std::size_t unremarkable = 0;
  for (int round = 0; round < 40000; ++round) {
    std::string text;
    const std::size_t kinds = 4 + random() % (std::size(pieces) - 4);
    for (std::size_t count = random() % 20; count > 0; --count) text += pieces[random() % kinds];
    if (random() % 4 == 0 && !text.empty()) text.pop_back();  // a character cut off
    if (!is_unremarkable(text)) continue;
    ++unremarkable;
    BOOST_REQUIRE(is_xml_text(text));
    for (const char* part : {"\xEF\xBB\xBF", "\x7F", "\xC2\x85", "Ã©", "â€"})
      BOOST_REQUIRE(text.find(part) == std::string::npos);
  }
  BOOST_TEST(unremarkable > 2000u);
  for (const char* usual : {"", "a", "Réfugiés à l’été : «\u00A0paix\u00A0»", "Совет мира", "مجلس الأمن", "联合国新闻",
                            "tab\tand\r\nline"}) {
    BOOST_TEST(is_unremarkable(usual), usual);
    BOOST_TEST(is_unremarkable(std::string(61, 'x') + usual + std::string(90, 'y')), usual);
  }
}

BOOST_AUTO_TEST_SUITE_END()
