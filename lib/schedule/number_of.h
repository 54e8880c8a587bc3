// Numbers by name, looked up without making a string: the queue asks for every request.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rapporteur::schedule {

struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
};
using NumberOf = std::unordered_map<std::string, std::uint32_t, NameHash, std::equal_to<>>;

// Where the name stands with its number, and whether it was given that just now: one of `vacant`, else the next after
// `things`, which are then one more.
template <class Thing>
std::pair<NumberOf::const_iterator, bool> number_for(NumberOf& numbers, std::string_view name,
                                                     std::vector<Thing>& things, std::vector<std::uint32_t>& vacant) {
  if (const auto known = numbers.find(name); known != numbers.end()) return {known, false};
  if (vacant.empty()) {
    vacant.push_back(static_cast<std::uint32_t>(things.size()));
    things.emplace_back();
  }
  const auto place = numbers.emplace(std::string(name), vacant.back()).first;
  vacant.pop_back();
  return {place, true};
}

}  // namespace rapporteur::schedule
