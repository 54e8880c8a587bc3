// The house rules that a program can see, one function each: from the root of the tree to the places that break the
// rule. The tables beside this file (layers.txt, homes.txt, locks.txt, sizes.txt) are read from `root`/tests/check, so
// that each rule can be tried on a planted tree.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace check {

struct Violation {
  std::string file;  // relative to the root
  std::size_t line = 0;
  std::string text;  // what, and what would be right
};
std::string to_string(const Violation& violation);  // "file:line: text"

using Violations = std::vector<Violation>;

Violations check_layers(
    const std::filesystem::path& root);  // who includes whom; no clock, thread or I/O in pure modules
Violations check_homes(const std::filesystem::path& root);  // each third-party header in its home only
Violations check_locks(const std::filesystem::path& root);  // who may speak of mutex, atomic and their like
Violations check_await(const std::filesystem::path& root);  // names only inside a co_await expression
Violations check_sizes(const std::filesystem::path& root);  // files, headers, functions
Violations check_docs(const std::filesystem::path& root);   // README and manual against the tree

}  // namespace check
