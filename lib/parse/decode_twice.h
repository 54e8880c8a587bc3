// Text that was encoded twice: UTF-8 that somebody took for windows-1252 and encoded again, so that "café" reads
// "cafÃ©". Whole documents are like that, and single pastes in sound ones. Only decode() asks. Pure, any thread,
// linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rapporteur::parse {

struct DecodedOnceMore {
  std::string text;        // "" when nothing was encoded twice
  std::size_t places = 0;  // stretches that were decoded once more
  bool is_whole = false;   // the document as a whole was encoded twice
};

// Precondition: valid UTF-8. Changes a sound document only where no language writes what stands there ("Ã©" in the
// middle of a word, "â€™", "Â" before a no-break space); in one whose stretches nearly all say so, it changes them all.
DecodedOnceMore decode_once_more(std::string_view text);

}  // namespace rapporteur::parse
