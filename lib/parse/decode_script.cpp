#include "parse/decode_script.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "parse/decode_convert.h"

namespace rapporteur::parse {

namespace {

constexpr std::size_t sample_size = std::size_t{256} * 1024;
constexpr std::size_t shortest_word = 3;      // "ÆØÅ" is one, but few are that long
constexpr std::size_t least_evidence = 24;    // letters in words without any Latin one
constexpr std::size_t enough_accents = 32;    // among Latin letters, to look no further
constexpr std::size_t least_outweighing = 8;  // of them for each accented letter among Latin ones

bool is_above(char c) { return static_cast<unsigned char>(c) >= 0xA1; }
// « and » stand between words in Latin-1 and in windows-1251.
bool is_letter(char c) { return base::is_alpha(c) || (is_above(c) && c != '\xAB' && c != '\xBB'); }

// In Latin-1 accented letters stand among plain ones: "créée", "Größe". Words of nothing else are rare and short
// ("été" has a plain one), while the words of other scripts have no plain letter at all.
struct Evidence {
  std::size_t foreign = 0;   // letters in words of nothing but high bytes
  std::size_t accented = 0;  // high bytes in words with plain letters
  std::size_t common = 0;    // of the foreign letters, what would be one of оеаинт in windows-1251
};

void count_word(std::string_view word, Evidence& evidence) {
  const auto above = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_above));
  if (above < word.size()) {
    evidence.accented += above;
    return;
  }
  // From 0xC0 on Latin-1 has letters, below it signs: "°°°°" is no word.
  const auto letters =
      std::count_if(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xC0; });
  const bool is_word = word.size() >= shortest_word && static_cast<std::size_t>(letters) * 2 >= word.size();
  const bool is_row = std::count(word.begin(), word.end(), word.front()) == static_cast<std::ptrdiff_t>(word.size());
  if (!is_word || is_row) return;
  evidence.foreign += above;
  for (const char c : word)
    if (std::string_view{"\xEE\xE5\xE0\xE8\xED\xF2"}.find(static_cast<char>(c | 0x20)) != std::string_view::npos)
      ++evidence.common;
}

Evidence evidence_in(std::string_view bytes) {
  Evidence evidence;
  // Most text in Latin-1 has shown what it is after a few words.
  for (std::size_t at = 0; at < bytes.size() && evidence.accented < evidence.foreign + enough_accents;) {
    if (!is_above(bytes[at]) || !is_letter(bytes[at])) {
      ++at;
      continue;
    }
    std::size_t begin = at, end = at;
    while (begin > 0 && is_letter(bytes[begin - 1])) --begin;
    while (end < bytes.size() && is_letter(bytes[end])) ++end;
    count_word(bytes.substr(begin, end - begin), evidence);
    at = std::max(end, at + 1);
  }
  return evidence;
}

bool is_beyond_doubt(const Evidence& evidence) {
  return evidence.foreign >= least_evidence && evidence.foreign >= least_outweighing * evidence.accented;
}

// Half of a Russian text is these six letters, 39 % of a Ukrainian one; read from any other encoding of another script
// they come to a quarter. The detector of ICU needs more text than a few titles to see it.
bool is_windows_1251(const Evidence& evidence) { return evidence.common * 100 >= evidence.foreign * 33; }

}  // namespace

const Encoding* other_script(std::string_view bytes) {
  bytes = bytes.substr(0, sample_size);
  const Evidence evidence = evidence_in(bytes);
  if (!is_beyond_doubt(evidence)) return nullptr;
  if (is_windows_1251(evidence)) return find_encoding("windows-1251");
  const Encoding* guessed = guess_encoding(bytes);
  for (const std::string_view name :
       {"windows-1251", "koi8-r", "iso-8859-5", "windows-1253", "iso-8859-7", "windows-1256", "iso-8859-6",
        "windows-1255", "iso-8859-8", "gb2312", "gb18030", "big5", "euc-jp", "euc-kr", "shift_jis"})
    if (guessed->name == name) return guessed;
  return nullptr;
}

}  // namespace rapporteur::parse
