#include "engine/roster.h"

#include <algorithm>
#include <cassert>

#include "base/site.h"
#include "base/url.h"

namespace rapporteur::engine {

void Roster::follow(const List& settings, std::vector<feed::SourceState> states) {
  assert(settings.size() == states.size());
  std::fill(is_followed_.begin(), is_followed_.end(), 0);
  std::fill(is_configured_.begin(), is_configured_.end(), 0);
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto [place, is_new] = slots_.try_emplace(settings[i]->id, static_cast<schedule::Slot>(sources_.size()));
    if (is_new) {
      sources_.emplace_back();
      is_followed_.push_back(0);
      is_configured_.push_back(0);
    }
    const schedule::Slot slot = place->second;
    feed::Source& source = sources_[slot];
    // What is known here of the same address is as new as what the store gave, or newer: answers are written in groups.
    if (is_new || source.settings->url != settings[i]->url) source.state = std::move(states[i]);
    source.settings = settings[i];
    is_followed_[slot] = settings[i]->enabled ? 1 : 0;
    is_configured_[slot] = 1;
  }
}

std::optional<schedule::Slot> Roster::find(std::string_view id) const {
  const auto place = slots_.find(std::string(id));
  if (place == slots_.end() || !is_configured_[place->second]) return std::nullopt;
  return place->second;
}

const std::string& address_of(const feed::Source& source) {
  return source.state.effective_url.empty() ? source.settings->url : source.state.effective_url;
}

std::string host_key(const std::string& url) {
  const auto authority = base::authority_of(url);
  return authority ? authority->host + ":" + authority->port : url;
}

std::string site_key(const std::string& url) {
  const auto authority = base::authority_of(url);
  return authority ? base::site_of(authority->host) : url;
}

}  // namespace rapporteur::engine
