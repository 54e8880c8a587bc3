// What a hub brought for a source, and how it takes the place of an answer on the spine. Pure; the body of 16 MiB that
// somebody may send costs some ten milliseconds to check, so it is done on a worker.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fetch/reply.h"

namespace rapporteur::engine {

struct Pushed {
  Pushed() = default;
  std::string body, content_type, signature;  // as they came
  std::string secret;                         // what it must be signed with
  std::string url;                            // the address of the source: what relative links are resolved against
  std::optional<base::Instant> until;         // how long the hub goes on pushing
};

// Outcome `fresh`, or `refused` when it is not signed rightly. Takes the body out of `pushed`.
fetch::Reply open_push(std::shared_ptr<Pushed> pushed, base::Instant now);

}  // namespace rapporteur::engine
