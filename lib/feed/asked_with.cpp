#include "feed/asked_with.h"

#include <cstring>

#include "base/hash.h"

namespace rapporteur::feed {

std::uint64_t asked_with(const SourceSettings& settings) {
  const SourceExtras& extras = *settings.extras;
  std::uint64_t number = 0;
  if (!extras.username.empty() || !extras.password.empty() || !extras.headers.empty()) {
    std::string words = extras.username + '\0' + extras.password + '\0';
    for (const auto& [name, value] : extras.headers) words += name + '\0' + value + '\0';
    const base::Sha256 digest = base::sha256(words);
    std::memcpy(&number, digest.data(), sizeof number);
  }
  return number << 2 | (settings.enabled ? 1 : 2);
}

bool is_asked_alike(const SourceSettings& a, const SourceSettings& b) {
  return a.url == b.url && asked_with(a) == asked_with(b);
}

}  // namespace rapporteur::feed
