// Addresses and networks as bits (RFC 4632, RFC 4291), for the guard and for checking fetch.allow_networks.
// Called by config (to check) and address_guard. Pure, any thread; no name is ever looked up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rapporteur::fetch {

struct Address {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; an IPv4 address fills the first four
  bool operator==(const Address&) const = default;
};

// The forms of inet_pton only: "127.0.0.1", "::1". Not "0x7f.1", no brackets, no zone.
std::optional<Address> parse_address(std::string_view text);
std::string to_string(const Address& address);

struct Network {
  Address base;
  unsigned prefix = 0;  // bits that count: 0-32 or 0-128

  // An IPv4 address is never in an IPv6 network nor the other way round.
  bool contains(const Address& address) const;
};

// "10.0.0.0/8", "fd00::/8"; a bare address is a network of one. Bits behind the prefix are ignored.
std::optional<Network> parse_network(std::string_view text);

}  // namespace rapporteur::fetch
