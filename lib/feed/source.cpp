#include "feed/source.h"

#include "base/text.h"
#include "base/url.h"

namespace rapporteur::feed {

const char* to_string(State state) {
  switch (state) {
    case State::pending:
      return "pending";
    case State::ok:
      return "ok";
    case State::failing:
      return "failing";
    case State::blocked:
      return "blocked";
    case State::silent:
      return "silent";
    case State::gone:
      return "gone";
  }
  return "pending";
}

std::string agency_of(const SourceSettings& settings, const SourceState& state) {
  for (const std::string* name : {&settings.labels->agency, &settings.labels->title, &state.feed_title})
    if (std::string words = base::collapse_space(*name); !words.empty()) return words;
  const std::optional<base::Authority> authority = base::authority_of(settings.url);
  if (!authority) return settings.id;
  return authority->host.starts_with("www.") ? authority->host.substr(4) : authority->host;
}

}  // namespace rapporteur::feed
