// Prints elements and text as XHTML, canonically: names from the policy's table, attributes in the table's order and in
// double quotes, void elements closed, everything escaped, nothing but elements and text. Printing what was read from
// its own output gives the same bytes. For clean. Pure, any thread.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "html/policy.h"

namespace rapporteur::html {

inline constexpr std::size_t most_clean_bytes =
    std::size_t{256} * 1024;  // of a fragment; the rest is cut at a tag or a character

// The attributes of one element, cleaned: a slot for each row of its list. Kept and filled again, to save allocations.
class CleanAttributes {
 public:
  void start(const Element& element);
  // Decoded or not as `is_decoded` says; unknown names, repeats and unsafe values are passed over.
  void add(std::string_view name, std::string_view value, bool is_decoded, std::string_view base_url);
  // Undecoded, instead of a value that was refused.
  void replace(std::string_view name, std::string_view value, std::string_view base_url);
  bool has(std::string_view name) const;
  std::string_view value(std::string_view name) const;
  void append_to(std::string& out) const;

 private:
  enum class Slot : unsigned char { free, kept, refused };
  std::size_t find(std::string_view name) const;

  const Element* element_ = nullptr;
  std::array<Slot, most_attributes> slots_{};
  std::array<std::string, most_attributes> values_;
};

class Writer {
 public:
  // `bytes`: of the markup that is read; what is written is seldom longer.
  explicit Writer(std::size_t bytes) { out_.reserve(std::min(bytes, most_clean_bytes) + spare_bytes); }
  // False: it does not fit any more and was not written. End tags always fit.
  bool open(const Element& element, const CleanAttributes& attributes);
  void close(const Element& element);
  void text(std::string_view decoded);
  void raw_text(std::string_view undecoded);  // character references are decoded on the way
  void space();                               // where an unwrapped block stood, unless words are apart already
  bool is_full() const { return is_full_; }
  std::string take() { return std::move(out_); }

 private:
  static constexpr std::size_t spare_bytes = 64;  // for end tags that were left out, and the like
  void end_text(std::size_t start);

  std::string out_;
  bool is_full_ = false;
  bool is_behind_pre_ = false;
};

// Text with & < > escaped, references decoded first, without what XML forbids, line ends as LF.
void append_raw_text(std::string& out, std::string_view undecoded);

}  // namespace rapporteur::html
