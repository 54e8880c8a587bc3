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
  explicit Words(std::size_t bytes) { out_.reserve(bytes); }
  void add(std::string_view text) { base::append_collapsed(out_, text, is_apart_); }
  void separate() { is_apart_ = true; }
  bool has_characters(std::size_t wanted) {
    if (out_.size() < wanted) return false;
    characters_ += base::count_leads(std::string_view(out_).substr(counted_to_));
    counted_to_ = out_.size();
    return characters_ >= wanted;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool is_apart_ = false;
  std::size_t counted_to_ = 0, characters_ = 0;
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

// Four bytes a character; what is less than this is not worth a second allocation.
std::size_t room_for(std::string_view markup, std::size_t characters) {
  constexpr std::size_t longest_character = 4, spare = 1024;
  const bool is_all = characters > markup.size() / longest_character;
  return is_all ? markup.size() : std::min(markup.size(), longest_character * characters + spare);
}

}  // namespace

std::string to_text(std::string_view markup, std::size_t enough_characters) {
  Words words(room_for(markup, enough_characters));
  std::string decoded;
  Tokens tokens(without_wrapping(markup));
  for (Token token = tokens.next(); token.kind != Token::Kind::none && !words.has_characters(enough_characters);
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
  std::string text = words.take();
  make_readable(text);
  return text;
}

void characters_of_clean(std::string_view cleaned, std::string& characters) {
  characters.clear();
  characters.reserve(cleaned.size());
  for (std::size_t at = 0; at < cleaned.size();) {
    const std::size_t bracket = std::min(cleaned.find('<', at), cleaned.size());
    characters.append(cleaned, at, bracket - at);
    for (at = bracket; at < cleaned.size() && cleaned[at] != '>';) ++at;
    ++at;
  }
  if (characters.find('&') == std::string::npos) return;
  std::string decoded;  // no reference is parted by a tag
  decoded.reserve(characters.size());
  append_decoded(decoded, characters, Where::text);
  characters.swap(decoded);
}

std::string decode_references(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  append_decoded(decoded, text, Where::text);
  make_readable(decoded);
  return decoded;
}

}  // namespace rapporteur::html
