// Which hub a source names, and under which topic (W3C WebSub section 4). Called by digest for a document that was
// read. Pure.
#pragma once

#include <string>

#include "feed/feed.h"
#include "fetch/reply.h"

namespace rapporteur::engine {

struct Discovered {
  std::string hub, topic;  // http(s), without credentials; both "": none is named
};

// Link fields of the answer go before the document, as the specification wants. Of several hubs an https one is
// taken, the one that is `known` already where that is one, else it, else the first. Without rel=self the topic is the
// address that was `polled`.
Discovered discover(const feed::Head& head, const fetch::Reply& reply, const std::string& known,
                    const std::string& polled);

}  // namespace rapporteur::engine
