// Only what a reader lacks: RFC 3229 with the instance manipulation "feed", which readers of feeds ask for and join to
// what they hold. What earlier editions of a page held is known by their tags. Pure; a Past belongs to one Shelf.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "publish/page.h"

namespace rapporteur::serve {

// A-IM names "feed", and not with a weight of zero.
bool accepts_delta(std::string_view a_im);

// The entries of one edition of a page, by the hash of their bytes.
struct Snapshot {
  std::string etag;                    // of the identity coding
  std::vector<std::uint64_t> entries;  // sorted
};

// The last editions of a page, the newest last; shared with the editions that follow.
using Past = std::vector<std::shared_ptr<const Snapshot>>;
// With `page` added, when it differs from the newest, and the oldest forgotten beyond fifty.
Past with(Past past, const publish::Page& page);
// The newest edition that an If-None-Match names; nullptr: none of ours, or too old.
const Snapshot* find_held(const Past& past, std::string_view if_none_match);

// The document with those entries alone that are not in `held`: new ones, and ones whose bytes have changed.
std::string write_delta(const publish::Page& page, const Snapshot& held);

}  // namespace rapporteur::serve
