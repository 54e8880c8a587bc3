// Row numbers of the store as distinct types, so that one is never taken for another. They mean nothing outside
// this store; what leaves the program are configured names, Atom ids and story ids.
#pragma once

#include <cstdint>

namespace rapporteur::base {

enum class SourceId : std::int64_t {};
enum class EntryId : std::int64_t {};
enum class StoryId : std::int64_t {};

constexpr std::int64_t to_number(SourceId id) { return static_cast<std::int64_t>(id); }
constexpr std::int64_t to_number(EntryId id) { return static_cast<std::int64_t>(id); }
constexpr std::int64_t to_number(StoryId id) { return static_cast<std::int64_t>(id); }

}  // namespace rapporteur::base
