#include "html/to_text.h"

#include <algorithm>

#include "base/text.h"
#include "html/readable.h"
#include "html/references.h"
#include "html/tokens.h"

namespace rapporteur::html {
namespace {

// Collects words, one space between them, none at the ends.
class Words {
 public:
  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  void add(std::string_view text) { base::append_collapsed(out_, text, is_apart_); }
  void separate() { is_apart_ = true; }
  std::size_t size() const { return out_.size(); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool is_apart_ = false;
};

// Keeps them as they come.
class Characters {
 public:
  explicit Characters(std::size_t bytes) { out_.reserve(bytes); }
  void add(std::string_view text) { out_ += text; }
  void separate() { out_ += ' '; }
  std::size_t size() const { return out_.size(); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

template <class Words>
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

template <class Words>
void read_words(Words& words, std::string_view markup, std::size_t enough_bytes) {
  std::string decoded;
  Tokens tokens(without_wrapping(markup));
  for (Token token = tokens.next(); token.kind != Token::Kind::none && words.size() < enough_bytes;
       token = tokens.next()) {
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
}

}  // namespace

std::string to_text(std::string_view markup, std::size_t enough_bytes) {
  Words words;
  words.reserve(std::min(markup.size(), enough_bytes));
  read_words(words, markup, enough_bytes);
  std::string text = words.take();
  make_readable(text);
  return text;
}

std::string words_as_written(std::string_view markup) {
  Characters words(markup.size());
  read_words(words, markup, std::string_view::npos);
  return words.take();
}

std::string decode_references(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  append_decoded(decoded, text, Where::text);
  make_readable(decoded);
  return decoded;
}

}  // namespace rapporteur::html
