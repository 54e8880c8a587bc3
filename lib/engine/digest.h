// A reply, or what a hub pushed, becomes a harvest: parse, identify, clean what is new, decide health and the next
// poll. Pure: everything that can go wrong with a source is part of the result. Runs on a worker (a reply without news
// may be digested where it is).
#pragma once

#include <memory>

#include "feed/harvest.h"
#include "fetch/reply.h"
#include "schedule/settings.h"

namespace rapporteur::engine {

struct DigestSettings {
  schedule::Settings schedule;
  bool sanitises = true;  // false only in benchmarks
};

// Of a push that could not be used nothing is left: outcome `cancelled`, the state as it was.
feed::Harvest digest(const feed::Source& followed, const feed::KnownEntries& known, fetch::Reply reply,
                     std::shared_ptr<const DigestSettings> settings, base::Instant now);

}  // namespace rapporteur::engine
