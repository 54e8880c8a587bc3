#include "config/fault_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rapporteur::config {

const Member* find(const Table& table, std::string_view key) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Member& member) { return member.key == key; });
  return found == table.end() ? nullptr : &*found;
}

const char* describe_type(const Value& value) {
  static constexpr const char* names[] = {"true or false", "a number", "a fraction", "a string",
                                          "a date",        "a list",   "a table"};
  static_assert(std::variant_size_v<decltype(Value::data)> == std::size(names));
  return names[value.data.index()];
}

std::uint32_t FaultList::add_file(std::string name, std::string directory) {
  files_.push_back({std::move(name), std::move(directory)});
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string FaultList::name_of(Place place) const {
  std::string name = files_[place.file].name;
  if (place.line > 0) name.append(":").append(std::to_string(place.line));
  return name;
}

std::vector<Fault> FaultList::in_order(std::vector<Placed> list) const {
  std::stable_sort(list.begin(), list.end(), [](const Placed& a, const Placed& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) < std::tie(b.place.file, b.place.line, b.place.column);
  });
  std::vector<Fault> faults;
  faults.reserve(list.size());
  for (Placed& one : list)
    faults.push_back({files_[one.place.file].name, one.place.line, one.place.column, std::move(one.what)});
  return faults;
}

std::string to_string(const Fault& fault) {
  std::string text = fault.file;
  if (fault.line > 0)
    text.append(":").append(std::to_string(fault.line)).append(":").append(std::to_string(fault.column));
  return text.append(": ").append(fault.what);
}

}  // namespace rapporteur::config
