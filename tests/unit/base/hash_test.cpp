#include "base/hash.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

using namespace rapporteur::base;

namespace {

std::string hex_of(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return to_hex(digest.data(), digest.size());
}

std::uint64_t hash_of(std::initializer_list<std::string_view> pieces) {
  ChangeHash hash;
  for (std::string_view piece : pieces) hash.add(piece);
  return hash.value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hash_test)

BOOST_AUTO_TEST_CASE(sha256_gives_the_published_vectors) {  // FIPS 180-4 examples
  BOOST_TEST(hex_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(hex_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

BOOST_AUTO_TEST_CASE(hexadecimal_keeps_leading_zeros) {
  const unsigned char bytes[] = {0x00, 0x0F, 0xF0, 0xFF};
  BOOST_TEST(to_hex(bytes, 4) == "000ff0ff");
  BOOST_TEST(to_hex(bytes, 0) == "");
}

BOOST_AUTO_TEST_CASE(a_name_has_one_uuid_of_version_8_for_ever) {
  // SHA-256 of "abc" with the version and variant bits of RFC 9562 section 5.8 set.
  BOOST_TEST(uuid_of("abc") == "urn:uuid:ba7816bf-8f01-8fea-8141-40de5dae2223");
  BOOST_TEST(uuid_of("abc") != uuid_of("abd"));
}

BOOST_AUTO_TEST_CASE(a_change_hash_sees_where_one_piece_ends_and_the_next_begins) {
  BOOST_TEST(hash_of({"ab", "c"}) != hash_of({"a", "bc"}));
  BOOST_TEST(hash_of({"abc"}) != hash_of({"abc", ""}));
  BOOST_TEST(hash_of({}) != hash_of({""}));
  BOOST_TEST(hash_of({"ab", "c"}) == hash_of({"ab", "c"}));
}

BOOST_AUTO_TEST_CASE(a_change_hash_does_not_depend_on_how_long_the_pieces_are) {
  std::set<std::uint64_t> seen;  // around the block sizes of XXH3: 16, 128, 240, 256, 1024
  for (std::size_t size : {0u, 1u, 15u, 16u, 17u, 127u, 128u, 129u, 240u, 241u, 255u, 256u, 257u, 1024u, 5000u}) {
    const std::string text(size, 'x');
    BOOST_TEST(hash_of({text, text}) == hash_of({text, text}));
    seen.insert(hash_of({text, text}));
    seen.insert(hash_of({text}));
  }
  BOOST_TEST(seen.size() == 30u);
}

BOOST_AUTO_TEST_CASE(value_can_be_asked_between_pieces) {
  ChangeHash hash;
  hash.add("a");
  const std::uint64_t first = hash.value();
  BOOST_TEST(first == hash.value());
  hash.add("b");
  BOOST_TEST(hash.value() != first);
  BOOST_TEST(hash.value() == hash_of({"a", "b"}));
}

BOOST_AUTO_TEST_CASE(the_wide_value_is_stored_so_it_stays_what_it_is) {
  ChangeHash hash;
  const auto hex = [&] {
    const WideHash wide = hash.wide_value();
    return to_hex(wide.data(), wide.size());
  };
  BOOST_TEST(hex() == "99aa06d3014798d86001c324468d497f");  // published: XXH3_128bits of the empty input
  hash.add("abc");
  BOOST_TEST(hex() == "45bcdc88efffd44520b986a5e7fe1438");
}

BOOST_AUTO_TEST_CASE(hashes_that_are_stored_stay_what_they_are) {
  // XXH3_64bits of the empty input is published; the others would force a reread of every source if they changed.
  BOOST_TEST(change_hash("") == 0x2D06800538D394C2u);
  BOOST_TEST(change_hash("rapporteur") == change_hash(std::string("rapporteur")));
  BOOST_TEST(change_hash("a") != change_hash("b"));
}

BOOST_AUTO_TEST_CASE(hmac_gives_the_published_vectors) {  // RFC 2202 and RFC 4231, test case 2
  const auto code = [](Digest digest) {
    const std::string bytes = hmac(digest, "Jefe", "what do ya want for nothing?");
    return to_hex(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  };
  BOOST_TEST(code(Digest::sha1) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  BOOST_TEST(code(Digest::sha256) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(code(Digest::sha384) ==
             "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
  BOOST_TEST(code(Digest::sha512) ==
             "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd"
             "caeab1a34d4a6b4b636e070a38bce737");
}

BOOST_AUTO_TEST_CASE(an_empty_key_is_a_key_of_its_own) {
  hmac(Digest::sha256, "another", "x");
  BOOST_TEST(hmac(Digest::sha256, std::string_view(), "x") == hmac(Digest::sha256, "", "x"));
  BOOST_TEST(hmac(Digest::sha256, std::string_view(), "x") != hmac(Digest::sha256, "another", "x"));
}

BOOST_AUTO_TEST_CASE(hexadecimal_digits_become_bytes_and_nothing_else_does) {
  BOOST_TEST(from_hex("00fFA0").value() == std::string("\x00\xff\xa0", 3));
  BOOST_TEST(from_hex("").value() == "");
  for (const char* wrong : {"0", "0g", "g0", " 00", "0x00", "00 "}) BOOST_TEST(!from_hex(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(secrets_are_the_same_only_as_a_whole) {
  BOOST_TEST(is_same_secret("abc", "abc"));
  BOOST_TEST(is_same_secret("", ""));
  for (const char* other : {"abd", "xbc", "ab", "abcd", ""}) BOOST_TEST(!is_same_secret("abc", other), other);
}

BOOST_AUTO_TEST_CASE(short_pieces_at_once_hash_as_one_by_one) {
  for (const std::size_t size : {0u, 1u, 100u, 119u, 120u, 121u, 127u, 128u, 240u, 241u, 495u, 496u, 497u, 2000u}) {
    const std::string piece(size, 'x');
    ChangeHash hash;
    hash.add("a");
    hash.add(piece);
    BOOST_TEST((wide_hash({"a", piece}) == hash.wide_value()), size);
  }
  BOOST_TEST((wide_hash({"ab", "c"}) != wide_hash({"a", "bc"})));
}

BOOST_AUTO_TEST_SUITE_END()
