// The closed lists of config/forms.h: countries, regions, built-in topics; and the guess at what a wrong word meant.
#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>

#include "base/text.h"
#include "config/forms.h"

namespace rapporteur::config {

namespace {

// ISO 3166-1 alpha-2 codes of the countries and areas in UN M49 (its table of 2024), sorted.
constexpr std::string_view countries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG "
    "CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF "
    "GG GH GI GL "
    "GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR "
    "KW KY KZ LA "
    "LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG "
    "NI NL NO NP "
    "NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO "
    "SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

// UN M49 geographic regions: the world, the continents, their parts, and the two that cross (003, 419).
constexpr std::string_view regions =
    "001 002 003 005 009 011 013 014 015 017 018 019 021 029 030 034 035 039 053 054 057 061 142 143 145 150 151 154 "
    "155 202 419";

constexpr std::string_view topics =
    "peace-and-security economic-development humanitarian-aid climate-change human-rights un-affairs women "
    "law-and-crime-prevention health culture-and-education sdgs migrants-and-refugees "
    "sdg-1 sdg-2 sdg-3 sdg-4 sdg-5 sdg-6 sdg-7 sdg-8 sdg-9 sdg-10 sdg-11 sdg-12 sdg-13 sdg-14 sdg-15 sdg-16 sdg-17";

bool is_in(std::string_view list, std::string_view word) {
  if (word.empty() || word.find(' ') != std::string_view::npos) return false;
  for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

Objection object_to_country(std::string_view text) {
  if (text.size() == 2 && is_in(countries, text)) return std::nullopt;
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (upper != text && is_in(countries, upper)) return "is written in capitals: \"" + upper + "\"";
  return "is no country; write an ISO 3166 code of two letters that UN M49 lists, such as \"KG\"";
}

Objection object_to_region(std::string_view text) {
  if (text.size() == 3 && is_in(regions, text)) return std::nullopt;
  return "is no region of UN M49; write three digits such as \"143\" (Central Asia) or \"002\" (Africa)";
}

bool is_builtin_topic(std::string_view id) { return is_in(topics, id); }

std::vector<std::string> builtin_topics() {
  const std::vector<std::string_view> words = base::split(topics, ' ');
  return {words.begin(), words.end()};
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;  // the distance costs the product of both lengths
  if (word.size() > longest) return {};
  const std::string lower = base::to_lower(word);
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest || candidate.size() > word.size() + best || word.size() > candidate.size() + best)
      continue;
    const std::size_t steps = distance(lower, base::to_lower(candidate));
    if (steps >= best) continue;
    best = steps;
    found = candidate;
  }
  return found;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string found = nearest(word, candidates);
  return found.empty() ? std::string() : "; did you mean \"" + found + "\"?";
}

}  // namespace rapporteur::config
