// The page's style sheet and the hash by which the page's Content-Security-Policy allows it. Constant; any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::publish {

std::string_view page_style();
// The Content-Security-Policy of the page: nothing but this very style sheet.
const std::string& page_policy();

}  // namespace rapporteur::publish
