#include "engine/push.h"

#include <utility>

#include "engine/hub_words.h"

namespace rapporteur::engine {

fetch::Reply open_push(std::shared_ptr<Pushed> pushed, base::Instant now) {
  fetch::Reply reply;
  reply.is_pushed = true;
  reply.started = now;
  fetch::Hop hop;
  hop.url = pushed->url;
  reply.hops.push_back(std::move(hop));
  reply.outcome = base::Outcome::refused;
  if (!is_signed(pushed->body, pushed->secret, pushed->signature)) return reply;
  reply.outcome = base::Outcome::fresh;
  reply.content_type = std::move(pushed->content_type);
  reply.wire_bytes = pushed->body.size();
  reply.body = std::move(pushed->body);
  reply.pushed_until = pushed->until;
  return reply;
}

}  // namespace rapporteur::engine
