// Numbers by name, looked up without making a string: the queue asks for every request.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rapporteur::schedule {

struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
};
using NumberOf = std::unordered_map<std::string, std::uint32_t, NameHash, std::equal_to<>>;

// The number of the name, and whether `next` was given to it just now.
inline std::pair<std::uint32_t, bool> number_for(NumberOf& numbers, std::string_view name, std::size_t next) {
  if (const auto known = numbers.find(name); known != numbers.end()) return {known->second, false};
  numbers.emplace(std::string(name), static_cast<std::uint32_t>(next));
  return {static_cast<std::uint32_t>(next), true};
}

}  // namespace rapporteur::schedule
