// What a request undergoes before any of it leaves: credentials are taken out of its address, and what the guard at the
// socket cannot see is judged by the address itself. Called by client.cpp. Any thread; inside fetch only.
#pragma once

#include <optional>
#include <string>

#include "fetch/address_guard.h"
#include "fetch/reply.h"

namespace rapporteur::fetch {

// Splits user:password@ off the configured address: curl never sees it there, and it goes home only.
void take_userinfo(Request& request);

// Path and query as they are sent: "/feed?a=b"; "/" where there is neither.
std::string target_of(const std::string& url);

// With a proxy the guard at the socket sees the proxy only. What can still be judged is a host that is an address, in
// any spelling getaddrinfo knows ("0x7f.1"); names are the proxy's to resolve. nullopt: nothing against it.
std::optional<std::string> refusal_behind_proxy(const std::string& url, const AddressPolicy& policy);

}  // namespace rapporteur::fetch
