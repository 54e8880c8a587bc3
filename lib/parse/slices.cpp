#include "parse/slices.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"

namespace rapporteur::parse {

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t deepest = 64;  // of what may stand around entries

bool is_entry(std::string_view name) { return name == "item" || name == "entry"; }

std::string_view name_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && !base::is_space(text[end]) && text[end] != '/' && text[end] != '>') ++end;
  return text.substr(at, end - at);
}

// Two hashes become one as boost::hash_combine does it, with 64 bits.
std::uint64_t combined(std::uint64_t outer, std::uint64_t own) {
  return own ^ (outer + 0x9E3779B97F4A7C15u + (own << 6) + (own >> 2));
}

class Slicer {
 public:
  Slicer(std::string_view text, std::string_view context) : text_(text), context_(base::change_hash(context)) {}

  std::vector<Slice> run() {
    for (std::size_t at = text_.find('<'); at != npos; at = text_.find('<', at)) {
      at = pass(at);
      if (at == npos) return {};
    }
    if (is_inside_ || !around_.empty()) return {};
    return std::move(slices_);
  }

 private:
  // Behind the markup at `at`; npos: no slices for this document.
  std::size_t pass(std::size_t at) {
    const char next = at + 1 < text_.size() ? text_[at + 1] : '\0';
    if (next == '!') return pass_declaration(at);
    if (next == '?') return behind("?>", at + 2);
    if (next == '/') return pass_end(at);
    if (is_inside_ && next != 'i' && next != 'e') return at + 1;  // most of what there is: no name of an entry
    const std::string_view name = name_at(text_, at + 1);
    if (is_inside_) return is_entry(name) ? npos : at + 1;
    return pass_start(at, name);
  }

  std::size_t behind(std::string_view end, std::size_t from) const {
    const std::size_t found = text_.find(end, from);
    return found == npos ? npos : found + end.size();
  }

  std::size_t pass_declaration(std::size_t at) const {
    const std::string_view rest = text_.substr(at);
    if (rest.starts_with("<![CDATA[")) return behind("]]>", at + 9);
    return rest.starts_with("<!--") ? behind("-->", at + 4) : npos;
  }

  std::size_t pass_start(std::size_t at, std::string_view name) {
    std::size_t end = text_.find_first_of("\"'>", at);
    while (end != npos && text_[end] != '>') {
      const std::size_t closing = text_.find(text_[end], end + 1);
      end = closing == npos ? npos : text_.find_first_of("\"'>", closing + 1);
    }
    if (end == npos || name.empty()) return npos;
    ++end;
    if (text_[end - 2] == '/') return end;
    if (is_entry(name)) {
      is_inside_ = true;
      name_ = name;
      slices_.push_back({at, 0, 0});
      return end;
    }
    if (around_.size() == deepest) return npos;
    around_.push_back({name, combined(inherited(), base::change_hash(text_.substr(at, end - at)))});
    return end;
  }

  std::size_t pass_end(std::size_t at) {
    if (is_inside_ && !text_.substr(at).starts_with("</i") && !text_.substr(at).starts_with("</e")) return at + 2;
    const std::string_view name = name_at(text_, at + 2);
    const std::size_t end = behind(">", at);
    if (end == npos) return npos;
    if (is_inside_) {
      if (name == name_)
        finish(end);
      else if (is_entry(name))
        return npos;
      return end;
    }
    if (around_.empty() || around_.back().name != name) return npos;
    around_.pop_back();
    return end;
  }

  void finish(std::size_t end) {
    Slice& slice = slices_.back();
    slice.end = end;
    slice.hash = combined(inherited(), base::change_hash(text_.substr(slice.begin, end - slice.begin)));
    if (slice.hash == 0) slice.hash = 1;
    is_inside_ = false;
  }

  // One start tag that is open outside of entries.
  struct Around {
    std::string_view name;
    std::uint64_t hash;  // of it and of those around it: each tag is hashed once, however many entries follow
  };
  std::uint64_t inherited() const { return around_.empty() ? context_ : around_.back().hash; }

  std::string_view text_;
  std::uint64_t context_;
  std::vector<Slice> slices_;
  std::vector<Around> around_;
  std::string_view name_;   // of the entry that is open
  bool is_inside_ = false;  // an entry
};

}  // namespace

std::vector<Slice> find_slices(std::string_view text, std::string_view context) { return Slicer(text, context).run(); }

}  // namespace rapporteur::parse
