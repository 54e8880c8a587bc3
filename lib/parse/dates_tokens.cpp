#include "parse/dates_tokens.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

constexpr std::size_t longest = 160;
constexpr int most_digits = 17;

// U+00C0-U+017F without accent and in lower case; '?' for what is no letter.
constexpr std::string_view latin =
    "aaaaaaaceeeeiiiidnooooo?ouuuuytsaaaaaaaceeeeiiiidnooooo?ouuuuytyaaaaaaccccccccddddeeeeeeeeeegggg"
    "gggghhhhiiiiiiiiii??jjkk?llllll??llnnnnnn???oooooooorrrrrrsssssssstttt??uuuuuuuuuuuuwwyyyzzzzzz?";

int digit_of(char32_t c) {
  for (const char32_t zero : {U'0', U'\u0660', U'\u06F0', U'\u0966', U'\u09E6', U'\uFF10'})
    if (c >= zero && c <= zero + 9) return static_cast<int>(c - zero);
  return -1;
}

bool is_blank(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x202F || c == 0x205F || c == 0x3000 || c == 0x2028 || c == 0x2029;
}

// Direction marks, joiners, combining accents, Arabic vowels and the stretching line: nothing is lost without them.
bool is_ignorable(char32_t c) {
  return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF ||
         c == 0xAD || c == 0x61C || (c >= 0x300 && c <= 0x36F) || c == 0x640 || (c >= 0x64B && c <= 0x655) ||
         c == 0x670;
}

bool is_ideograph(char32_t c) { return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3); }

// Year, month, day, hour, minute, second in Chinese, Japanese and Korean: each is a word by itself.
bool is_unit(char32_t c) {
  return std::u32string_view(U"年月日号號时時点點分秒년월일시분초").find(c) != std::u32string_view::npos;
}

// Signs of other scripts as the ASCII that means the same; 0: no sign of a date.
char sign_of(char32_t c) {
  if (c > 0x20 && c < 0x7F) return static_cast<char>(c);
  switch (c) {
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212:
    case 0xFE63:
    case 0xFF0D:
      return '-';
    case 0xFF1A:
      return ':';
    case 0xFF0F:
      return '/';
    case 0xFF0E:
      return '.';
    case 0x060C:
    case 0x3001:
    case 0xFF0C:
      return ',';
    case 0x066B:
      return '.';
    case 0xFF08:
      return '(';
    case 0xFF09:
      return ')';
    case 0xB7:
    case 0x2022:
      return '|';
    case 0x2019:
    case 0x2BC:
      return '\'';
    default:
      return 0;
  }
}

// Lower case without accent, for the scripts of the tables; 0: not a letter of them.
char32_t fold(char32_t c) {
  if (c < 0x80)
    return base::is_alpha(static_cast<char>(c)) ? static_cast<char32_t>(base::to_lower(static_cast<char>(c))) : 0;
  if (c == 0xBA || c == 0xAA) return c;
  if (c >= 0xC0 && c < 0xC0 + latin.size()) return latin[c - 0xC0] == '?' ? 0 : static_cast<char32_t>(latin[c - 0xC0]);
  if (c >= 0x218 && c <= 0x219) return 's';  // Romanian
  if (c >= 0x21A && c <= 0x21B) return 't';
  if (c >= 0x386 && c <= 0x3CE) {  // Greek, accents away
    switch (c) {
      case 0x386:
      case 0x3AC:
        return 0x3B1;
      case 0x388:
      case 0x3AD:
        return 0x3B5;
      case 0x389:
      case 0x3AE:
        return 0x3B7;
      case 0x38A:
      case 0x3AF:
      case 0x3CA:
        return 0x3B9;
      case 0x38C:
      case 0x3CC:
        return 0x3BF;
      case 0x38E:
      case 0x3CD:
        return 0x3C5;
      case 0x38F:
      case 0x3CE:
        return 0x3C9;
      default:
        return c >= 0x391 && c <= 0x3A9 ? c + 0x20 : c;
    }
  }
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c == 0x401 || c == 0x451) return 0x435;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c >= 0x430 && c <= 0x45F) return c;
  if (c >= 0x48A && c <= 0x52F) return c | 1;  // Kazakh and others come in pairs
  if (c == 0x622 || c == 0x623 || c == 0x625 || c == 0x671) return 0x627;
  if (c == 0x629) return 0x647;
  if (c == 0x649 || c == 0x6CC) return 0x64A;
  if (c == 0x6A9) return 0x643;
  if (c >= 0x620 && c <= 0x6FF) return c;
  return is_ideograph(c) ? c : 0;
}

}  // namespace

