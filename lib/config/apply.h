// One value into one field: type, unit, form and bounds, each fault at its place. Used inside config only. Reads the
// file system for password files and time zones.
#pragma once

#include "config/document.h"
#include "config/fault_list.h"
#include "config/option.h"

namespace rapporteur::config {

// Leaves the field as it is when `value` has a fault.
void apply(const Option& option, const Target& target, const Value& value, FaultList& faults);
// Every member of a table that is an option of `section`; unknown keys are faults, except those in `others`.
void apply_table(Section section, const Target& target, const Table& table, FaultList& faults,
                 std::initializer_list<std::string_view> others = {});
// True when the kind is written as a string, so that --set may leave the quotes out.
bool is_written_as_string(Kind kind);
bool is_list(Kind kind);

}  // namespace rapporteur::config
