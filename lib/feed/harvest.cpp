#include "feed/harvest.h"

#include <cstring>

namespace rapporteur::feed {

// A key is already a hash: any eight bytes of it are as good as a hash.
std::size_t EntryKeyHash::operator()(const EntryKey& key) const {
  std::size_t hash = 0;
  static_assert(sizeof hash <= sizeof key);
  std::memcpy(&hash, key.data(), sizeof hash);
  return hash;
}

}  // namespace rapporteur::feed
