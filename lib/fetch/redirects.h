// What a redirecting answer means (RFC 9110 15.4): where to go next, or why not. Called by the client after each hop;
// the guard judges the new address at the socket as it did the first. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rapporteur::fetch {

bool is_redirect(int status);            // 301, 302, 303, 307, 308
bool is_permanent_redirect(int status);  // 301, 308

enum class RedirectFault { no_address, not_http, downgrade, circle, too_many, too_long };

struct RedirectError {
  RedirectFault fault;
  std::string sentence;
};

// The address to ask next, without fragment and credentials. `asked` are the addresses asked so far, the one that
// answered last. Refused: no usable Location, another scheme than http(s), https to http, one that was asked before,
// more than `max_redirects`, an address of more than 8 KiB.
Result<std::string, RedirectError> next_hop(const std::vector<std::string>& asked, std::string_view location,
                                            int max_redirects);

}  // namespace rapporteur::fetch
