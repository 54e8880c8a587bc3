#include "parse/notes.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"

namespace rapporteur::parse {

namespace {
constexpr std::size_t told_of_a_kind = 20;
}

void Notes::look_at(std::string_view text, std::uint32_t first_line) {
  text_ = text;
  has_lines_only_ = false;
  first_line_ = line_ = first_line;
  counted_to_ = 0;
}

void Notes::keep_lines_only() {
  line_ends_.clear();
  for (std::size_t end = text_.find('\n'); end != std::string_view::npos; end = text_.find('\n', end + 1))
    line_ends_.push_back(static_cast<std::uint32_t>(end));
  text_ = {};
  has_lines_only_ = true;
}

std::uint32_t Notes::line_of(std::size_t offset) {
  if (offset == no_offset) return 0;
  if (has_lines_only_) {
    const auto next = std::lower_bound(line_ends_.begin(), line_ends_.end(), offset);
    return first_line_ + static_cast<std::uint32_t>(next - line_ends_.begin());
  }
  const std::size_t end = std::min(offset, text_.size());
  if (end < counted_to_) {
    counted_to_ = 0;
    line_ = first_line_;
  }
  const std::string_view rest = text_.substr(counted_to_, end - counted_to_);
  line_ += static_cast<std::uint32_t>(std::count(rest.begin(), rest.end(), '\n'));
  counted_to_ = end;
  return line_;
}

void Notes::add(std::string_view code, std::size_t offset, std::string sentence) {
  ++count_;
  auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const Kind& known) { return known.code == code; });
  if (kind == kinds_.end()) kind = kinds_.insert(kinds_.end(), {std::string{code}, 0});
  if (++kind->count <= told_of_a_kind) warnings_.push_back({line_of(offset), std::string{code}, std::move(sentence)});
}

void Notes::add_all(std::vector<feed::Warning> warnings) {
  for (feed::Warning& warning : warnings) {
    if (warning.line > 0) warning.line += first_line_ - 1;
    warnings_.push_back(std::move(warning));
  }
}

std::vector<feed::Warning> Notes::take() {
  for (const Kind& kind : kinds_)
    if (kind.count > told_of_a_kind)
      warnings_.push_back({0, kind.code, std::to_string(kind.count - told_of_a_kind) + " more of this kind"});
  std::stable_sort(warnings_.begin(), warnings_.end(), [](const feed::Warning& a, const feed::Warning& b) {
    constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
    return (a.line == 0 ? last : a.line) < (b.line == 0 ? last : b.line);
  });
  return std::move(warnings_);
}

std::string quoted(std::string_view text) { return "\"" + base::collapse_space(base::cut_at_word(text, 60)) + "\""; }

}  // namespace rapporteur::parse
