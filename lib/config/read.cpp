#include "config/read.h"

#include <algorithm>
#include <utility>

#include "config/apply.h"
#include "config/check.h"
#include "config/fault_list.h"
#include "config/forms.h"
#include "config/load.h"

namespace rapporteur::config {

namespace {

void read_source(const Value& value, Draft& draft, FaultList& faults) {
  const Table& table = std::get<Table>(value.data);
  auto source = std::make_shared<feed::SourceSettings>();
  apply_table(Section::source, source.get(), table, faults, {"page", "json"});
  const auto read_part = [&]<class Part>(std::string_view key, Section section,
                                         std::shared_ptr<const Part> feed::SourceExtras::*part) {
    const Member* member = find(table, key);
    if (!member) return;
    const auto made = std::make_shared<Part>();
    source->extras.edit().*part = made;
    if (const auto* members = std::get_if<Table>(&member->value.data))
      apply_table(section, made.get(), *members, faults);
    else
      faults.add(member->value.place,
                 std::string("wants a table [source.").append(key).append("], not ") + describe_type(member->value));
  };
  read_part("page", Section::page, &feed::SourceExtras::page);
  read_part("json", Section::json, &feed::SourceExtras::json);
  draft.sources.push_back(std::move(source));
  draft.source_tables.push_back(&value);
}

void read_repeated(const Member& member, Draft& draft, FaultList& faults) {
  const auto* list = std::get_if<List>(&member.value.data);
  if (!list) return faults.add(member.place, "wants [[" + member.key + "]] with two brackets: there may be several");
  for (const Value& value : *list) {
    const auto* table = std::get_if<Table>(&value.data);
    if (!table) {
      faults.add(value.place, "wants tables [[" + member.key + "]], not " + describe_type(value));
    } else if (member.key == "source") {
      read_source(value, draft, faults);
    } else if (member.key == "topic") {
      apply_table(Section::topic, &draft.settings.topics.emplace_back(), *table, faults);
      draft.topic_tables.push_back(&value);
    } else {
      apply_table(Section::view, &draft.settings.views.emplace_back(), *table, faults);
      draft.view_tables.push_back(&value);
    }
  }
}

void read_member(const Member& member, Draft& draft, FaultList& faults) {
  static const std::vector<std::string> repeated = {"source", "topic", "view"};
  static constexpr Section single[] = {Section::server, Section::store, Section::fetch, Section::merge, Section::site};
  if (std::find(repeated.begin(), repeated.end(), member.key) != repeated.end())
    return read_repeated(member, draft, faults);
  std::vector<std::string> names = repeated;
  for (const Section section : single) {
    names.emplace_back(to_string(section));
    if (names.back() != member.key) continue;
    if (const auto* table = std::get_if<Table>(&member.value.data))
      apply_table(section, &draft.settings, *table, faults);
    else
      faults.add(member.place, "wants a table [" + member.key + "], not " + describe_type(member.value));
    return;
  }
  names.emplace_back("include");
  std::string hint = suggestion(member.key, names);
  for (const Option& option : options())  // a key before the first section
    if (hint.empty() && option.key == member.key)
      hint = "; it belongs into [" + std::string(to_string(option.section)) + "]";
  faults.add(member.place, "unknown " +
                               std::string(std::holds_alternative<Table>(member.value.data) ? "section" : "key") +
                               " \"" + member.key + "\"" + hint);
}

Result<Settings, Faults> settle(Table root, const Overrides& overrides, FaultList& faults) {
  apply_overrides(overrides, root, faults);
  Draft draft;
  for (const Member& member : root) read_member(member, draft, faults);
  check_relations(draft, root, faults);
  check_sources(draft, faults);
  if (!faults.is_incomplete()) check_views(draft, faults);
  warn_of_idle(draft, root, faults);
  if (!faults.empty()) return Faults{faults.faults(), false};
  draft.settings.sources.assign(draft.sources.begin(), draft.sources.end());
  draft.settings.warnings = faults.warnings();
  return std::move(draft.settings);
}

}  // namespace

Result<Settings, Faults> read(const std::string& path, const Overrides& overrides) {
  FaultList faults;
  Table root;
  if (!load_file(path, root, faults)) return Faults{faults.faults(), true};
  return settle(std::move(root), overrides, faults);
}

Result<Settings, Faults> read_text(std::string_view toml, const std::string& name, const std::string& directory,
                                   const Overrides& overrides) {
  FaultList faults;
  Table root;
  load_text(toml, name, directory, root, faults);
  return settle(std::move(root), overrides, faults);
}

}  // namespace rapporteur::config
