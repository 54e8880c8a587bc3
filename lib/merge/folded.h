// A text as it counts for whether it was edited: without blanks, in small letters, quotes and dashes of one kind. For
// text_hash, through which every word of every new entry goes: sixteen bytes at a time. Pure; one object, one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace rapporteur::merge {

class FoldedText {
 public:
  // A view that is good until the next call. Text that is not UTF-8 comes out as something of the same length or less.
  std::string_view of(std::string_view text);

 private:
  // Bytes that nobody clears before they are written.
  class Room {
   public:
    char* at_least(std::size_t bytes);

   private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
  };
  const char* make_small(std::string_view text);

  Room small_, kept_;
};

}  // namespace rapporteur::merge
