// A small tree in a temporary folder in which a test plants what a rule must find and what it must let pass.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "check/rules.h"

namespace check {

class Planted {
 public:
  Planted() {
    std::string name = (std::filesystem::temp_directory_path() / "rapporteur-check-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    root_ = name;
  }
  ~Planted() { std::filesystem::remove_all(root_); }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;

  void plant(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream{root_ / path, std::ios::binary} << text;
  }
  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

// "lib/a/x.cpp:3 lib/b/y.h:1": where violations were found, in their order.
inline std::string places(const Violations& violations) {
  std::string out;
  for (const Violation& violation : violations)
    out += (out.empty() ? "" : " ") + violation.file + ":" + std::to_string(violation.line);
  return out;
}

// All of them, for the message of the test that looks at the real tree.
inline std::string report(const Violations& violations) {
  std::string out = std::to_string(violations.size()) + " found";
  for (const Violation& violation : violations) out += "\n" + to_string(violation);
  return out;
}

}  // namespace check
