#include "feed/article.h"

#include "base/hash.h"

namespace rapporteur::feed {

std::string minted_atom_id(const std::string& source_id, const EntryKey& key) {
  return base::uuid_of(source_id + '\0' + base::to_hex(key.data(), key.size()));
}

}  // namespace rapporteur::feed
