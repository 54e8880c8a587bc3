#include "config/option.h"

#include <algorithm>
#include <iterator>
#include <type_traits>

#include "base/text.h"

namespace rapporteur::config {

namespace {

template <Section section>
constexpr auto owner() {
  if constexpr (section == Section::source)
    return std::type_identity<feed::SourceSettings>{};
  else if constexpr (section == Section::page)
    return std::type_identity<feed::PageSettings>{};
  else if constexpr (section == Section::json)
    return std::type_identity<feed::JsonSettings>{};
  else if constexpr (section == Section::topic)
    return std::type_identity<TopicSettings>{};
  else if constexpr (section == Section::view)
    return std::type_identity<ViewSettings>{};
  else
    return std::type_identity<Settings>{};
}
template <Section section>
using Owner = typename decltype(owner<section>())::type;

constexpr Option table[] = {
#define OPTION(section, key, kind, member, fallback, low, high, change, why)                                         \
  {Section::section, #key, Kind::kind, fallback, low, high, Change::change, why, [](const Target& target) -> Field { \
     return &std::get<Owner<Section::section>*>(target)->member;                                                     \
   }},
#include "config/options.def"
#undef OPTION
};

}  // namespace

const char* to_string(Section section) {
  static constexpr const char* names[] = {"server", "store",       "fetch",       "merge", "site",
                                          "source", "source.page", "source.json", "topic", "view"};
  return names[static_cast<std::size_t>(section)];
}

bool is_repeated(Section section) { return section >= Section::source; }

std::span<const Option> options() { return table; }

std::span<const Option> options(Section section) {
  const auto in_section = [&](const Option& option) { return option.section == section; };
  const auto first = std::find_if(std::begin(table), std::end(table), in_section);
  return {first, std::find_if_not(first, std::end(table), in_section)};
}

const Option* find_option(Section section, std::string_view key) {
  const std::span<const Option> rows = options(section);
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Option& option) { return option.key == key; });
  return found == rows.end() ? nullptr : &*found;
}

std::string full_name(const Option& option) {
  return std::string(to_string(option.section)).append(".").append(option.key);
}

std::vector<std::string_view> choices(const Option& option) { return base::split(option.low, ' '); }

}  // namespace rapporteur::config
