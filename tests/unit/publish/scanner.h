// What no document of ours may hold, whatever came in. Deliberately simple-minded, and independent of the writers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rapporteur::publish {

// Sentences; empty when the document is safe.
std::vector<std::string> dangers_in_xml(std::string_view document);
std::vector<std::string> dangers_in_html(std::string_view page);
std::vector<std::string> dangers_in_text(std::string_view document);  // of any kind: UTF-8, no controls

}  // namespace rapporteur::publish
