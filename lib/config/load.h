// The file, what it includes, and --set, as one tree: tables of one section are joined, [[source]] and the like
// appended. Used by config::read. Reads the file system.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.h"
#include "config/fault_list.h"

namespace rapporteur::config {

using Overrides = std::vector<std::pair<std::string, std::string>>;

// False when the file does not exist (a fault says so too).
[[nodiscard]] bool load_file(const std::string& path, Table& root, FaultList& faults);
void load_text(std::string_view toml, const std::string& name, const std::string& directory, Table& root,
               FaultList& faults);
// --set: replaces what the files said.
void apply_overrides(const Overrides& overrides, Table& root, FaultList& faults);

}  // namespace rapporteur::config
