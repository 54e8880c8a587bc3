// What one value alone cannot show: ids used twice, names that nobody has, options that contradict each other.
// Used by config::read, after every table was read. Looks at the file system for the one file that is named (ca_file).
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "config/fault_list.h"
#include "config/settings.h"

namespace rapporteur::config {

// Settings as far as they could be read, and beside each list the tables it was read from, for places.
struct Draft {
  Settings settings;
  std::vector<std::shared_ptr<feed::SourceSettings>> sources;
  std::vector<const Value*> source_tables, topic_tables, view_tables;
};

void check_relations(Draft& draft, const Table& root, FaultList& faults);  // also settles defaults that follow others
void check_sources(const Draft& draft, FaultList& faults);
void check_views(const Draft& draft, FaultList& faults);
// Also takes sources of kinds that are not read yet out of polling.
void warn_of_idle(const Draft& draft, const Table& root, FaultList& faults);

// Every table of a list states `key`, and no two the same.
void check_names(const std::vector<const Value*>& tables, const std::function<std::string_view(std::size_t)>& name_at,
                 std::string_view what, std::string_view key, FaultList& faults);
// The place of `key` in a table, or of the table where the key is absent.
Place place_of(const Value& table, std::string_view key);

}  // namespace rapporteur::config
