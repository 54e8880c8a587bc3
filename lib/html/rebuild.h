// The second half of clean, for misnested markup: prints the tree that HTML makes of what the filter let through.
// Pure, any thread. Time is that of gumbo: ask Filter::can_build_tree first.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::html {

// Canonical markup whose nesting HTML would read back as it stands. Throws std::bad_alloc.
std::string rebuild(std::string_view filtered);

}  // namespace rapporteur::html
