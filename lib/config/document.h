// What the files said, as plain values that know their place: the shape between TOML and Settings, so that toml++ stays
// in one source file and every fault can name line and column. Used inside config only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rapporteur::config {

// Where a key or a value stands. `file` is an index into FaultList's files; line 0: no particular line.
struct Place {
  std::uint32_t file = 0, line = 0, column = 0;
};

struct Value;
struct Member;
using List = std::vector<Value>;
using Table = std::vector<Member>;  // in the order of the file

// TOML dates and times are kept as they were written; only `since` accepts one.
struct Date {
  std::string text;
};

struct Value {
  Place place;
  std::variant<bool, std::int64_t, double, std::string, Date, List, Table> data;
};

struct Member {
  std::string key;
  Place place;  // of the key
  Value value;
};

// nullptr: the table has no such key.
const Member* find(const Table& table, std::string_view key);
// "a string", "a list", … as faults name what was found.
const char* describe_type(const Value& value);

}  // namespace rapporteur::config
