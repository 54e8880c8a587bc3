// Who answers for a host: the name that somebody registered ("un.org" of "news.un.org"), by the list of public suffixes
// (publicsuffix.org). Called by the engine to find hosts that are one publisher's. Home of libpsl; pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapporteur::base {

// `host` as authority_of gives it. Addresses, and names that nobody can register below ("localhost"), stand for
// themselves.
std::string site_of(std::string_view host);

}  // namespace rapporteur::base
