#include "html/to_text.h"

#include "base/text.h"
#include "html/readable.h"
#include "html/references.h"
#include "html/tokens.h"

namespace rapporteur::html {
namespace {

// Collects words, one space between them, none at the ends.
class Words {
 public:
  void add(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t space = space_at(text, at);
      if (space > 0) {
        separate();
        at += space;
        continue;
      }
      std::size_t end = at + 1;
      while (end < text.size() && !may_start_space(text[end])) ++end;
      if (is_apart_ && !out_.empty()) out_ += ' ';
      is_apart_ = false;
      out_.append(text, at, end - at);
      at = end;
    }
  }
  void separate() { is_apart_ = true; }
  std::string take() { return std::move(out_); }

 private:
  static bool may_start_space(char c) { return base::is_space(c) || c == '\xC2'; }
  static std::size_t space_at(std::string_view text, std::size_t at) {
    if (base::is_space(text[at])) return 1;
    return text.substr(at, 2) == "\xC2\xA0" ? 2 : 0;  // U+00A0
  }

  std::string out_;
  bool is_apart_ = false;
};

void add_text(Words& words, std::string& decoded, std::string_view raw) {
  if (raw.find('&') == std::string_view::npos) return words.add(raw);
  decoded.clear();
  append_decoded(decoded, raw, Where::text);
  words.add(decoded);
}

// What is never words: programs, styles, and what stands in a page's head or in place of something else.
bool is_silent(const Element& element) {
  return element.has(is_raw) && element.name != "textarea" && element.name != "xmp" && element.name != "plaintext";
}

}  // namespace

std::string to_text(std::string_view markup) {
  Words words;
  std::string decoded;
  Tokens tokens(without_wrapping(markup));
  for (Token token = tokens.next(); token.kind != Token::Kind::none; token = tokens.next()) {
    if (token.kind == Token::Kind::text) {
      add_text(words, decoded, token.text);
      continue;
    }
    if (token.element == nullptr) continue;
    const bool starts_raw = token.kind == Token::Kind::start && token.element->has(is_raw) && !token.is_self_closing;
    if (token.element->has(is_block) || starts_raw) words.separate();
    if (!starts_raw) continue;
    const std::string_view raw = tokens.take_raw(token.name);
    if (!is_silent(*token.element)) add_text(words, decoded, raw);
    words.separate();
  }
  std::string text = words.take();
  make_readable(text);
  return text;
}

std::string decode_references(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  append_decoded(decoded, text, Where::text);
  make_readable(decoded);
  return decoded;
}

}  // namespace rapporteur::html
