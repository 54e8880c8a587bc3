// The warnings of one repair: twenty of a kind in full, the rest counted. Sentences are only made for those that are
// kept, so hostile documents do not buy themselves a megabyte of warnings. Used by repair() alone; one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "feed/feed.h"

namespace rapporteur::parse {

class RepairNotes {
 public:
  explicit RepairNotes(std::string_view text) : text_(text) {}
  // `sentence` with `detail` (cut, made safe) in the place of its "%". Offsets come in roughly ascending order.
  void add(std::size_t at, std::string_view code, std::string_view sentence, std::string_view detail = {});
  std::vector<feed::Warning> take();  // once, at the end

 private:
  struct Count {
    std::string_view code;
    std::size_t seen = 0;
  };
  std::uint32_t line_of(std::size_t at);

  std::string_view text_;
  std::size_t counted_to_ = 0;
  std::uint32_t line_ = 1;
  std::vector<Count> counts_;  // a dozen codes at most
  std::vector<feed::Warning> warnings_;
};

}  // namespace rapporteur::parse
