// What this version reads and checks without acting on it yet: said wherever it is stated, so that nobody waits for an
// effect. A row goes when its feature comes. `wire` and `priority` of a source are what the shipped catalogue knows of
// it, not a wish: they wait in silence (README, "What is still missing").
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "config/check.h"

namespace rapporteur::config {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> idle_options{{
    {"server", "trusted_proxies"},
    {"store", "keep"},
    {"merge", "window"},
    {"merge", "near_duplicates"},
    {"merge", "max_new_per_poll"},
    {"site", "timezone"},
}};

constexpr std::string_view says = "is read and checked, and has no effect in this version yet";

void warn_of_sources(const Draft& draft, FaultList& faults) {
  for (std::size_t i = 0; i < draft.sources.size(); ++i) {
    feed::SourceSettings& source = *draft.sources[i];
    const Value& table = *draft.source_tables[i];
    if (source.kind == feed::SourceKind::feed || !source.enabled) continue;
    faults.warn(place_of(table, "kind"),
                "source \"" + source.id + "\": this version reads kind = \"feed\" alone; the source is not polled");
    source.enabled = false;
  }
}

}  // namespace

void warn_of_idle(const Draft& draft, const Table& root, FaultList& faults) {
  for (const auto& [section, key] : idle_options) {
    const Member* member = find(root, section);
    const auto* table = member ? std::get_if<Table>(&member->value.data) : nullptr;
    const Member* stated = table ? find(*table, key) : nullptr;
    if (stated) faults.warn(stated->value.place, std::string(section) + "." + stated->key + ": " + std::string(says));
  }
  for (std::size_t i = 0; i < draft.view_tables.size(); ++i)
    faults.warn(draft.view_tables[i]->place, "view \"" + draft.settings.views[i].name + "\": " + std::string(says));
  for (std::size_t i = 0; i < draft.topic_tables.size(); ++i)
    faults.warn(draft.topic_tables[i]->place, "topic \"" + draft.settings.topics[i].id + "\": " + std::string(says));
  warn_of_sources(draft, faults);
}

}  // namespace rapporteur::config
