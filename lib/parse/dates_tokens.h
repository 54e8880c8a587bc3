// A date's text as numbers, words and signs, in the one spelling that the tables know: letters in lower case and
// without accents, digits of all scripts as ASCII, white space of all kinds as a flag, comments in parentheses set
// aside. Used by the date reader alone. Pure, any thread; fixed memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rapporteur::parse {

struct Token {
  enum class Kind { end, number, word, sign } kind = Kind::end;
  std::int64_t value = 0;  // number
  int digits = 0;          // number: how many were written
  std::string_view word;   // word: folded, lives as long as the DateTokens
  char sign = 0;           // ASCII
  bool after_blank = false;
};

class DateTokens {
 public:
  explicit DateTokens(std::string_view text);
  DateTokens(const DateTokens&) = delete;
  DateTokens& operator=(const DateTokens&) = delete;

  bool is_usable() const { return is_usable_; }  // false: empty, too long, or with characters no date has
  const Token& at(std::size_t i) const { return tokens_[i < count_ ? i : count_]; }  // behind the last: kind end
  std::string_view comment() const { return comment_; }  // folded word in the last parentheses, "" if they held more

 private:
  void read(std::string_view text);
  bool add_character(char32_t c);
  bool add_letter(char32_t c, bool stands_alone);
  void add_digit(int digit);
  Token* start(Token::Kind kind);

  static constexpr std::size_t most = 40;
  std::array<Token, most + 1> tokens_;  // one more: the end
  std::size_t count_ = 0;
  std::array<char, 512> letters_;
  std::size_t letters_used_ = 0;
  std::string_view comment_;
  std::size_t comment_from_ = 0;  // tokens before the open parenthesis
  int depth_ = 0;
  bool blank_ = true;
  bool joins_ = false;  // the next letter or digit may continue the last token
  bool is_usable_ = true;
};

}  // namespace rapporteur::parse
