#include "parse/repair.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "parse/repair_notes.h"
#include "parse/repair_references.h"
#include "parse/repair_tags.h"

namespace rapporteur::parse {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::string_view cdata_start = "<![CDATA[";
constexpr std::string_view cdata_end = "]]>";
constexpr std::size_t longest_junk = std::size_t{64} * 1024;

// Bytes at which the copying of text stops: markup, references, and '>' for "]]>".
constexpr std::array<bool, 256> stops = [] {
  std::array<bool, 256> table{};
  for (const char c : {'<', '&', '>'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// Finds `needle` again and again from ever later places in one walk over the text, also when it is rare or absent.
class Finder {
 public:
  Finder(std::string_view text, std::string_view needle) : text_(text), needle_(needle) {}
  std::size_t from(std::size_t at) {
    if (!asked_ || (next_ != npos && next_ < at)) next_ = text_.find(needle_, at);
    asked_ = true;
    return next_;
  }

 private:
  std::string_view text_, needle_;
  std::size_t next_ = 0;
  bool asked_ = false;
};

// Vertical tabs and form feeds become blanks: they part words.
std::string without_forbidden(std::string_view text, RepairNotes& notes) {
  std::string allowed;
  allowed.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = base::next_character(text, at);
    if (is_xml_character(c)) {
      allowed += text.substr(start, at - start);
      continue;
    }
    notes.add(start, "control-character", "a character that XML forbids was dropped");
    if (c == '\v' || c == '\f') allowed += ' ';
  }
  return allowed;
}

// The place where `<?xml` or the first tag stands; what is before it is no part of the document. A declaration counts
// only before the root: PHP's warnings print markup of their own ahead of it.
std::size_t start_of_document(std::string_view whole) {
  const std::string_view text = whole.substr(0, longest_junk);
  std::size_t declaration = text.find("<?");
  const std::string_view found = text.substr(std::min(declaration, text.size()));
  if (!found.starts_with("<?xml") || found.size() < 6 || !base::is_space(found[5])) declaration = npos;
  std::size_t root = npos;
  for (const std::string_view name : {"<rss", "<feed", "<rdf:RDF", "<RDF", "<opml", "<channel", "<!--", "<![CDATA["})
    root = std::min(root, text.find(name));
  if (declaration != npos && declaration < root) return declaration;
  for (std::size_t at = text.find('<'); at != npos; at = text.find('<', at + 1))
    if (at + 1 < text.size() && (text[at + 1] == '!' || text[at + 1] == '?' || begins_name(text, at + 1))) return at;
  return npos;
}

class Repairer {
 public:
  explicit Repairer(std::string_view text)
      : text_(text),
        notes_(text),
        references_(notes_, text.size()),
        tags_(text, references_, notes_),
        comment_end_(text, "-->"),
        section_end_(text, cdata_end),
        section_start_(text, cdata_start),
        instruction_end_(text, "?>") {}

  Repaired run() {
    Repaired result;
    out_.reserve(text_.size() + text_.size() / 32);
    skip_junk();
    while (at_ < text_.size()) {
      copy_text();
      if (at_ == text_.size()) break;
      if (text_[at_] == '&')
        at_ += references_.append(out_, text_, at_);
      else if (text_[at_] == '<')
        read_markup();
      else
        read_greater_than();
    }
    result.changed = out_ != text_;
    result.text = std::move(out_);
    result.warnings = notes_.take();
    return result;
  }

 private:
  void skip_junk() {
    const std::size_t start = start_of_document(text_);
    if (start == npos || start == 0) return;
    const bool is_blank = base::trim(text_.substr(0, start)).empty();
    if (is_blank && !text_.substr(start).starts_with("<?xml")) return;  // only the declaration must come first
    if (!is_blank)
      notes_.add(0, "junk-before-document", "% bytes before the document were dropped", std::to_string(start));
    at_ = start;
  }

  // Text and end tags ahead of the first markup, when what looked like the beginning turned out to be none.
  void drop_text_ahead(std::size_t size) {
    has_markup_ = true;
    if (base::trim(std::string_view(out_).substr(0, size)).empty()) return;
    notes_.add(at_, "junk-before-document", "% bytes before the document were dropped", std::to_string(size));
    out_.erase(0, size);
  }

  void copy_text() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !stops[static_cast<unsigned char>(text_[at_])]) ++at_;
    out_.append(text_, start, at_ - start);
  }

  // Also where "]]" and '>' met because what stood between them was dropped (XML 1.0 section 2.4).
  void read_greater_than() {
    out_ += out_.ends_with("]]") ? "&gt;" : ">";
    ++at_;
  }

  // "<", "<!", "<![CDA": the document ends in the beginning of a comment or section.
  bool is_cut_here() const {
    const std::string_view rest = text_.substr(at_);
    return cdata_start.starts_with(rest) || std::string_view{"<!--"}.starts_with(rest);
  }

  void read_markup() {
    if (is_cut_here()) {
      notes_.add(at_, "truncated", "the document ends inside a tag");
      at_ = text_.size();
      return;
    }
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    const std::size_t before = out_.size();
    std::size_t length = 0;
    if (next == '!')
      length = read_declaration();
    else if (next == '?')
      length = read_instruction();
    else if (next == '/')
      length = tags_.append_end(out_, at_);
    else if (begins_name(text_, at_ + 1))
      length = tags_.append_start(out_, at_);
    if (length == 0) {
      notes_.add(at_, "stray-less-than", "a \"<\" that begins no markup was read as the character");
      out_ += "&lt;";
      length = 1;
    } else if (!has_markup_ && next != '/' && out_.size() > before && out_[before] == '<') {
      drop_text_ahead(before);
    }
    at_ += length;
  }

  std::size_t read_declaration() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--"))
      return read_delimited(comment_end_.from(std::min(at_ + 4, text_.size())), 3, "unterminated-comment");
    if (base::starts_with_ignoring_case(rest, cdata_start)) return read_section();
    if (base::starts_with_ignoring_case(rest, "<!DOCTYPE")) return skip_doctype();
    return 0;
  }

