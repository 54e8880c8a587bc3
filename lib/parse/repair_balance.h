// Makes tags nest, by the one rule that loses nothing: an end tag closes what stands open inside its element, and is
// dropped when its element is not open. Feeds break where HTML was pasted unescaped, so HTML's empty elements are
// closed where they stand, and an item ends where the next one begins. Used by repair_nesting() alone. Pure, any
// thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::parse {

// Precondition: `repaired` came from repair(), so tags are told from text. Elements deeper than 200 lose their tags,
// not their text.
std::string balance(std::string_view repaired);

}  // namespace rapporteur::parse
