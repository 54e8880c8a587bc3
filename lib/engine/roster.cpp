#include "engine/roster.h"

#include <cassert>
#include <utility>

#include "base/site.h"
#include "base/url.h"
#include "feed/asked_with.h"

namespace rapporteur::engine {

Roster::Roster() : slots_(0, ById{&rows_}, ById{&rows_}) {}

void Roster::follow(const List& settings, std::vector<feed::PackedState> states) {
  assert(settings.size() == states.size());
  for (Row& row : rows_) row.is_followed = row.is_configured = false;
  rows_.reserve(settings.size());
  slots_.reserve(settings.size());
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto place = slots_.find(std::string_view(settings[i]->id));
    const bool is_new = place == slots_.end();
    const auto slot = is_new ? static_cast<schedule::Slot>(rows_.size()) : *place;
    if (is_new) rows_.emplace_back();
    Row& row = rows_[slot];
    // What is known here of a source that is asked as before is as new as what the store gave, or newer: answers are
    // written in groups.
    if (is_new || !feed::is_asked_alike(*row.settings, *settings[i])) row.state = std::move(states[i]);
    row.settings = settings[i];
    row.is_followed = settings[i]->enabled;
    row.is_configured = true;
    if (is_new) slots_.insert(slot);
  }
}

std::string_view Roster::address_of(schedule::Slot slot) const {
  const std::string& configured = rows_[slot].settings->url;
  const std::string_view adopted = rows_[slot].state.effective_url(configured);
  return adopted.empty() ? std::string_view(configured) : adopted;
}

std::vector<RestingSource> Roster::followed() const {
  std::vector<RestingSource> list;
  for (schedule::Slot slot = 0; slot < size(); ++slot)
    if (is_followed(slot)) list.push_back(resting(slot));
  return list;
}

void Roster::remember(schedule::Slot slot, const feed::SourceState& state) {
  rows_[slot].state = feed::PackedState(state, rows_[slot].settings->url);
}

std::optional<schedule::Slot> Roster::find(std::string_view id) const {
  const auto place = slots_.find(id);
  if (place == slots_.end() || !is_configured(*place)) return std::nullopt;
  return *place;
}

const std::string& address_of(const feed::Source& source) {
  return source.state.effective_url.empty() ? source.settings->url : source.state.effective_url;
}

std::string host_key(std::string_view url) {
  const auto authority = base::authority_of(url);
  return authority ? authority->host : std::string(url);
}

HostNames host_names(std::string_view url) {
  const auto authority = base::authority_of(url);
  if (!authority) return {std::string(url), std::string(url)};
  return {authority->host, base::site_of(authority->host)};
}

}  // namespace rapporteur::engine
