// A fault or a warning of the configuration, with its place.
#pragma once

#include <cstddef>
#include <string>

namespace rapporteur::config {

struct Fault {
  std::string file;
  std::size_t line = 0, column = 0;  // 1-based; 0: the whole file or a --set
  std::string what;                  // what is wrong, and what would be right
};
// "file:line:column: what"
std::string to_string(const Fault& fault);

}  // namespace rapporteur::config
