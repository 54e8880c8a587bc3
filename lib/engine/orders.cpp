#include "engine/orders.h"

#include <utility>

#include "base/text.h"

namespace rapporteur::engine {

void start_round(Rounds& rounds, const std::vector<std::string>& words, std::shared_ptr<ControlReply> reply) {
  PollRequest request;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "--now")
      request.is_now = true;
    else
      request.sources.push_back(words[i]);
  }
  const auto begin = [reply](std::size_t total) { reply->line("total " + std::to_string(total)); };
  const auto line = [reply](const PollLine& one) {
    const char* kind = one.is_skipped ? "skipped" : one.is_good ? "good" : "bad";
    reply->line(std::string("result ") + kind + " " + one.source + " " + one.text);
  };
  rounds.start(request, begin, line, [reply] { reply->end(); });
}

void tell_text(ControlReply& reply, std::string_view text) {
  for (const std::string_view line : base::split(text, '\n'))
    if (!line.empty()) reply.line("text " + std::string(line));
  reply.end();
}

}  // namespace rapporteur::engine
