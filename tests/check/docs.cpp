#include <algorithm>
#include <sstream>

#include "check/rules.h"
#include "check/source.h"

namespace check {

namespace fs = std::filesystem;

namespace {

bool is_architecture(const std::string& line) {
  return line.starts_with("#") && line.find("Architecture") != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

bool has_architecture(const fs::path& root) {
  const std::vector<std::string> lines = lines_of(read_file(root / "README.md"));
  return std::any_of(lines.begin(), lines.end(), is_architecture);
}

Violations check_docs(const fs::path& root) {
  if (!has_architecture(root)) return {};
  const std::string readme = read_file(root / "README.md");
  const std::vector<std::string> lines = lines_of(readme);
  const std::size_t section =
      static_cast<std::size_t>(std::find_if(lines.begin(), lines.end(), is_architecture) - lines.begin()) + 1;
  Violations found;
  std::vector<std::string> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator{root / "lib"})
    if (entry.is_directory() && !fs::is_empty(entry.path())) folders.push_back(entry.path().filename().string());
  std::sort(folders.begin(), folders.end());
  for (const std::string& folder : folders)
    if (readme.find("`" + folder + "`") == std::string::npos && readme.find("lib/" + folder) == std::string::npos)
      found.push_back({"README.md", section, "does not name lib/" + folder + "; add `" + folder + "` to the map"});
  for (const Row& row : read_table(root / "tests/check/layers.txt")) {
    const std::string quoted = row.value.empty() ? row.key + ":" : row.key + ": " + row.value;
    if (std::find(lines.begin(), lines.end(), quoted) == lines.end())
      found.push_back({"README.md", section,
                       "does not quote layers.txt line " + std::to_string(row.line) + "; it says: " + quoted});
  }
  return found;
}

}  // namespace check
