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

// Each subcommand that the program offers has its paragraph in the manual.
void check_manual(const fs::path& root, Violations& found) {
  const std::string main = fs::exists(root / "daemon/main.cpp") ? read_file(root / "daemon/main.cpp") : std::string();
  const std::vector<std::string> manual = fs::exists(root / "daemon/rapporteur.8")
                                              ? lines_of(read_file(root / "daemon/rapporteur.8"))
                                              : std::vector<std::string>();
  static const std::string call = "add_subcommand(\"";
  for (std::size_t at = main.find(call); at != std::string::npos; at = main.find(call, at)) {
    at += call.size();
    const std::string command = main.substr(at, main.find('"', at) - at);
    const auto describes = [&](const std::string& line) {
      return line == ".B " + command || line.starts_with(".BR " + command + " ");
    };
    if (std::none_of(manual.begin(), manual.end(), describes))
      found.push_back({"daemon/rapporteur.8", 1, "does not describe the command " + command});
  }
}

}  // namespace

Violations check_docs(const fs::path& root) {
  const std::string readme = read_file(root / "README.md");
  const std::vector<std::string> lines = lines_of(readme);
  if (std::none_of(lines.begin(), lines.end(), is_architecture))
    return {{"README.md", 1, "has no Architecture section"}};
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
  check_manual(root, found);
  return found;
}

}  // namespace check
