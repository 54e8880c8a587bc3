#include <algorithm>
#include <array>
#include <map>

#include "check/rules.h"
#include "check/source.h"

namespace check {

namespace {

constexpr std::array<std::string_view, 8> impure_headers{"thread", "fstream", "iostream",           "filesystem",
                                                         "mutex",  "future",  "condition_variable", "semaphore"};
constexpr std::array<std::string_view, 4> clocks{"system_clock", "steady_clock", "high_resolution_clock",
                                                 "SystemClock"};

// "base" of "lib/base/url.cpp", "daemon" of "daemon/run.cpp".
std::string module_of(const std::string& path) {
  const std::size_t from = path.starts_with("lib/") ? 4 : 0;
  return path.substr(from, path.find('/', from) - from);
}

bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool may_include(const std::string& module, const std::vector<std::string>& allowed, const std::string& header) {
  const std::string other = header.substr(0, header.find('/'));
  if (other == module || holds(allowed, other)) return true;
  return header.ends_with("/settings.h") && holds(allowed, "*/settings.h");
}

std::string listed(const std::vector<std::string>& allowed) {
  std::string out;
  for (const std::string& word : allowed)
    if (word != "pure") out += " " + word;
  return out.empty() ? " nothing of ours" : out;
}

void check_purity(Violations& found, const Source& source, const std::string& module) {
  for (const Include& include : source.includes) {
    const bool is_impure =
        std::find(impure_headers.begin(), impure_headers.end(), include.header) != impure_headers.end();
    if (!include.is_quoted && (is_impure || include.header.starts_with("boost/asio")))
      found.push_back({source.path, include.line,
                       module + " is pure and includes <" + include.header +
                           ">; leave threads, files and streams to engine, fetch, store or serve"});
  }
  for (const Token& token : source.tokens)
    if (token.kind == Kind::name && std::find(clocks.begin(), clocks.end(), token.text) != clocks.end())
      found.push_back(
          {source.path, token.line, module + " is pure and names " + token.text + "; take `now` as an argument"});
}

}  // namespace

Violations check_layers(const std::filesystem::path& root) {
  std::map<std::string, std::vector<std::string>> layers;
  for (const Row& row : read_table(root / "tests/check/layers.txt")) layers[row.key] = words(row.value);
  Violations found;
  for (const Source& source : read_sources(root, {"lib", "daemon"})) {
    const std::string module = module_of(source.path);
    const auto row = layers.find(module);
    if (row == layers.end()) {
      found.push_back(
          {source.path, 1, "the folder " + module + " has no row in layers.txt; give it one or move the file"});
      continue;
    }
    for (const Include& include : source.includes) {
      if (!include.is_quoted) continue;
      if (include.header.find('/') == std::string::npos && module != "daemon")
        found.push_back({source.path, include.line,
                         "includes \"" + include.header + "\"; write \"" + module + "/" + include.header + "\""});
      else if (include.header.find('/') != std::string::npos && !may_include(module, row->second, include.header))
        found.push_back({source.path, include.line,
                         module + " includes \"" + include.header + "\"; it may include:" + listed(row->second)});
    }
    if (holds(row->second, "pure")) check_purity(found, source, module);
  }
  return found;
}

}  // namespace check
