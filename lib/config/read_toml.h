// TOML text to plain values with places. Home of toml++. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/document.h"

namespace rapporteur::config {

struct SyntaxError {
  std::uint32_t line = 0, column = 0;
  std::string text;
};

// `file` is written into every place. The parser stops at the first syntax error of a file.
[[nodiscard]] Result<Table, SyntaxError> read_toml(std::string_view text, std::uint32_t file);
// One value alone ("5", "true", "[1, 2]"), for --set; nullopt: not one TOML value.
std::optional<Value> read_toml_value(std::string_view text, std::uint32_t file);

}  // namespace rapporteur::config