DateTokens::DateTokens(std::string_view text) {
  text = base::trim(text);
  is_usable_ = !text.empty() && text.size() <= longest;
  if (is_usable_) read(text);
  tokens_[count_] = Token{};
}

void DateTokens::read(std::string_view text) {
  for (std::size_t at = 0; at < text.size() && is_usable_;) is_usable_ = add_character(base::next_character(text, at));
  if (depth_ > 0) count_ = comment_from_;  // an open parenthesis: the rest was comment
}

Token* DateTokens::start(Token::Kind kind) {
  if (count_ == most) {
    is_usable_ = false;
    return &tokens_[most];
  }
  tokens_[count_] = Token{};
  tokens_[count_].kind = kind;
  tokens_[count_].after_blank = blank_;
  blank_ = false;
  return &tokens_[count_++];
}

bool DateTokens::add_character(char32_t c) {
  if (is_ignorable(c)) return true;
  if (is_blank(c)) {
    blank_ = true;
    joins_ = false;
    return true;
  }
  if (const int digit = digit_of(c); digit >= 0) {
    add_digit(digit);
    return is_usable_;
  }
  if (const char32_t letter = fold(c); letter != 0) return add_letter(letter, is_unit(c));
  const char sign = sign_of(c);
  if (sign == 0) return false;
  joins_ = false;
  if (sign == '(') {
    if (depth_++ == 0) comment_from_ = count_;
  } else if (sign == ')') {
    if (depth_ == 0) return false;
    if (--depth_ == 0) {
      comment_ = count_ == comment_from_ + 1 && tokens_[comment_from_].kind == Token::Kind::word
                     ? tokens_[comment_from_].word
                     : "";
      count_ = comment_from_;
    }
    blank_ = true;
  } else {
    start(Token::Kind::sign)->sign = sign;
  }
  return is_usable_;
}

bool DateTokens::add_letter(char32_t c, bool stands_alone) {
  std::array<char, 4> bytes;
  std::size_t size = 0;
  if (c < 0x80)
    bytes[size++] = static_cast<char>(c);
  else if (c < 0x800) {
    bytes[size++] = static_cast<char>(0xC0 | c >> 6);
    bytes[size++] = static_cast<char>(0x80 | (c & 0x3F));
  } else {
    bytes[size++] = static_cast<char>(0xE0 | c >> 12);
    bytes[size++] = static_cast<char>(0x80 | (c >> 6 & 0x3F));
    bytes[size++] = static_cast<char>(0x80 | (c & 0x3F));
  }
  if (letters_used_ + size > letters_.size()) return false;
  const bool continues = joins_ && !stands_alone && count_ > 0 && tokens_[count_ - 1].kind == Token::Kind::word;
  Token* token = continues ? &tokens_[count_ - 1] : start(Token::Kind::word);
  std::copy_n(bytes.begin(), size, letters_.begin() + static_cast<std::ptrdiff_t>(letters_used_));
  const char* begin = continues ? token->word.data() : letters_.data() + letters_used_;
  token->word = {begin, (continues ? token->word.size() : 0) + size};
  letters_used_ += size;
  joins_ = !stands_alone;
  return is_usable_;
}

void DateTokens::add_digit(int digit) {
  const bool continues = joins_ && count_ > 0 && tokens_[count_ - 1].kind == Token::Kind::number;
  Token* token = continues ? &tokens_[count_ - 1] : start(Token::Kind::number);
  if (++token->digits > most_digits)
    is_usable_ = false;
  else
    token->value = token->value * 10 + digit;
  joins_ = true;
}

}  // namespace rapporteur::parse
