#include "fetch/address_guard.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <boost/test/unit_test.hpp>

using namespace rapporteur::fetch;

namespace {

enum class Decision {
  open,   // may be connected to
  local,  // refused; allow_private opens it
  never,  // refused; only allow_networks opens it
};

struct Row {
  const char* address;
  Decision decision;
};

using enum Decision;

const Row rows[] = {
    {"8.8.8.8", open},
    {"1.1.1.1", open},
    {"157.150.185.49", open},
    {"9.255.255.255", open},
    {"11.0.0.0", open},
    {"100.63.255.255", open},
    {"100.128.0.0", open},
    {"126.255.255.255", open},
    {"128.0.0.1", open},
    {"169.253.255.255", open},
    {"172.15.255.255", open},
    {"172.32.0.0", open},
    {"192.0.1.1", open},
    {"192.167.255.255", open},
    {"192.169.0.0", open},
    {"198.17.255.255", open},
    {"198.20.0.0", open},
    {"223.255.255.255", open},
    {"0.0.0.0", local},
    {"0.1.2.3", local},
    {"10.0.0.0", local},
    {"10.255.255.255", local},
    {"100.64.0.1", local},
    {"100.127.255.255", local},
    {"127.0.0.1", local},
    {"127.255.255.254", local},
    {"169.254.0.1", local},
    {"169.254.169.254", never},
    {"169.254.170.2", never},
    {"169.254.170.23", never},
    {"100.100.100.200", never},
    {"192.0.0.192", never},
    {"168.63.129.16", never},
    {"172.16.0.1", local},
    {"172.31.255.255", local},
    {"192.0.0.1", local},
    {"192.0.2.1", local},
    {"192.88.99.1", local},
    {"192.168.0.1", local},
    {"192.168.255.255", local},
    {"198.18.0.1", local},
    {"198.19.255.255", local},
    {"198.51.100.7", local},
    {"203.0.113.7", local},
    {"224.0.0.1", never},
    {"239.255.255.255", never},
    {"240.0.0.1", local},
    {"255.255.255.255", never},
    {"2001:4860:4860::8888", open},
    {"2600::", open},
    {"2a00:1450::1", open},
    {"::", local},
    {"::1", local},
    {"::2", local},
    {"::127.0.0.1", local},
    {"::8.8.8.8", local},
    {"::ffff:127.0.0.1", local},
    {"::ffff:7f00:1", local},
    {"::ffff:10.1.2.3", local},
    {"::ffff:169.254.169.254", never},
    {"::ffff:8.8.8.8", open},
    {"::ffff:0:127.0.0.1", local},
    {"64:ff9b::127.0.0.1", local},
    {"64:ff9b::a9fe:a9fe", never},
    {"64:ff9b::8.8.8.8", open},
    {"64:ff9b:1::8.8.8.8", local},
    {"64:ff9b:1:ffff::1", local},
    {"64:ff9b:1::a9fe:a9fe", never},        // the places of RFC 6052 2.2: /96
    {"64:ff9b:1:a9fe:a9:fe00::", never},    // /48
    {"64:ff9b:1:ffa9:fe:a9fe::", never},    // /56
    {"64:ff9b:1:1:a9:fea9:fe00:0", never},  // /64
    {"64:ff9b:1:a00:0:100::", local},       // 10.0.0.1
    {"::ffff:0:169.254.169.254", never},
    {"::ffff:0:8.8.8.8", local},
    {"::169.254.169.254", never},
    {"100::1", local},
    {"2001::1", local},
    {"2001:0:4136:e378:8000:63bf:3fff:fdd2", local},
    {"2001:1::1", local},
    {"2001:1::2", local},
    {"2001:2::1", local},
    {"2001:3::1", local},
    {"2001:4:112::1", local},
    {"2001:30::1", local},
    {"2001:1ff:ffff::1", local},
    {"2001:200::1", open},
    {"2001:10::1", local},
    {"2001:20::1", local},
    {"2001:db8::1", local},
    {"3fff::1", local},
    {"2002:7f00:1::", local},
    {"2002:c0a8:101::1", local},
    {"2002:a9fe:a9fe::1", never},
    {"2002:808:808::1", open},
    {"5f00::1", local},
    {"fc00::1", local},
    {"fd12:3456:789a::1", local},
    {"fd00:ec2::254", never},
    {"fe80::1", local},
    {"febf::1", local},
    {"fec0::1", local},
    {"feff::1", local},
    {"ff02::1", never},
    {"ff0e::1", never},
    {"4000::1", local},
};

bool is_open(const char* text, const AddressPolicy& policy) {
  const auto address = parse_address(text);
  BOOST_TEST_REQUIRE(address.has_value());
  return !refusal(*address, policy).has_value();
}

AddressPolicy allowing(std::vector<std::string> networks) {
  Settings settings;
  settings.allow_networks = std::move(networks);
  return address_policy(settings);
}

// As the resolver of the system reads a host, and curl with it.
std::optional<std::string> judged_by_spelling(const char* host) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_flags = AI_NUMERICHOST;
  if (getaddrinfo(host, nullptr, &wanted, &found) != 0) return "not an address";
  auto reason = refusal(found->ai_addr, found->ai_addrlen, AddressPolicy());
  freeaddrinfo(found);
  return reason;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(address_guard_test)

BOOST_AUTO_TEST_CASE(every_address_of_the_table_is_judged_right) {
  AddressPolicy relaxed;
  relaxed.allow_private = true;
  for (const auto& row : rows) {
    BOOST_TEST_CONTEXT(row.address) {
      BOOST_TEST(is_open(row.address, AddressPolicy()) == (row.decision == open));
      BOOST_TEST(is_open(row.address, relaxed) == (row.decision != never));
      // The table: with --log_level=message.
      BOOST_TEST_MESSAGE(row.address << '\t'
                                     << (row.decision == open    ? "asked"
                                         : row.decision == local ? "refused unless allowed"
                                                                 : "refused also with allow_private"));
    }
  }
}

BOOST_AUTO_TEST_CASE(any_address_can_be_allowed_by_network) {
  const auto all = allowing({"0.0.0.0/0", "::/0"});
  for (const auto& row : rows) BOOST_TEST(is_open(row.address, all), row.address);
}

BOOST_AUTO_TEST_CASE(an_allowed_network_holds_for_what_carries_it) {
  const auto policy = allowing({"127.0.0.0/8", "fd00:1::/32", "169.254.169.254"});
  for (const auto* address : {"127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::1",
                              "fd00:1::5", "169.254.169.254"})
    BOOST_TEST(is_open(address, policy), address);
  for (const auto* address : {"10.0.0.1", "::1", "fd00:2::5", "169.254.169.253", "::127.0.0.1"})
    BOOST_TEST(!is_open(address, policy), address);
}

BOOST_AUTO_TEST_CASE(spellings_of_loopback_end_at_the_same_refusal) {
  for (const auto* host : {"127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001",
                           "0177.0.0.1", "0x7f.0x0.0x0.0x1", "0", "0.0", "::1", "::ffff:127.0.0.1",
                           "0:0:0:0:0:ffff:7f00:0001", "::ffff:7f00:1", "3232235777", "0xa9fea9fe"})
    BOOST_TEST(judged_by_spelling(host).has_value(), host);
}

BOOST_AUTO_TEST_CASE(the_reason_says_which_address_and_why) {
  const auto reason = refusal(*parse_address("127.0.0.1"), AddressPolicy());
  BOOST_TEST(reason.value() == "the address 127.0.0.1 is not public (loopback); allow it with fetch.allow_networks");
}

BOOST_AUTO_TEST_CASE(other_families_and_short_structures_are_refused) {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  BOOST_TEST(refusal(reinterpret_cast<sockaddr*>(&storage), sizeof storage, AddressPolicy()).has_value());
  storage.ss_family = AF_INET6;
  BOOST_TEST(refusal(reinterpret_cast<sockaddr*>(&storage), sizeof(sockaddr_in), AddressPolicy()).has_value());
}

BOOST_AUTO_TEST_CASE(networks_are_parsed_strictly) {
  for (const auto* text :
       {"10.0.0.0/8", "0.0.0.0/0", "1.2.3.4", "1.2.3.4/32", "::/0", "fd00::/8", "::1", "::1/128", "10.1.2.3/9"})
    BOOST_TEST(parse_network(text).has_value(), text);
  for (const auto* text :
       {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0/8",
        "10.0.0.0/8/8", "::/129", "[::1]", "::1%lo", "localhost", "0x7f.1", "010.0.0.1", "10.0.0.0/+8"})
    BOOST_TEST(!parse_network(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(prefixes_end_inside_a_byte) {
  const auto network = parse_network("172.16.0.0/12").value();
  BOOST_TEST(network.contains(*parse_address("172.31.255.255")));
  BOOST_TEST(!network.contains(*parse_address("172.32.0.0")));
  BOOST_TEST(!network.contains(*parse_address("::ffff:172.16.0.1")));
  BOOST_TEST(parse_network("0.0.0.0/0")->contains(*parse_address("255.255.255.255")));
}

BOOST_AUTO_TEST_SUITE_END()
