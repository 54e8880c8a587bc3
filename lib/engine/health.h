// How a source fares after an answer: one of feed::State and the sentence beside it. digest calls it, wherever that
// runs; pure, `now` comes in. Says nothing of when to ask again (schedule) and logs nothing (news of a source).
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "feed/source.h"
#include "fetch/reply.h"
#include "parse/parse.h"
#include "schedule/settings.h"

namespace rapporteur::engine {

// Why an answer is no good one.
struct Trouble {
  feed::State state = feed::State::failing;
  std::string reason;
  bool is_absence =
      false;  // 404, or a name that nobody knows: after two weeks of it the source is dead (POLITENESS P29)
};

// An answer with status 200 that is no feed: a challenge, an error page, or the page that names the feed.
Trouble trouble_of_page(const fetch::Reply& reply, const parse::Error& error);
// Every other answer that brought nothing, but for 410 (count_gone).
Trouble trouble_of_refusal(const fetch::Reply& reply);
// Who keeps programs out with such a page ("Cloudflare"), by marks in it; "": no mark that we know.
std::string_view guardian_of(std::string_view page);

// A good answer: ok, or silent when the source is quiet beyond its habit or names no story any more. `state` holds
// what the answer brought already (last_news, last_count, moved_to, certificate_until).
void count_success(const feed::SourceSettings& source, feed::SourceState& state, const schedule::Settings& settings,
                   base::Instant now);
// News that a hub pushed: a source that was quiet beyond its habit is so no more. A document without stories stays
// told.
void end_silence(const feed::SourceSettings& source, feed::SourceState& state, const schedule::Settings& settings,
                 base::Instant now);
void count_failure(feed::SourceState& state, Trouble trouble, base::Instant now);
// HTTP 410: failing until it was confirmed, then gone (P28).
void count_gone(feed::SourceState& state, const schedule::Settings& settings, base::Instant now);

// Which host asked for a pause with this answer (P23), the last on the way or none, and until when it rests: as long as
// its own answer asks for; a word of others on the way is not its own. `state` holds next_poll already.
void note_plea(feed::SourceState& state, const fetch::Reply& reply, const schedule::Settings& settings,
               base::Instant now);

// How long a source of this rhythm may be quiet before it is called silent.
base::Duration bearable_silence(std::string_view rhythm);

}  // namespace rapporteur::engine
