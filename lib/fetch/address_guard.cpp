#include "fetch/address_guard.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace rapporteur::fetch {
namespace {

enum class Weight {
  local,  // fetch.allow_private opens it
  never,  // only fetch.allow_networks does
};

struct Block {
  Network network;
  const char* kind;
  Weight weight;
};

Block block(std::string_view network, const char* kind, Weight weight) {
  return {parse_network(network).value(), kind, weight};
}

// The IANA special-purpose registries (RFC 6890 and its updates), the metadata services of the clouds first: one of
// those hands out credentials, so allow_private alone does not open it.
const std::vector<Block>& blocks() {
  static const std::vector<Block> table = {
      block("169.254.169.254/32", "cloud metadata", Weight::never),
      block("169.254.170.2/32", "cloud metadata", Weight::never),
      block("169.254.170.23/32", "cloud metadata", Weight::never),  // pods at EKS
      block("100.100.100.200/32", "cloud metadata", Weight::never),
      block("192.0.0.192/32", "cloud metadata", Weight::never),
      block("168.63.129.16/32", "cloud metadata", Weight::never),  // Azure's, from public space
      block("fd00:ec2::/32", "cloud metadata", Weight::never),
      block("fd20:ce::254/128", "cloud metadata", Weight::never),
      block("0.0.0.0/8", "this network", Weight::local),  // connects to the host itself
      block("10.0.0.0/8", "private", Weight::local),
      block("100.64.0.0/10", "carrier-grade NAT", Weight::local),
      block("127.0.0.0/8", "loopback", Weight::local),
      block("169.254.0.0/16", "link-local", Weight::local),
      block("172.16.0.0/12", "private", Weight::local),
      block("192.0.0.0/24", "protocol assignments", Weight::local),
      block("192.0.2.0/24", "documentation", Weight::local),
      block("192.88.99.0/24", "6to4 relay", Weight::local),
      block("192.168.0.0/16", "private", Weight::local),
      block("198.18.0.0/15", "benchmarking", Weight::local),
      block("198.51.100.0/24", "documentation", Weight::local),
      block("203.0.113.0/24", "documentation", Weight::local),
      block("224.0.0.0/4", "multicast", Weight::never),
      block("255.255.255.255/32", "broadcast", Weight::never),
      block("240.0.0.0/4", "reserved", Weight::local),
      block("::/128", "unspecified", Weight::local),
      block("::1/128", "loopback", Weight::local),
      block("64:ff9b:1::/48", "local NAT64", Weight::local),  // RFC 8215: where the IPv4 stands is the site's secret
      block("2001::/32", "Teredo", Weight::local),
      block("2001:2::/48", "benchmarking", Weight::local),
      block("2001:10::/28", "ORCHID", Weight::local),
      block("2001:20::/28", "ORCHID", Weight::local),
      block("2001::/23", "protocol assignments", Weight::local),  // anycast of PCP and TURN, AMT, AS112, drones
      block("2001:db8::/32", "documentation", Weight::local),
      block("3fff::/20", "documentation", Weight::local),
      block("fc00::/7", "unique local", Weight::local),
      block("fe80::/10", "link-local", Weight::local),
      block("fec0::/10", "site-local", Weight::local),
      block("ff00::/8", "multicast", Weight::never),
  };
  return table;
}

// What else is not global unicast (RFC 4291 2.4): ::/96, discard, SRv6, what is not assigned.
const Network& global_unicast() {
  static const Network network = parse_network("2000::/3").value();
  return network;
}

// The IPv4 address inside: ::ffff:0:0/96 (mapped), 64:ff9b::/96 (NAT64, RFC 6052), 2002::/16 (6to4, RFC 3056).
std::optional<Address> embedded_v4(const Address& address) {
  static const Network mapped = parse_network("::ffff:0:0/96").value();
  static const Network nat64 = parse_network("64:ff9b::/96").value();
  static const Network six_to_four = parse_network("2002::/16").value();
  if (!address.is_v6) return std::nullopt;
  Address inner;
  if (mapped.contains(address) || nat64.contains(address))
    std::copy_n(address.bytes.begin() + 12, 4, inner.bytes.begin());
  else if (six_to_four.contains(address))
    std::copy_n(address.bytes.begin() + 2, 4, inner.bytes.begin());
  else
    return std::nullopt;
  return inner;
}

bool is_allowed(const Address& address, const AddressPolicy& policy) {
  return std::any_of(policy.allowed.begin(), policy.allowed.end(),
                     [&](const Network& network) { return network.contains(address); });
}

const Block* block_of(const Address& address) {
  const auto found =
      std::find_if(blocks().begin(), blocks().end(), [&](const Block& one) { return one.network.contains(address); });
  return found == blocks().end() ? nullptr : &*found;
}

// What an address of the site's own making may lead to: as local NAT64 (RFC 8215) it carries an IPv4 one behind a
// prefix of 48, 56, 64 or 96 bits (RFC 6052 2.2), translated (RFC 2765) or compatible in its last bytes. Where
// allow_private opens those, what is never open must not come by this way.
const char* hidden_objection(const Address& address, const AddressPolicy& policy) {
  static const Network local_nat64 = parse_network("64:ff9b:1::/48").value();
  static const Network translated = parse_network("::ffff:0:0:0/96").value(),
                       compatible = parse_network("::/96").value();
  constexpr std::array<std::array<std::size_t, 4>, 4> places = {
      {{12, 13, 14, 15}, {6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}}};
  const std::size_t ways = local_nat64.contains(address)                                  ? places.size()
                           : translated.contains(address) || compatible.contains(address) ? 1u
                                                                                          : 0u;
  for (std::size_t way = 0; way < ways; ++way) {
    Address inner;
    for (std::size_t i = 0; i < 4; ++i) inner.bytes[i] = address.bytes[places[way][i]];
    const Block* block = block_of(inner);
    if (block && block->weight == Weight::never && !is_allowed(inner, policy)) return block->kind;
  }
  return nullptr;
}

// The word for what is wrong with it, or nullptr.
const char* objection(const Address& address, const AddressPolicy& policy) {
  if (is_allowed(address, policy)) return nullptr;
  if (const auto inner = embedded_v4(address)) return objection(*inner, policy);
  if (const char* hidden = hidden_objection(address, policy)) return hidden;
  if (const Block* block = block_of(address))
    return policy.allow_private && block->weight == Weight::local ? nullptr : block->kind;
  if (address.is_v6 && !global_unicast().contains(address)) return policy.allow_private ? nullptr : "reserved";
  return nullptr;
}

}  // namespace

AddressPolicy address_policy(const Settings& settings) {
  AddressPolicy policy;
  policy.allow_private = settings.allow_private;
  for (const auto& text : settings.allow_networks)
    if (const auto network = parse_network(text)) policy.allowed.push_back(*network);
  return policy;
}

std::optional<std::string> refusal(const Address& address, const AddressPolicy& policy) {
  const char* kind = objection(address, policy);
  if (!kind) return std::nullopt;
  return "the address " + to_string(address) + " is not public (" + kind + "); allow it with fetch.allow_networks";
}

std::optional<std::string> refusal(const sockaddr* address, socklen_t size, const AddressPolicy& policy) {
  Address copy;
  if (address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof v4);
    std::memcpy(copy.bytes.data(), &v4.sin_addr, 4);
    return refusal(copy, policy);
  }
  if (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof v6);
    copy.is_v6 = true;
    std::memcpy(copy.bytes.data(), &v6.sin6_addr, 16);
    return refusal(copy, policy);
  }
  return "the address is neither IPv4 nor IPv6";
}

}  // namespace rapporteur::fetch
