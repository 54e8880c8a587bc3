// Collects what was damaged: at most 20 warnings of a kind, then one that counts the rest, each with its line. Lines
// are counted only when a warning needs one. Made by parse(), filled by the readers of formats. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.h"

namespace rapporteur::parse {

class Notes {
 public:
  static constexpr std::size_t no_offset = static_cast<std::size_t>(-1);

  // Offsets given to add() count from here on in `text`, whose first line is `first_line`. Not copied.
  void look_at(std::string_view text, std::uint32_t first_line = 1);
  // The text may go: where its lines begin is noted.
  void keep_lines_only();
  void add(std::string_view code, std::size_t offset, std::string sentence);
  // Warnings that were found before, with lines in the text that is looked at.
  void add_all(std::vector<feed::Warning> warnings);
  std::size_t count() const { return count_; }  // of all that were added, told or not
  // In the document's order, those without a line last.
  std::vector<feed::Warning> take();

 private:
  struct Kind {
    std::string code;
    std::size_t count = 0;
  };
  std::uint32_t line_of(std::size_t offset);

  std::string_view text_;
  std::vector<std::uint32_t> line_ends_;  // once the text is gone
  bool has_lines_only_ = false;
  std::uint32_t first_line_ = 1;
  std::size_t counted_to_ = 0;  // line_ is the line of this offset
  std::uint32_t line_ = 1;
  std::vector<Kind> kinds_;
  std::size_t count_ = 0;
  std::vector<feed::Warning> warnings_;
};

// The first words of a text in quotes, on one line: for a sentence.
std::string quoted(std::string_view text);

}  // namespace rapporteur::parse
