#include "publish/language.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rapporteur::publish {

namespace {

// CLDR's right-to-left languages, by their default script. "ku" is not here: alone it is Kurmanji in Latin letters more
// often than not, and Sorani says "ckb".
constexpr std::array<std::string_view, 17> right_to_left_languages{
    "ar", "arc", "azb", "ckb", "dv", "fa", "glk", "he", "iw", "mzn", "nqo", "pnb", "ps", "sd", "ug", "ur", "yi"};
constexpr std::array<std::string_view, 7> right_to_left_scripts{"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"};

struct LanguageName {
  std::string_view tag, name;
};
// CLDR's autonyms: the six languages of the United Nations, then others its agencies publish in.
constexpr std::array<LanguageName, 24> language_names{{
    {"ar", "العربية"},   {"zh", "中文"},       {"en", "English"},   {"fr", "Français"},   {"ru", "Русский"},
    {"es", "Español"},   {"bn", "বাংলা"},      {"de", "Deutsch"},   {"fa", "فارسی"},      {"hi", "हिन्दी"},
    {"id", "Indonesia"}, {"it", "Italiano"},   {"ja", "日本語"},    {"kk", "Қазақ тілі"}, {"ko", "한국어"},
    {"ky", "Кыргызча"},  {"ps", "پښتو"},       {"pt", "Português"}, {"sw", "Kiswahili"},  {"tg", "Тоҷикӣ"},
    {"tr", "Türkçe"},    {"uk", "Українська"}, {"ur", "اردو"},      {"vi", "Tiếng Việt"},
}};

bool is_script(std::string_view subtag) {
  return subtag.size() == 4 && std::all_of(subtag.begin(), subtag.end(), base::is_alpha);
}

}  // namespace

std::string_view primary_subtag(std::string_view language) { return language.substr(0, language.find('-')); }

bool is_right_to_left(std::string_view language) {
  const auto subtags = base::split(language, '-');
  for (std::size_t i = 1; i < subtags.size(); ++i) {
    if (!is_script(subtags[i])) continue;
    const std::string script = base::to_lower(subtags[i]);
    return std::find(right_to_left_scripts.begin(), right_to_left_scripts.end(), script) != right_to_left_scripts.end();
  }
  const std::string primary = base::to_lower(primary_subtag(language));
  return std::find(right_to_left_languages.begin(), right_to_left_languages.end(), primary) !=
         right_to_left_languages.end();
}

std::string_view language_name(std::string_view language) {
  const std::string primary = base::to_lower(primary_subtag(language));
  for (const LanguageName& known : language_names)
    if (known.tag == primary) return known.name;
  return language;
}

std::string view_language(const std::vector<feed::Story>& stories, std::string_view fallback) {
  std::string_view only;
  for (const feed::Story& story : stories) {
    const std::string_view language = primary_subtag(story.lead.language);
    if (language.empty() || (!only.empty() && only != language)) return std::string(fallback);
    only = language;
  }
  if (only.empty() || only == primary_subtag(fallback)) return std::string(fallback);
  return std::string(only);
}

}  // namespace rapporteur::publish
