// In which order stories and articles stand: newest first by a key that is fixed when an entry is first seen, with a
// total tie-break, so that the same store always prints the same bytes. Called by store and press. Pure, any thread.
#pragma once

#include <optional>

#include "feed/story.h"

namespace rapporteur::merge {

// min(published, first seen), CONTRACT section 7: a date in the future does not stick on top, an old entry that comes
// late does not push itself up, and a later correction of the date moves nothing.
base::Instant order_key(std::optional<base::Instant> published, base::Instant first_seen);

// Strict total orders over what has a row in the store: larger order key first, then the smaller row.
bool is_before(const feed::Article& a, const feed::Article& b);
bool is_before(const feed::Story& a, const feed::Story& b);

}  // namespace rapporteur::merge
