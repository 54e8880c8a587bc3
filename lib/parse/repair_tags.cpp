#include "parse/repair_tags.h"

#include <algorithm>

#include "base/text.h"

namespace rapporteur::parse {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t longest_cut = 2048;  // of a tag that the end of the document cuts off

bool is_name_end(char c) {
  return base::is_space(c) || c == '/' || c == '>' || c == '<' || c == '=' || c == '"' || c == '\'' || c == '&';
}

// ASCII that cannot stand in a name; beyond ASCII nearly everything can (XML 1.0 production 4a).
bool is_name(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return base::is_alpha(c) || base::is_digit(c) || c == '_' || c == ':' || c == '-' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

bool begins_name(std::string_view text, std::size_t at) {
  return at < text.size() && (base::is_alpha(text[at]) || text[at] == '_' || text[at] == ':' ||
                              static_cast<unsigned char>(text[at]) >= 0x80);
}

TagRepairer::TagRepairer(std::string_view text, References& references, RepairNotes& notes)
    : text_(text), references_(references), notes_(notes) {}

std::size_t TagRepairer::append_start(std::string& out, std::size_t at) {
  const Scan tag = scan(at);
  if (tag.end == 0) {
    wasted_ += tag.reached - at;
    if (tag.reached < text_.size() || text_.size() - at > longest_cut) return 0;
    notes_.add(at, "truncated", "the document ends inside a tag");
    return text_.size() - at;
  }
  const std::string_view whole = text_.substr(at, tag.end - at);
  if (tag.is_regular && whole.find('&') == npos) {
    out += whole;
  } else {
    if (!tag.is_regular)
      notes_.add(at, "malformed-tag", "the attributes of <%> are not well-formed and were put right", tag.name);
    rewrite(out, tag);
  }
  if (!tag.is_empty) open_ = tag.name;
  return whole.size();
}

std::size_t TagRepairer::append_end(std::string& out, std::size_t at) {
  std::size_t p = at + 2;
  if (!begins_name(text_, p)) return 0;
  while (p < text_.size() && !is_name_end(text_[p])) ++p;
  const std::string_view name = text_.substr(at + 2, p - at - 2);
  if (!is_name(name)) return 0;
  const std::size_t end = text_.find_first_of("<>", p);
  open_ = {};
  if (end == npos && text_.size() - at > longest_cut) return 0;
  out += "</";
  out += name;
  out += '>';
  if (end == npos)
    notes_.add(at, "truncated", "the document ends inside a tag");
  else if (text_[end] == '<')
    notes_.add(at, "malformed-tag", "the end tag </%> lacks its \">\"", name);
  return (end == npos ? text_.size() : text_[end] == '<' ? end : end + 1) - at;
}

TagRepairer::Scan TagRepairer::scan(std::size_t at) {
  attributes_.clear();
  Scan tag;
  std::size_t p = at + 1;
  while (p < text_.size() && !is_name_end(text_[p])) ++p;
  tag.name = text_.substr(at + 1, p - at - 1);
  tag.reached = p;
  const std::size_t name_end = p;
  // "<http://…>" and "<name@host>" are text.
  if (!is_name(tag.name)) return tag;
  while (p < text_.size()) {
    const std::size_t before = p;
    while (p < text_.size() && base::is_space(text_[p])) ++p;
    tag.reached = std::max(tag.reached, p);
    if (p == text_.size() || text_[p] == '<') return tag;
    if (text_[p] == '>') {
      tag.end = p + 1;
      return tag;
    }
    if (text_[p] == '/' && p + 1 < text_.size() && text_[p + 1] == '>') {
      tag.is_empty = true;
      tag.end = p + 2;
      return tag;
    }
    if (before == name_end && p == before) return tag;  // neither blank nor end follows the name
    if (p == before || !begins_name(text_, p)) tag.is_regular = false;
    if (!begins_name(text_, p)) {
      ++p;
      continue;
    }
    if (!scan_attribute(tag, p)) return tag;
  }
  return tag;
}

bool TagRepairer::scan_attribute(Scan& tag, std::size_t& p) {
  Attribute attribute;
  const std::size_t start = p;
  while (p < text_.size() && !is_name_end(text_[p])) ++p;
  attribute.name = text_.substr(start, p - start);
  std::size_t after = p;
  while (after < text_.size() && base::is_space(text_[after])) ++after;
  if (after < text_.size() && text_[after] == '=') {
    p = after + 1;
    while (p < text_.size() && base::is_space(text_[p])) ++p;
    if (!scan_value(tag, p, attribute)) return false;
  } else {
    tag.is_regular = false;
    attribute.value = attribute.name;
  }
  tag.reached = std::max(tag.reached, p);
  if (is_name(attribute.name))
    attributes_.push_back(attribute);
  else
    tag.is_regular = false;
  return true;
}

// A quoted value that holds '<' counts when a blank or the tag's end follows it; else its closing quote is taken for
// missing. What failed scans have cost is bounded: beyond twice the document no value may hold '<', and a scan ends at
// the next one.
bool TagRepairer::scan_value(Scan& tag, std::size_t& p, Attribute& attribute) {
  if (p == text_.size()) return false;
  const char quote = text_[p];
  if (quote == '"' || quote == '\'') {
    const bool is_strict = wasted_ > 2 * text_.size();
    const char strict_ends[] = {quote, '<'};
    std::size_t end = is_strict ? text_.find_first_of({strict_ends, 2}, p + 1) : text_.find(quote, p + 1);
    tag.reached = std::max(tag.reached, std::min(end, text_.size()));
    if (end != npos && text_[end] == '<') end = npos;
    const std::size_t less = std::min(text_.substr(0, end).find('<', p + 1), text_.size());
    const bool holds_less = less < end;
    const bool is_closed = end != npos && (!holds_less || end + 1 == text_.size() || base::is_space(text_[end + 1]) ||
                                           text_[end + 1] == '>' || text_[end + 1] == '/');
    if (is_closed) {
      attribute.quote = quote;
      attribute.value = text_.substr(p + 1, end - p - 1);
      if (holds_less) tag.is_regular = false;
      p = end + 1;
      return true;
    }
    const std::size_t greater = text_.substr(0, less).find('>', p + 1);
    if (greater == npos) return false;
    attribute.value = text_.substr(p + 1, greater - p - 1);
    p = greater;
  } else {
    const std::size_t start = p;
    while (p < text_.size() && !base::is_space(text_[p]) && text_[p] != '>' && text_[p] != '<') ++p;
    if (p > start && p < text_.size() && text_[p] == '>' && text_[p - 1] == '/') --p;
    attribute.value = text_.substr(start, p - start);
  }
  tag.is_regular = false;
  return true;
}

void TagRepairer::rewrite(std::string& out, const Scan& tag) {
  out += '<';
  out += tag.name;
  for (const Attribute& attribute : attributes_) {
    const char quote = attribute.quote ? attribute.quote : '"';
    out += ' ';
    out += attribute.name;
    out += '=';
    out += quote;
    const std::size_t start = static_cast<std::size_t>(attribute.value.data() - text_.data());
    const std::size_t end = start + attribute.value.size();
    const std::string_view until_end = text_.substr(0, end);
    for (std::size_t at = start; at < end;) {
      const std::size_t special = std::min(end, until_end.find_first_of("&<\"", at));
      out += text_.substr(at, special - at);
      at = special;
      if (at == end) break;
      if (text_[at] == '&') {
        at += references_.append(out, until_end, at);
        continue;
      }
      out += text_[at] == '<' ? "&lt;" : quote == '"' ? "&quot;" : "\"";
      ++at;
    }
    out += quote;
  }
  out += tag.is_empty ? "/>" : ">";
}

}  // namespace rapporteur::parse
