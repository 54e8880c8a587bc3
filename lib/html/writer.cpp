#include "html/writer.h"

#include <algorithm>

#include "base/text.h"
#include "html/readable.h"
#include "html/references.h"

namespace rapporteur::html {
namespace {

// Quotes need no escape between tags; attributes go through base::append_escaped, which escapes them.
void append_character(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    default:
      out += c;
  }
}

void append_character(std::string& out, char32_t character) {
  character = readable_character(character == '\r' ? '\n' : character);  // XML's and HTML's readers make CR a line feed
  if (character >= 0x80) {
    base::append_utf8(out, character);
  } else if (character != 0) {
    append_character(out, static_cast<char>(character));
  }
}

// Never inside a character nor inside an escape.
std::size_t cut_before(const std::string& out, std::size_t limit) {
  while (limit > 0 && (static_cast<unsigned char>(out[limit]) & 0xC0) == 0x80) --limit;
  const std::size_t escape = out.rfind('&', limit);
  constexpr std::size_t longest_escape = 5;  // &amp;
  const bool is_inside = escape != std::string::npos && escape < limit && limit - escape < longest_escape &&
                         out.find(';', escape) >= limit;
  return is_inside ? escape : limit;
}

}  // namespace

void append_raw_text(std::string& out, std::string_view undecoded) {
  std::size_t at = 0;
  while (at < undecoded.size()) {
    const std::size_t special = base::find_markup(undecoded, at);
    out.append(undecoded, at, special - at);
    at = special;
    if (at == undecoded.size()) return;
    const char c = undecoded[at];
    if (c == '\r') {
      const bool is_pair = at + 1 < undecoded.size() && undecoded[at + 1] == '\n';
      if (!is_pair) out += '\n';
      ++at;
      continue;
    }
    const Reference reference = c == '&' ? read_reference(undecoded, at, Where::text) : Reference{};
    if (reference.length == 0) {
      append_character(out, c);
      ++at;
      continue;
    }
    append_character(out, reference.first);
    if (reference.second != 0) append_character(out, reference.second);
    at += reference.length;
  }
}

void CleanAttributes::start(const Element& element) {
  element_ = &element;
  slots_.fill(Slot::free);
}

std::size_t CleanAttributes::find(std::string_view name) const {
  std::size_t index = 0;
  const auto& rows = element_->attributes;
  while (index < rows.size() && !base::equals_ignoring_case(rows[index].name, name)) ++index;
  return index;
}

void CleanAttributes::add(std::string_view name, std::string_view value, bool is_decoded, std::string_view base_url) {
  const std::size_t index = find(name);
  if (index == element_->attributes.size() || slots_[index] != Slot::free) return;
  std::string& slot = values_[index];
  slot.clear();
  if (is_decoded) {
    slot.assign(value);
  } else {
    append_decoded(slot, value, Where::attribute);
  }
  slots_[index] = clean_value(element_->attributes[index].value, slot, base_url) ? Slot::kept : Slot::refused;
}

void CleanAttributes::replace(std::string_view name, std::string_view value, std::string_view base_url) {
  if (const std::size_t index = find(name); index < element_->attributes.size()) slots_[index] = Slot::free;
  add(name, value, false, base_url);
}

bool CleanAttributes::has(std::string_view name) const {
  const std::size_t index = find(name);
  return index < element_->attributes.size() && slots_[index] == Slot::kept;
}

std::string_view CleanAttributes::value(std::string_view name) const {
  return has(name) ? std::string_view(values_[find(name)]) : std::string_view();
}

void CleanAttributes::append_to(std::string& out) const {
  for (std::size_t index = 0; index < element_->attributes.size(); ++index) {
    const Attribute& row = element_->attributes[index];
    if (slots_[index] != Slot::kept && row.value != Value::always) continue;
    const bool is_flag = row.value == Value::flag || row.value == Value::always;
    out += ' ';
    out += row.name;
    out += "=\"";
    base::append_escaped(out, is_flag ? row.name : std::string_view(values_[index]));
    out += '"';
  }
}

bool Writer::open(const Element& element, const CleanAttributes& attributes) {
  if (is_full_) return false;
  const std::size_t start = out_.size();
  out_ += '<';
  out_ += element.name;
  attributes.append_to(out_);
  out_ += element.has(is_void) ? "/>" : ">";
  if (out_.size() > most_clean_bytes) {
    out_.resize(start);
    is_full_ = true;
    return false;
  }
  is_behind_pre_ = element.name == "pre";
  return true;
}

void Writer::close(const Element& element) {
  out_ += "</";
  out_ += element.name;
  out_ += '>';
  is_behind_pre_ = false;
}

// A line feed right behind <pre> is not content (13.2.6.4.7): one that is content is written twice.
void Writer::end_text(std::size_t start) {
  if (out_.size() == start) return;
  if (is_behind_pre_ && out_[start] == '\n') out_.insert(start, 1, '\n');
  is_behind_pre_ = false;
  if (out_.size() <= most_clean_bytes) return;
  out_.resize(cut_before(out_, most_clean_bytes));
  is_full_ = true;
}

void Writer::text(std::string_view decoded) {
  if (is_full_) return;
  const std::size_t start = out_.size();
  std::string readable;
  if (!is_readable(decoded)) decoded = readable = to_readable(decoded);
  for (const char c : decoded) append_character(out_, c == '\r' ? '\n' : c);
  end_text(start);
}

void Writer::raw_text(std::string_view undecoded) {
  if (is_full_) return;
  const std::size_t start = out_.size();
  append_raw_text(out_, undecoded);
  end_text(start);
}

void Writer::space() {
  if (is_full_ || out_.empty() || out_.back() == '>' || base::is_space(out_.back())) return;
  const std::size_t start = out_.size();
  out_ += ' ';
  end_text(start);
}

}  // namespace rapporteur::html