  // Comments and instructions, whose end was looked up: `end` is where their last `tail` bytes begin.
  std::size_t read_delimited(std::size_t end, std::size_t tail, std::string_view code) {
    if (end == npos) {
      notes_.add(at_, code, "markup that never ends was read as text");
      return 0;
    }
    out_ += text_.substr(at_, end + tail - at_);
    return end + tail - at_;
  }

  std::size_t read_instruction() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<?xml") && rest.size() > 5 && base::is_space(rest[5])) return read_xml_declaration();
    return read_delimited(instruction_end_.from(at_ + 2), 2, "unterminated-instruction");
  }

  // Nobody needs it once the text is decoded, so one that is broken (`<?xml version="1.0">`) or misplaced is dropped.
  std::size_t read_xml_declaration() {
    const std::size_t end = text_.find_first_of("<>", at_ + 1);
    const bool is_whole = end != npos && text_[end] == '>' && text_[end - 1] == '?';
    if (is_whole && out_.empty()) {
      out_ += text_.substr(at_, end + 1 - at_);
      return end + 1 - at_;
    }
    notes_.add(at_, is_whole ? "second-declaration" : "malformed-declaration",
               "an XML declaration that cannot stand here was dropped");
    return (end == npos ? text_.size() : text_[end] == '<' ? end : end + 1) - at_;
  }

  // A section without its end would swallow all up to the end of the next one. Its element's end tag, ahead of the next
  // section's beginning, tells.
  std::size_t read_section() {
    const std::size_t content = at_ + cdata_start.size();
    const std::size_t end = section_end_.from(content);
    const std::size_t next = section_start_.from(content);
    if (end != npos && end < next) return append_section(content, end, end + cdata_end.size());
    const std::string closing = "</" + std::string(tags_.open_element());
    std::size_t close = npos;
    if (closing.size() > 2) close = text_.substr(0, next).find(closing, content);
    if (close == npos && end != npos) return append_section(content, end, end + cdata_end.size());
    notes_.add(at_, "unterminated-cdata", "a CDATA section never ends; it was closed at the end of <%>",
               tags_.open_element());
    if (close == npos) close = text_.size();
    // "]]" and "]" are what is left of an end that was cut or mistyped.
    std::size_t last = close;
    while (last > content && close - last < 2 && text_[last - 1] == ']') --last;
    return append_section(content, last, close);
  }

  std::size_t append_section(std::size_t content, std::size_t end, std::size_t after) {
    out_ += cdata_start;
    out_ += text_.substr(content, end - content);
    out_ += cdata_end;
    return after - at_;
  }

  // The document type is dropped once its entities are known: nobody below may expand or load anything. Its line ends
  // stay, so that line numbers do. Only the first one is read in full.
  std::size_t skip_doctype() {
    std::size_t end = text_.find_first_of(has_doctype_ ? "<>" : "[<>", at_ + 1);
    if (end != npos && text_[end] == '[') {
      const std::size_t subset = end + 1;
      end = end_of_subset(subset);
      if (end != npos) references_.declare(text_.substr(subset, end - subset));
      end = end == npos ? npos : text_.find('>', end);
    }
    has_doctype_ = true;
    if (end == npos || text_[end] == '<') return 0;
    out_.append(static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                    text_.begin() + static_cast<std::ptrdiff_t>(end), '\n')),
                '\n');
    return end + 1 - at_;
  }

  // Offset of the ']' that ends an internal subset: outside of quotes and comments.
  std::size_t end_of_subset(std::size_t at) const {
    while (at < text_.size() && text_[at] != ']') {
      const char c = text_[at];
      if (text_.substr(at).starts_with("<!--"))
        at = text_.find("-->", at);
      else if (c == '"' || c == '\'')
        at = text_.find(c, at + 1);
      if (at == npos) return npos;
      ++at;
    }
    return at < text_.size() ? at : npos;
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
  RepairNotes notes_;
  References references_;
  TagRepairer tags_;
  Finder comment_end_, section_end_, section_start_, instruction_end_;
  bool has_doctype_ = false;
  bool has_markup_ = false;
};

