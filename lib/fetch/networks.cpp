#include "fetch/networks.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace rapporteur::fetch {

std::optional<Address> parse_address(std::string_view text) {
  Address address;
  address.is_v6 = text.find(':') != text.npos;
  const std::string copy(text);
  if (inet_pton(address.is_v6 ? AF_INET6 : AF_INET, copy.c_str(), address.bytes.data()) != 1) return std::nullopt;
  if (copy.find('\0') != copy.npos) return std::nullopt;
  return address;
}

std::string to_string(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

bool Network::contains(const Address& address) const {
  if (address.is_v6 != base.is_v6) return false;
  const auto whole = prefix / 8, rest = prefix % 8;
  if (!std::equal(base.bytes.begin(), base.bytes.begin() + whole, address.bytes.begin())) return false;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return ((base.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

std::optional<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Network network{*address, address->is_v6 ? 128u : 32u};
  if (slash == text.npos) return network;
  const auto digits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size() || prefix > network.prefix) return std::nullopt;
  network.prefix = prefix;
  return network;
}

}  // namespace rapporteur::fetch
