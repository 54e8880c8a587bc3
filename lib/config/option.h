// The table of options (options.def) as a value: the parser, the example file, the manual and the tests all read it.
// Used inside config only. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace rapporteur::config {

// The tables of the file. The first five stand once, the others once per source, topic or view.
enum class Section { server, store, fetch, merge, site, source, page, json, topic, view };
const char* to_string(Section section);  // "server", "source.page", …
bool is_repeated(Section section);       // [[source]] and what belongs to it

// What a value must look like. The kinds from `words` on are lists.
enum class Kind {
  flag,
  count,
  duration,
  duration_or_forever,
  size,
  text,
  line,
  url,
  id,
  name,
  language,
  timezone,
  contact,
  base_url,
  choice,
  since,
  path,
  secret_file,
  xpath,
  words,
  ids,
  languages,
  countries,
  places,
  networks,
  addresses,
  texts_by_language,
  words_by_language,
  headers,
};

enum class Change { reload, restart };

// The field of a settings struct that an option fills.
using Field = std::variant<bool*, int*, std::uint32_t*, std::uint64_t*, base::Duration*, std::optional<base::Duration>*,
                           std::string*, std::vector<std::string>*, std::vector<std::pair<std::string, std::string>>*,
                           std::vector<std::pair<std::string, std::vector<std::string>>>*, feed::SourceKind*,
                           feed::Republish*, feed::DateOrder*>;
using Target = std::variant<Settings*, feed::SourceSettings*, feed::PageSettings*, feed::JsonSettings*, TopicSettings*,
                            ViewSettings*>;

struct Option {
  Section section;
  std::string_view key;
  Kind kind;
  std::string_view fallback;   // as TOML; "": none
  std::string_view low, high;  // bounds as TOML without quotes, "" for none; a choice has its words in `low`
  Change change;
  std::string_view why;  // one sentence
  Field (*field)(const Target& target);
};

std::span<const Option> options();
std::span<const Option> options(Section section);
const Option* find_option(Section section, std::string_view key);
// "fetch.interval"
std::string full_name(const Option& option);
// The words of a choice, in the order of its enumerators; "-" stands for one that cannot be written.
std::vector<std::string_view> choices(const Option& option);

}  // namespace rapporteur::config
