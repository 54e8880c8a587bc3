#include "html/tokens.h"

#include <algorithm>

#include "base/text.h"

namespace rapporteur::html {
namespace {

constexpr auto npos = std::string_view::npos;

bool ends_name(char c) { return base::is_space(c) || c == '/' || c == '>'; }

void skip_space(std::string_view text, std::size_t& at) {
  while (at < text.size() && base::is_space(text[at])) ++at;
}

// The value behind "=" (13.2.5.35 to 13.2.5.38). A quote that never closes takes everything.
std::string_view read_value(std::string_view text, std::size_t& at) {
  skip_space(text, at);
  if (at >= text.size() || text[at] == '>') return {};
  const std::size_t start = at;
  if (text[at] == '"' || text[at] == '\'') {
    const std::size_t end = text.find(text[at], at + 1);
    at = end == npos ? text.size() + 1 : end + 1;  // beyond the end: the tag is unfinished
    return text.substr(start + 1, (end == npos ? text.size() : end) - start - 1);
  }
  while (at < text.size() && !base::is_space(text[at]) && text[at] != '>') ++at;
  return text.substr(start, at - start);
}

// Where a comment that opens with "<!--" at `start` ends (13.2.5.43 to 13.2.5.51): "-->", "--!>", "<!-->" or "<!--->".
std::size_t end_of_comment(std::string_view text, std::size_t start) {
  const std::size_t body = start + 4;
  if (text.substr(body, 1) == ">") return body + 1;
  if (text.substr(body, 2) == "->") return body + 2;
  for (std::size_t dashes = text.find("--", body); dashes != npos; dashes = text.find("--", dashes + 1)) {
    if (text.substr(dashes + 2, 1) == ">") return dashes + 3;
    if (text.substr(dashes + 2, 2) == "!>") return dashes + 4;
  }
  return text.size();
}

std::size_t end_of_declaration(std::string_view text, std::size_t start) {
  if (text.substr(start, 4) == "<!--") return end_of_comment(text, start);
  const std::size_t end = text.find('>', start);
  return end == npos ? text.size() : end + 1;
}

}  // namespace

bool next_attribute(std::string_view tag, std::size_t& at, RawAttribute& attribute) {
  while (at < tag.size() && (base::is_space(tag[at]) || tag[at] == '/')) ++at;
  if (at >= tag.size() || tag[at] == '>') return false;
  const std::size_t start = at++;  // a leading "=" belongs to the name (13.2.5.32)
  while (at < tag.size() && !ends_name(tag[at]) && tag[at] != '=') ++at;
  attribute.name = tag.substr(start, at - start);
  attribute.value = {};
  std::size_t next = at;
  skip_space(tag, next);
  if (next < tag.size() && tag[next] == '=') {
    at = next + 1;
    attribute.value = read_value(tag, at);
  }
  return true;
}

std::string_view attribute_value(std::string_view tag, std::string_view name) {
  RawAttribute attribute;
  for (std::size_t at = 0; next_attribute(tag, at, attribute);) {
    if (base::equals_ignoring_case(attribute.name, name)) return attribute.value;
  }
  return {};
}

std::string_view without_wrapping(std::string_view markup) {
  constexpr std::string_view opening = "<![CDATA[", closing = "]]>";
  markup = base::trim(markup);
  while (markup.starts_with(opening) && markup.ends_with(closing) && markup.size() >= opening.size() + closing.size()) {
    markup.remove_prefix(opening.size());
    markup.remove_suffix(closing.size());
    markup = base::trim(markup);
  }
  return markup;
}

// A tag that the end of the markup cuts off is passed over, as HTML has it, when it is an element's; "a <y" is text.
bool Tokens::read_tag(Token& token, std::size_t start) {
  std::size_t name_end = start;
  while (name_end < markup_.size() && !ends_name(markup_[name_end])) ++name_end;
  token.name = markup_.substr(start, name_end - start);
  token.element = find_element(token.name);
  std::size_t end = name_end;
  RawAttribute last;
  while (next_attribute(markup_, end, last)) {
  }
  if (end >= markup_.size()) {
    if (token.element == nullptr) return false;
    at_ = markup_.size();
    token.kind = Token::Kind::none;
    return true;
  }
  token.attributes = markup_.substr(name_end, end - name_end);
  const bool is_in_value = !last.value.empty() && last.value.data() + last.value.size() == markup_.data() + end;
  token.is_self_closing = !token.attributes.empty() && token.attributes.back() == '/' && !is_in_value;
  at_ = end + 1;
  return true;
}

Token Tokens::next() {
  Token token;
  std::size_t text_start = at_;
  std::size_t from = at_;
  while (from < markup_.size()) {
    const std::size_t bracket = markup_[from] == '<' ? from : markup_.find('<', from);
    if (bracket == npos || bracket + 1 >= markup_.size()) break;
    const char next = markup_[bracket + 1];
    const bool is_end = next == '/';
    const char first = is_end && bracket + 2 < markup_.size() ? markup_[bracket + 2] : next;
    if (!base::is_alpha(first) && !is_end && next != '!' && next != '?') {  // "<" alone is text
      from = bracket + 1;
      continue;
    }
    if (is_end && bracket + 2 >= markup_.size()) break;
    if (bracket > text_start) {
      at_ = bracket;
      token.kind = Token::Kind::text;
      token.text = markup_.substr(text_start, bracket - text_start);
      return token;
    }
    if (!base::is_alpha(first)) {  // comment, doctype, "<?", "</ "
      text_start = from = at_ = end_of_declaration(markup_, bracket);
      continue;
    }
    token.kind = is_end ? Token::Kind::end : Token::Kind::start;
    if (read_tag(token, bracket + (is_end ? 2 : 1))) return token;
    token = {};
    break;
  }
  at_ = markup_.size();
  if (text_start < markup_.size()) {
    token.kind = Token::Kind::text;
    token.text = markup_.substr(text_start);
  }
  return token;
}

std::size_t Tokens::find_tag_named(std::string_view name, std::size_t from, bool& is_end) const {
  for (std::size_t bracket = markup_.find('<', from); bracket != npos; bracket = markup_.find('<', bracket + 1)) {
    is_end = markup_.substr(bracket + 1, 1) == "/";
    const std::size_t start = bracket + (is_end ? 2 : 1);
    const std::size_t behind = start + name.size();
    if (behind >= markup_.size() || !ends_name(markup_[behind])) continue;
    if (base::equals_ignoring_case(markup_.substr(start, name.size()), name)) return bracket;
  }
  return npos;
}

bool Tokens::skip_element(std::string_view name) {
  bool is_end = false;
  const std::size_t tag = find_tag_named(name, at_, is_end);
  if (tag == npos || !is_end) return false;
  const std::size_t close = markup_.find('>', tag);
  at_ = close == npos ? markup_.size() : close + 1;
  return true;
}

std::string_view Tokens::take_raw(std::string_view name) {
  const std::size_t start = at_;
  bool is_end = false;
  std::size_t tag = base::equals_ignoring_case(name, "plaintext") ? npos : find_tag_named(name, at_, is_end);
  while (tag != npos && !is_end) tag = find_tag_named(name, tag + 1, is_end);
  const std::size_t end = std::min(tag, markup_.size());
  const std::size_t close = tag == npos ? npos : markup_.find('>', tag);
  at_ = close == npos ? markup_.size() : close + 1;
  return markup_.substr(start, end - start);
}

}  // namespace rapporteur::html
