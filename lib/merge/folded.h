// A text as it counts for whether it was edited: without blanks, in small letters, quotes and dashes of one kind. For
// text_hash, through which every word of every new entry goes: sixteen bytes at a time. Pure; one object, one thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::merge {

class FoldedText {
 public:
  // A view that is good until the next call. Text that is not UTF-8 comes out as something of the same length or less.
  std::string_view of(std::string_view text);

 private:
  void make_small(std::string_view text);

  std::string small_;  // in small letters, of the same length, with blanks behind it up to a whole block and one more
  std::string kept_;
};

}  // namespace rapporteur::merge
