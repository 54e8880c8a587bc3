// Which addresses may be connected to: public ones, and what the operator allowed (RELIABILITY section 2: SSRF).
// Judged is the address itself, at the socket, after the name was resolved; spellings of hosts do not matter here.
// Called by easy.cpp for every new socket and every reused connection. Pure, any thread.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <vector>

#include "fetch/networks.h"
#include "fetch/settings.h"

namespace rapporteur::fetch {

struct AddressPolicy {
  bool allow_private = false;    // everything but multicast, broadcast and cloud metadata services
  std::vector<Network> allowed;  // always, whatever they are
};

// Networks that do not parse are left out: config refuses them beforehand.
AddressPolicy address_policy(const Settings& settings);

// nullopt: may be connected to. Else a sentence: "the address 127.0.0.1 is not public (loopback); …".
// IPv6 addresses that carry an IPv4 one (mapped, NAT64, 6to4) are judged by what they carry.
std::optional<std::string> refusal(const Address& address, const AddressPolicy& policy);
// The same for what a socket is about to connect to; families other than IP are refused.
std::optional<std::string> refusal(const sockaddr* address, socklen_t size, const AddressPolicy& policy);

}  // namespace rapporteur::fetch
