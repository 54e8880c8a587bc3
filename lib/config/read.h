// Files to Settings, or every fault at once. toml++'s home is read.cpp. Main thread at start, a worker at reload; reads
// the file system (includes, password files), nothing else.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/fault.h"
#include "config/settings.h"

namespace rapporteur::config {

struct Faults {
  std::vector<Fault> list;       // never empty, in the order of the file
  bool is_missing_file = false;  // the named file does not exist (exit 66, not 78)
};

// `overrides` are --set KEY=VALUE pairs (dotted keys), applied last.
[[nodiscard]] Result<Settings, Faults> read(const std::string& path,
                                            const std::vector<std::pair<std::string, std::string>>& overrides = {});
// The same from text, for tests and `demo`; includes are relative to `directory`.
[[nodiscard]] Result<Settings, Faults> read_text(
    std::string_view toml, const std::string& name, const std::string& directory,
    const std::vector<std::pair<std::string, std::string>>& overrides = {});

// conf/rapporteur.toml and the option section of rapporteur.toml.5, made from options.def.
std::string example_file();
std::string manual_section();

}  // namespace rapporteur::config
