#include "merge/folded.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <utility>

using rapporteur::merge::FoldedText;

BOOST_AUTO_TEST_SUITE(folded_test)

// Pieces with what becomes of each: whatever stands beside it and wherever in a block it lies.
BOOST_AUTO_TEST_CASE(each_character_is_folded_alike_at_every_place) {
  const std::pair<std::string, std::string> pieces[] = {
      {"Word", "word"}, {"@[`{", "@[`{"},     {" ", ""},       {"\t\n", ""},         {"\v", "\v"},     {"É", "é"},
      {"ÀÞ", "àþ"},     {"×", "×"},           {"÷ß", "÷ß"},    {"Ω", "ω"},           {"ΑΟΠΡ", "αοπρ"}, {"Ά", "Ά"},
      {"Ж", "ж"},       {"АПРЯ", "апря"},     {"ЀЁЏ", "ѐёџ"},  {"ѐрп", "ѐрп"},       {"中文", "中文"}, {"のノ", "のノ"},
      {"　", ""},       {"“a”", "\"a\""},     {"‘", "'"},      {"—", "-"},           {"…", "..."},     {"\xC2\xA0", ""},
      {"©", "©"},       {"\xC2\xAD", ""},     {"😀", "😀"},      {"\xEF\xBB\xBF", ""}, {"ﬁ", "ﬁ"},       {"€", "€"},
      {"€", "€"},       {"\xE2\x80\x8B", ""}, {"«Z»", "\"z\""}};
  std::minstd_rand random(7);
  FoldedText folded;
  for (int round = 0; round < 5000; ++round) {
    std::string text, expected;
    const std::size_t count = random() % 30;
    for (std::size_t i = 0; i < count; ++i) {
      const auto& [piece, result] = pieces[random() % std::size(pieces)];
      text += piece;
      expected += result;
    }
    BOOST_TEST_REQUIRE(std::string(folded.of(text)) == expected, text);
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_stay_within_their_length) {
  constexpr std::array<char, 8> bytes{'\xC2', '\xE2', '\xE3', '\x80', '\xEF', 'A', ' ', '\xF0'};
  std::minstd_rand random(11);
  FoldedText folded;
  for (int round = 0; round < 5000; ++round) {
    std::string text(random() % 70, ' ');
    for (char& c : text) c = bytes[random() % bytes.size()];
    BOOST_TEST_REQUIRE(folded.of(text).size() <= text.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