// Where needs_repair() need not look: the comment, CDATA section or instruction that holds a place.
class Shelter {
 public:
  explicit Shelter(std::string_view text) : text_(text) {}
  // End of the region around `at`, or `at` when it lies in none. Places come in ascending order.
  std::size_t end_around(std::size_t at) {
    while (end_ <= at) {
      start_ = next_region(std::max(end_, start_));
      if (start_ == npos || start_ > at) break;
      const bool is_instruction = text_[start_ + 1] == '?';
      const bool is_comment = text_[start_ + 2] == '-';
      const std::size_t opening = is_instruction ? 2 : is_comment ? 4 : cdata_start.size();
      end_ = text_.find(is_instruction ? "?>" : is_comment ? "-->" : "]]>", start_ + opening);
    }
    return start_ <= at && at < end_ && end_ != npos ? end_ : at;
  }

 private:
  std::size_t next_region(std::size_t from) const {
    for (std::size_t at = text_.find('<', from); at != npos; at = text_.find('<', at + 1)) {
      const std::string_view rest = text_.substr(at, cdata_start.size());
      if (rest.starts_with("<?") || rest.starts_with("<!--") || rest == cdata_start) return at;
    }
    return npos;
  }

  std::string_view text_;
  std::size_t start_ = 0, end_ = 0;
};

bool is_sound(std::string_view text, std::size_t at) {
  // Escaped markup is made of these: no need to look closer.
  const std::string_view rest = text.substr(at + 1, 4);
  if (rest.starts_with("lt;") || rest.starts_with("gt;") || rest == "amp;") return true;
  const Spotted spotted = spot_reference(text, at);
  if (spotted.kind == Spotted::Kind::predefined) return true;
  return spotted.kind == Spotted::Kind::character && spotted.is_tidy && is_xml_character(spotted.character) &&
         (spotted.character < 0x80 || spotted.character > 0x9F);
}

}  // namespace

bool needs_repair(std::string_view text, bool is_unremarkable) {
  if (!is_unremarkable && !base::is_xml_text(text)) return true;
  Shelter shelter(text);
  for (std::size_t at = text.find('&'); at != npos; at = text.find('&', at + 1)) {
    if (is_sound(text, at)) continue;
    const std::size_t end = shelter.end_around(at);
    if (end == at) return true;
    at = end;
  }
  return false;
}

// Forbidden characters go first: dropping one later could make "]]" and ">" meet.
Repaired repair(std::string_view text) {
  if (base::is_xml_text(text)) return Repairer(text).run();
  RepairNotes notes(text);
  const std::string allowed = without_forbidden(text, notes);
  Repaired result = Repairer(allowed).run();
  result.changed = true;
  std::vector<feed::Warning> warnings = notes.take();
  warnings.insert(warnings.end(), std::make_move_iterator(result.warnings.begin()),
                  std::make_move_iterator(result.warnings.end()));
  result.warnings = std::move(warnings);
  return result;
}

}  // namespace rapporteur::parse
