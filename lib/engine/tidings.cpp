#include "engine/tidings.h"

#include <string>

#include "base/url.h"
#include "engine/moves.h"
#include "ops/log.h"

namespace rapporteur::engine {

void tell_news(const feed::SourceSettings& source, const feed::Change& change) {
  if (!change.is_news()) return;
  ops::log_info(
      "news",
      {{"source", source.id}, {"added", std::to_string(change.added)}, {"revised", std::to_string(change.revised)}});
}

void tell_health(const feed::SourceSettings& source, const feed::SourceState& before, const feed::SourceState& now) {
  const std::string& id = source.id;
  if (now.failures == 1)
    return ops::log_warning("a source fails; next try " + base::to_rfc3339(now.next_poll),
                            {{"source", id}, {"reason", now.reason}});
  if (now.failures > 0) {
    if (now.state != before.state)
      ops::log_warning(std::string("a source is ") + feed::to_string(now.state) + " now",
                       {{"source", id}, {"reason", now.reason}});
    return;
  }
  if (before.failures > 0 && now.reason.empty())
    return ops::log_info("a source is well again", {{"source", id}, {"failures", std::to_string(before.failures)}});
  if (now.state == feed::State::silent && before.state != feed::State::silent)
    return ops::log_warning("a source is silent", {{"source", id}, {"reason", now.reason}});
  const bool is_remark = !now.reason.empty() && (before.reason.empty() || before.failures > 0);
  if (is_remark) ops::log_warning("a source is well, but look", {{"source", id}, {"reason", now.reason}});
}

void tell_move(const feed::SourceSettings& source, const feed::SourceState& before, const feed::SourceState& now) {
  if (before.effective_url == now.effective_url) return;
  const std::string id = source.id, url = base::without_userinfo(source.url);
  if (is_adopted(source, now)) {
    const std::string since = before.moved_since ? base::to_rfc3339(*before.moved_since) : std::string("long ago");
    const std::string to = base::without_userinfo(now.effective_url);
    return ops::log_warning(
        "a source moved for good: its new address is asked from now on; write it into the configuration",
        {{"source", id}, {"url", to}, {"instead_of", url}, {"since", since}});
  }
  if (is_adopted(source, before))
    ops::log_warning("the address that a move had led to is given up; the configured one is asked again",
                     {{"source", id}, {"url", url}, {"given_up", base::without_userinfo(before.effective_url)}});
}

}  // namespace rapporteur::engine
