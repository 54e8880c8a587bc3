#include <algorithm>

#include "check/rules.h"
#include "check/source.h"

namespace check {

Violations check_homes(const std::filesystem::path& root) {
  const std::vector<Row> homes = read_table(root / "tests/check/homes.txt");
  Violations found;
  for (const Source& source : read_sources(root, {"lib", "daemon"})) {
    const std::string_view place = std::string_view{source.path}.substr(source.path.starts_with("lib/") ? 4 : 0);
    for (const Include& include : source.includes) {
      if (include.is_quoted) continue;
      const auto row =
          std::find_if(homes.begin(), homes.end(), [&](const Row& r) { return include.header.starts_with(r.key); });
      if (row == homes.end()) {
        if (include.header.find_first_of("./") == std::string::npos) continue;  // <vector>
        found.push_back({source.path, include.line,
                         "<" + include.header + "> has no home; give it a row in homes.txt or do without"});
        continue;
      }
      const std::vector<std::string> allowed = words(row->value);
      if (std::none_of(allowed.begin(), allowed.end(),
                       [&](const std::string& home) { return place.starts_with(home); }))
        found.push_back({source.path, include.line,
                         "<" + include.header + "> lives in " + row->value + "; use what is offered there"});
    }
  }
  return found;
}

}  // namespace check
