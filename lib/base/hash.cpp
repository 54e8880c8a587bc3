#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
// Compiled in: the state then has the layout that this file's static_assert saw, whatever library is installed later.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <new>
#include <stdexcept>

namespace rapporteur::base {

namespace {

XXH3_state_t* xxh3(unsigned char* room) { return std::launder(reinterpret_cast<XXH3_state_t*>(room)); }

// In front of each piece, so that pieces cannot run into each other.
constexpr std::size_t length_bytes = 8;

char* write_length(char* to, std::uint64_t length) {
  for (unsigned i = 0; i < length_bytes; ++i) *to++ = static_cast<char>(length >> (8 * i));
  return to;
}

WideHash to_wide(XXH128_hash_t hash) {
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, hash);
  WideHash wide;
  static_assert(sizeof wide == sizeof bytes.digest);
  std::memcpy(wide.data(), bytes.digest, wide.size());
  return wide;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 digest{};
  unsigned int size = 0;
  // Looked up once, and kept: EVP_sha256() would have the provider looked for in each call.
  static const EVP_MD* const kind = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (!kind || EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, kind, nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available from OpenSSL");
  assert(size == digest.size());
  return digest;
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out(size * 2, '0');
  for (std::size_t i = 0; i < size; ++i) {
    out[2 * i] = digits[bytes[i] >> 4];
    out[2 * i + 1] = digits[bytes[i] & 0xF];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view digits) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = value(digits[i]), low = value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string hmac(Digest digest, std::string_view key, std::string_view bytes) {
  const EVP_MD* const kind = digest == Digest::sha1     ? EVP_sha1()
                             : digest == Digest::sha256 ? EVP_sha256()
                             : digest == Digest::sha384 ? EVP_sha384()
                                                        : EVP_sha512();
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned int size = 0;
  // An empty key is a key; OpenSSL takes a null pointer for "the key of last time".
  const char* const secret = key.empty() ? "" : key.data();
  if (!HMAC(kind, secret, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
            bytes.size(), code.data(), &size))
    throw std::runtime_error("HMAC is not available from OpenSSL");
  return {reinterpret_cast<const char*>(code.data()), size};
}

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string uuid_of(std::string_view name) {
  Sha256 digest = sha256(name);
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0F) | 0x80);  // RFC 9562 section 5.8: version 8
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3F) | 0x80);  // section 4.1: variant 10
  const std::string hex = to_hex(digest.data(), 16);
  std::string out = "urn:uuid:";
  out.append(hex, 0, 8).append("-").append(hex, 8, 4).append("-").append(hex, 12, 4);
  out.append("-").append(hex, 16, 4).append("-").append(hex, 20, 12);
  return out;
}

void ChangeHash::flush() {
  static_assert(sizeof(XXH3_state_t) <= sizeof state_, "state_ is too small for this xxHash");
  static_assert(alignof(XXH3_state_t) <= 64);
  if (!has_state_) {
    // xxHash wants the state initialised before its first reset.
    XXH3_state_t* state = new (state_) XXH3_state_t;
    XXH3_INITSTATE(state);
    XXH3_64bits_reset(state);
    has_state_ = true;
  }
  XXH3_64bits_update(xxh3(state_), waiting_.data(), waiting_bytes_);
  waiting_bytes_ = 0;
}

void ChangeHash::add(std::string_view piece) {
  if (waiting_.size() - waiting_bytes_ < length_bytes + piece.size()) flush();
  char* const behind = write_length(waiting_.data() + waiting_bytes_, piece.size());
  waiting_bytes_ += length_bytes;
  if (piece.size() <= waiting_.size() - length_bytes) {
    std::copy(piece.begin(), piece.end(), behind);
    waiting_bytes_ += piece.size();
    return;
  }
  flush();
  XXH3_64bits_update(xxh3(state_), piece.data(), piece.size());
}

WideHash wide_hash(std::initializer_list<std::string_view> pieces) {
  std::array<char, 512> framed;
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += length_bytes + piece.size();
  if (size > framed.size()) {
    ChangeHash hash;
    for (const std::string_view piece : pieces) hash.add(piece);
    return hash.wide_value();
  }
  char* to = framed.data();
  for (const std::string_view piece : pieces)
    to = std::copy(piece.begin(), piece.end(), write_length(to, piece.size()));
  return to_wide(XXH3_128bits(framed.data(), size));
}

std::uint64_t ChangeHash::value() {
  if (!has_state_) return XXH3_64bits(waiting_.data(), waiting_bytes_);
  flush();
  return XXH3_64bits_digest(xxh3(state_));
}

WideHash ChangeHash::wide_value() {
  if (!has_state_) return to_wide(XXH3_128bits(waiting_.data(), waiting_bytes_));
  flush();
  return to_wide(XXH3_128bits_digest(xxh3(state_)));
}

std::uint64_t change_hash(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace rapporteur::base
