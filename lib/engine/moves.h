// Permanent moves of a source (POLITENESS P30, P31): sightings, adoption after they lasted, and the way back when the
// new address fails for long. A temporary redirect is followed by fetch and leaves nothing here. The configuration is
// never written. Called by digest and health; pure. Kept in feed::SourceState: `moved_to` and `moved_since`, and
// `effective_url`, which is what is asked. Once adopted, moved_to is effective_url and moved_since the adoption.
#pragma once

#include <string>

#include "base/time.h"
#include "feed/source.h"
#include "fetch/reply.h"
#include "schedule/settings.h"

namespace rapporteur::engine {

bool is_adopted(const feed::SourceSettings& source, const feed::SourceState& state);

// An answer that was a feed, changed or not. Adopts the move when it is time.
void note_good_answer(const feed::SourceSettings& source, feed::SourceState& state, const fetch::Reply& reply,
                      const schedule::Settings& settings, base::Instant now);
// Any other answer, after it was counted: a permanent redirect to what is no feed is no move. Goes back to the
// configured address when an adopted one fails for days, or said 410 for good.
void note_bad_answer(const feed::SourceSettings& source, feed::SourceState& state, const fetch::Reply& reply,
                     base::Instant now);

// For the state: "moved permanently to … since …, …"; "" when there is nothing to say.
std::string move_sentence(const feed::SourceSettings& source, const feed::SourceState& state,
                          const schedule::Settings& settings);

}  // namespace rapporteur::engine
