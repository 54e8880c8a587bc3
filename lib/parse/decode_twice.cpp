#include "parse/decode_twice.h"

#include <optional>

#include "base/text.h"
#include "parse/decode_labels.h"

namespace rapporteur::parse {

namespace {

constexpr auto npos = std::string_view::npos;

bool is_lower(std::string_view text, std::size_t at) { return at < text.size() && text[at] >= 'a' && text[at] <= 'z'; }

// The byte that windows-1252 and Latin-1 have for a character; nullopt for all others.
std::optional<char> western_byte(char32_t character) {
  if (character >= 0x80 && character < 0x100) return static_cast<char>(character);
  for (unsigned byte = 0x80; byte < 0xA0; ++byte)
    if (windows_1252_character(static_cast<unsigned char>(byte)) == character && character != U'\uFFFD')
      return static_cast<char>(byte);
  return std::nullopt;
}

// What a stretch without ASCII would say if it had been encoded twice; "" when it cannot have been.
std::string once_more(std::string_view stretch) {
  std::string bytes;
  for (std::size_t at = 0; at < stretch.size();) {
    const std::optional<char> byte = western_byte(base::next_character(stretch, at));
    if (!byte) return {};
    bytes += *byte;
  }
  return base::find_invalid_utf8(bytes) == bytes.size() ? bytes : std::string();
}

// "É”" and "é…»" could have been encoded twice too, and are what they seem: a letter with signs decides nothing. An
// accented capital with a sign inside a word does, and so do "â€", "Â" with a no-break space, and more than two such
// pairs in a row.
bool is_evident(std::string_view text, std::size_t start, std::size_t end, std::string_view meant) {
  if (base::count_characters(meant) > 2) return true;
  for (std::size_t at = 0; at < meant.size(); ++at)
    if (static_cast<unsigned char>(meant[at]) > 0xC3 && meant[at] != '\xE2') return false;
  if (meant.find("\xE2\x80") != npos || meant.find("\xC2\xA0") != npos) return true;
  return meant.find('\xE2') == npos && (is_lower(text, end) || (start > 0 && is_lower(text, start - 1)));
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Calls `each` with the place of every stretch without ASCII and with what it would mean.
template <class Each>
void for_stretches(std::string_view text, const Each& each) {
  for (std::size_t start = 0; start < text.size();) {
    if (is_ascii(text[start])) {
      ++start;
      continue;
    }
    std::size_t end = start;
    while (end < text.size() && !is_ascii(text[end])) ++end;
    each(start, end, once_more(text.substr(start, end - start)));
    start = end;
  }
}

// The beginning of what was encoded twice: a letter from "Â" to "ô" with another character beyond ASCII behind it.
bool is_suspect(std::string_view text) {
  for (std::size_t at = text.find('\xC3'); at != npos && at + 2 < text.size(); at = text.find('\xC3', at + 2)) {
    const auto letter = static_cast<unsigned char>(text[at + 1]);
    if (letter >= 0x82 && letter <= 0xB4 && !is_ascii(text[at + 2])) return true;
  }
  return false;
}

}  // namespace

DecodedOnceMore decode_once_more(std::string_view text) {
  DecodedOnceMore result;
  if (!is_suspect(text)) return result;
  std::size_t possible = 0, evident = 0, others = 0;
  for_stretches(text, [&](std::size_t start, std::size_t end, const std::string& meant) {
    if (meant.empty())
      ++others;
    else
      ++possible;
    if (!meant.empty() && is_evident(text, start, end, meant)) ++evident;
  });
  // A few sound stretches in a document that is else encoded twice: a template in the one, texts in the other.
  constexpr std::size_t least = 3, most_others = 4;
  result.is_whole = possible >= most_others * others && (possible >= least || evident > 0);
  if (!result.is_whole && evident == 0) return result;
  std::size_t copied = 0;
  result.text.reserve(text.size());
  for_stretches(text, [&](std::size_t start, std::size_t end, const std::string& meant) {
    if (meant.empty() || (!result.is_whole && !is_evident(text, start, end, meant))) return;
    result.text.append(text, copied, start - copied).append(meant);
    copied = end;
    ++result.places;
  });
  result.text.append(text, copied);
  return result;
}

}  // namespace rapporteur::parse
