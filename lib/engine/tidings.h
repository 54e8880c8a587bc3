// What the operator reads in the log of a refresh that was recorded: news, first failures, silence, moves. Called by
// the engine on the io thread. The whole health of a source stands in its status; this tells when it changed.
#pragma once

#include "feed/change.h"
#include "feed/source.h"

namespace rapporteur::engine {

void tell_news(const feed::SourceSettings& source, const feed::Change& change);
// What changed for the source since it was `before`.
void tell_health(const feed::SourceSettings& source, const feed::SourceState& before, const feed::SourceState& now);
// The configured address is no longer the one that is asked, or is again. Told by `poll` too: the operator is asked to
// act.
void tell_move(const feed::SourceSettings& source, const feed::SourceState& before, const feed::SourceState& now);

}  // namespace rapporteur::engine
