#include "config/read_toml.h"

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <tuple>
#include <utility>

namespace rapporteur::config {

namespace {

Place place_of(const toml::source_region& region, std::uint32_t file) {
  return {file, region.begin.line, region.begin.column};
}

Table to_table(const toml::table& table, std::uint32_t file);

template <class Written>
Date to_date(const Written& value) {
  std::ostringstream text;
  text << value;
  return {text.str()};
}

// Recursion is bounded: toml++ refuses more than 256 nested values.
Value to_value(const toml::node& node, std::uint32_t file) {
  Value value{place_of(node.source(), file), false};
  node.visit([&](const auto& concrete) {
    using Node = std::decay_t<decltype(concrete)>;
    if constexpr (std::is_same_v<Node, toml::table>) {
      value.data = to_table(concrete, file);
    } else if constexpr (std::is_same_v<Node, toml::array>) {
      List list;
      list.reserve(concrete.size());
      for (const toml::node& element : concrete) list.push_back(to_value(element, file));
      value.data = std::move(list);
    } else if constexpr (toml::is_date<Node> || toml::is_time<Node> || toml::is_date_time<Node>) {
      value.data = to_date(concrete.get());
    } else {
      value.data = concrete.get();
    }
  });
  return value;
}

// toml++ sorts by key; people read by line.
Table to_table(const toml::table& table, std::uint32_t file) {
  Table members;
  members.reserve(table.size());
  for (const auto& [key, node] : table)
    members.push_back({std::string(key.str()), place_of(key.source(), file), to_value(node, file)});
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return members;
}

}  // namespace

Result<Table, SyntaxError> read_toml(std::string_view text, std::uint32_t file) {
  try {
    return to_table(toml::parse(text), file);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return SyntaxError{at.line, at.column, std::string(error.description())};
  }
}

std::optional<Value> read_toml_value(std::string_view text, std::uint32_t file) {
  const std::string line = "value = " + std::string(text);
  Result<Table, SyntaxError> table = read_toml(line, file);
  if (!table || table->size() != 1) return std::nullopt;  // a newline in the text could bring further keys
  Value value = std::move(table->front().value);
  value.place = {file, 0, 0};
  return value;
}

}  // namespace rapporteur::config
