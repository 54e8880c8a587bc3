#include "html/filter.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace rapporteur::html {
namespace {

bool is_blank(std::string_view text) { return std::all_of(text.begin(), text.end(), base::is_space); }

bool is_tiny(std::string_view dimension) { return dimension == "0" || dimension == "1"; }

// A picture nobody sees tells the origin's server who reads.
bool is_seen(const CleanAttributes& image, std::string_view style) {
  if (is_tiny(image.value("width")) && is_tiny(image.value("height"))) return false;
  std::string rules = base::to_lower(style);
  std::erase_if(rules, base::is_space);
  const auto says = [&rules](std::string_view rule) { return rules.find(rule) != std::string::npos; };
  return !says("display:none") && !(says("width:1px") && says("height:1px"));
}

}  // namespace

std::string Filter::run() {
  for (Token token = tokens_.next(); token.kind != Token::Kind::none && !writer_.is_full(); token = tokens_.next()) {
    const bool is_behind_pre = ignores_line_feed_;
    ignores_line_feed_ = false;
    switch (token.kind) {
      case Token::Kind::text:
        if (is_behind_pre && token.text.starts_with('\r')) token.text.remove_prefix(1);
        if (is_behind_pre && token.text.starts_with('\n')) token.text.remove_prefix(1);
        text(token.text);
        break;
      case Token::Kind::start:
        start_tag(token);
        break;
      case Token::Kind::end:
        end_tag(token);
        break;
      case Token::Kind::none:
        break;
    }
  }
  while (is_nested_ && !open_.empty()) close_top();  // the end of the markup closes everything
  return writer_.take();
}

void Filter::text(std::string_view raw) {
  if (is_nested_ && !open_.may_hold_text()) {
    if (is_blank(raw)) return;
    give_up_nesting();
  }
  writer_.raw_text(raw);
}

void Filter::start_tag(const Token& token) {
  const Element* element = token.element;
  if (element == nullptr) return;
  if (element->action == Action::drop) return drop_content(token);
  if (element->action == Action::unwrap) {
    if (element->has(is_block)) writer_.space();
    return;
  }
  if (element->has(is_media)) return media(token);
  read_attributes(*element, token.attributes);
  if (element->name == "img") {
    // What a script would load once it comes into view has its address elsewhere, and nothing or a blank in its place.
    for (const std::string_view name : {"data-src", "data-lazy-src", "data-original"}) {
      if (!attributes_.has("src")) attributes_.replace("src", attribute_value(token.attributes, name), base_url_);
    }
    if (!attributes_.has("src") || !is_seen(attributes_, attribute_value(token.attributes, "style"))) return;
  }
  open(*element);
  if (element->has(is_void)) return;
  if (token.is_self_closing) return close(*element);  // XHTML's way of writing an empty element
  ignores_line_feed_ = element->name == "pre";
}

void Filter::end_tag(const Token& token) {
  const Element* element = token.element;
  if (element == nullptr || element->action == Action::drop || element->has(is_media)) return;
  if (element->action == Action::unwrap) {
    if (element->has(is_block)) writer_.space();
  } else if (!element->has(is_void)) {
    close(*element);
  } else if (element->name == "br") {  // </br> is <br>, other such end tags are nothing (13.2.6.4.7)
    attributes_.start(*element);
    open(*element);
  }
}

// Raw elements end with their own end tag. The others hold tags: their content ends with the end tag that matches, or
// where an element ends that was open before, so that a <form> never closed does not take the rest of a page.
void Filter::drop_content(const Token& token) {
  const Element* dropped = token.element;
  if (dropped->has(is_void)) return;
  if (token.is_self_closing) {
    tokens_.skip_element(token.name);
    return;
  }
  if (dropped->has(is_raw)) {
    tokens_.take_raw(token.name);
    return;
  }
  std::unordered_map<const Element*, std::size_t> inside{{dropped, 1}};
  while (true) {
    const std::size_t before = tokens_.position();
    const Token inner = tokens_.next();
    const Element* element = inner.element;
    if (inner.kind == Token::Kind::none) return;
    if (element == nullptr || element->has(is_void)) continue;
    if (inner.kind == Token::Kind::start) {
      if (inner.is_self_closing) continue;
      if (element->has(is_raw)) tokens_.take_raw(inner.name);
      if (!element->has(is_raw)) ++inside[element];
      continue;
    }
    std::size_t& count = inside[element];
    if (count > 0) {
      if (--count == 0 && element == dropped) return;
    } else if (is_nested_ ? open_.closed_by(*element) > 0 : tree_cost_.has_open(*element)) {
      return tokens_.seek(before);
    }
  }
}

void Filter::read_attributes(const Element& element, std::string_view raw) {
  attributes_.start(element);
  RawAttribute attribute;
  for (std::size_t at = 0; next_attribute(raw, at, attribute);) {
    attributes_.add(attribute.name, attribute.value, false, base_url_);
  }
}

// What stands inside <video> is for programs without it, and a <source> for it; without any source the inside is kept.
void Filter::media(const Token& token) {
  const Element& element = *token.element;
  const std::size_t start = tokens_.position();
  if (!token.is_self_closing) tokens_.skip_element(token.name);
  const std::size_t end = tokens_.position();  // start, when its end tag is missing
  tokens_.seek(start);
  const bool has_source = read_source(element, token.attributes, end);
  tokens_.seek(has_source ? end : start);
  if (!has_source) return;
  open(element);
  close(element);
}

bool Filter::read_source(const Element& element, std::string_view raw, std::size_t end) {
  read_attributes(element, raw);
  while (!attributes_.has("src") && tokens_.position() < end) {
    const Token inner = tokens_.next();
    if (inner.kind == Token::Kind::none) return false;
    if (inner.kind != Token::Kind::start || inner.element == nullptr || inner.element->name != "source") continue;
    attributes_.replace("src", attribute_value(inner.attributes, "src"), base_url_);
  }
  return attributes_.has("src");
}

void Filter::give_up_nesting() {
  is_nested_ = false;
  for (const Element* element : open_.all()) tree_cost_.open(*element);
}

void Filter::open_body_of_table() {
  const Element& body = *find_element("tbody");
  CleanAttributes none;
  none.start(body);
  if (writer_.open(body, none)) open_.push(body);
}

void Filter::open(const Element& element) {
  if (is_nested_) {
    while (open_.is_ended_by(element)) close_top();
    const bool lacks_body = element.role == Role::row && !open_.empty() && open_.top()->role == Role::table;
    if (lacks_body) open_body_of_table();
    if (writer_.is_full()) return;
    if (!open_.may_open(element)) give_up_nesting();
  }
  if (!is_nested_) tree_cost_.open(element);
  const bool is_written = writer_.open(element, attributes_);
  if (is_written && is_nested_ && !element.has(is_void)) open_.push(element);
}

void Filter::close(const Element& element) {
  if (is_nested_) {
    const std::size_t count = open_.closed_by(element);
    for (std::size_t closed = 0; closed < count; ++closed) close_top();
    if (count > 0) return;
    if (writer_.is_full()) return;  // its start tag did not fit
    give_up_nesting();
  }
  tree_cost_.close(element);
  writer_.close(element);
}

void Filter::close_top() {
  writer_.close(*open_.top());
  open_.pop();
}

}  // namespace rapporteur::html
