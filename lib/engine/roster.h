// The sources we follow, by slot: what the queue, the pages and the status speak of. A slot is never given to another
// source while the process lives, so a refresh in flight survives a reload. States rest here packed: at() gives a copy
// to work with, remember() takes the next one. io thread only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "feed/packed_state.h"
#include "feed/source.h"
#include "schedule/queue.h"

namespace rapporteur::engine {

// One that may be looked at on another thread.
struct RestingSource {
  std::shared_ptr<const feed::SourceSettings> settings;
  feed::PackedState state;
};

class Roster {
 public:
  using List = std::vector<std::shared_ptr<const feed::SourceSettings>>;

  Roster();
  Roster(const Roster&) = delete;
  Roster& operator=(const Roster&) = delete;

  // Brings the list in line: known ids keep their slot, what is not in `settings` is no longer followed. A state was
  // packed with the address of its settings.
  void follow(const List& settings, std::vector<feed::PackedState> states);

  std::size_t size() const { return rows_.size(); }
  feed::Source at(schedule::Slot slot) const { return {rows_[slot].settings, state_of(slot)}; }
  feed::SourceState state_of(schedule::Slot slot) const { return rows_[slot].state.unpack(rows_[slot].settings->url); }
  RestingSource resting(schedule::Slot slot) const { return {rows_[slot].settings, rows_[slot].state}; }
  std::vector<RestingSource> followed() const;
  // Nothing of it changed since.
  bool is_as(schedule::Slot slot, const RestingSource& before) const {
    return rows_[slot].settings == before.settings && rows_[slot].state.is_same(before.state);
  }
  feed::StateGlance glance(schedule::Slot slot) const { return rows_[slot].state.glance(); }
  const std::shared_ptr<const feed::SourceSettings>& settings_of(schedule::Slot slot) const {
    return rows_[slot].settings;
  }
  // What is asked: the adopted address, else the configured one. Until the next remember() or follow().
  std::string_view address_of(schedule::Slot slot) const;
  void remember(schedule::Slot slot, const feed::SourceState& state);
  bool is_followed(schedule::Slot slot) const { return rows_[slot].is_followed; }  // configured and enabled
  bool is_configured(schedule::Slot slot) const { return rows_[slot].is_configured; }
  std::optional<schedule::Slot> find(std::string_view id) const;

 private:
  struct Row {
    std::shared_ptr<const feed::SourceSettings> settings;
    feed::PackedState state;
    bool is_followed = false, is_configured = false;
  };
  // Slots by the id of their settings, which is in memory already.
  struct ById {
    using is_transparent = void;
    const std::vector<Row>* rows;
    std::string_view id_of(schedule::Slot slot) const { return (*rows)[slot].settings->id; }
    std::string_view id_of(std::string_view id) const { return id; }
    std::size_t operator()(const auto& key) const { return std::hash<std::string_view>()(id_of(key)); }
    bool operator()(const auto& a, const auto& b) const { return id_of(a) == id_of(b); }
  };

  std::vector<Row> rows_;
  std::unordered_set<schedule::Slot, ById, ById> slots_;
};

// What is asked: the adopted address, else the configured one.
const std::string& address_of(const feed::Source& source);
// The queue's name for the host of an address: without the port, since whoever asks for a pause at one port means the
// machine (POLITENESS P23, P33).
std::string host_key(std::string_view url);
// With the name for who answers for that host: the registered name.
struct HostNames {
  std::string host, site;
};
HostNames host_names(std::string_view url);

}  // namespace rapporteur::engine
