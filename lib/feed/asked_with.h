// What of a source's settings its requests are made of, beside the address: who was refused as one may be welcome as
// another. Pure, any thread.
#pragma once

#include <cstdint>

#include "feed/source.h"

namespace rapporteur::feed {

// Changes when credentials, headers or `enabled` do. Never 0. Stored: a password cannot be read back from it.
std::uint64_t asked_with(const SourceSettings& settings);
bool is_asked_alike(const SourceSettings& a, const SourceSettings& b);  // the address counts too

}  // namespace rapporteur::feed
