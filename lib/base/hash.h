// Two hashes: SHA-256 where the value is shown or counts across sources, XXH3 where it tells entries and changes apart
// within one source: who makes two of his own collide harms himself alone. And HMAC (RFC 2104) for bodies that claim to
// come from somebody who knows a secret. Home of OpenSSL's digests and xxHash. Pure, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace rapporteur::base {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
std::string to_hex(const unsigned char* bytes, std::size_t size);
std::optional<std::string> from_hex(std::string_view digits);  // both cases; nullopt: anything else, or half a byte
// "urn:uuid:…" (RFC 9562 version 8) made of the SHA-256 of `name`: the same name, the same id, for ever.
std::string uuid_of(std::string_view name);

enum class Digest { sha1, sha256, sha384, sha512 };
std::string hmac(Digest digest, std::string_view key, std::string_view bytes);  // as bytes
// Takes as long wherever the first difference stands; texts of different lengths are told apart at once.
bool is_same_secret(std::string_view a, std::string_view b);

using WideHash = std::array<unsigned char, 16>;

// XXH3 over several pieces; a piece's length counts, so ("ab","c") differs from ("a","bc"). Not movable: short lived.
// Most are fed little, in many pieces: these are put together, and hashed in one go.
class ChangeHash {
 public:
  ChangeHash() = default;
  ChangeHash(const ChangeHash&) = delete;
  ChangeHash& operator=(const ChangeHash&) = delete;
  void add(std::string_view piece);
  std::uint64_t value();
  WideHash wide_value();  // 128 bits, in the canonical order of bytes, so that it can be stored

 private:
  void flush();

  std::array<char, 1024> waiting_;  // in front of which `state_` has what did not fit, if anything
  std::size_t waiting_bytes_ = 0;
  bool has_state_ = false;
  alignas(64) unsigned char state_[1024];  // room for XXH3_state_t, checked where it is used
};

std::uint64_t change_hash(std::string_view bytes);
// What ChangeHash says of these pieces, sooner where they are short.
WideHash wide_hash(std::initializer_list<std::string_view> pieces);

}  // namespace rapporteur::base
