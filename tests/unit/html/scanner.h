// An independent judge of what the sanitiser prints: reads strictly, knows its own short lists of what may be there,
// and shares no code with lib/html. What it does not know is a finding.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rapporteur::test {

// Empty: well-formed XHTML of harmless elements and attributes, addresses absolute with harmless schemes.
std::vector<std::string> find_active_content(std::string_view fragment);

}  // namespace rapporteur::test
