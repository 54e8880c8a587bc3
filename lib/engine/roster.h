// The sources we follow, by slot: what the queue, the pages and the status speak of. A slot is never given to another
// source while the process lives, so a refresh in flight survives a reload. io thread only.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feed/source.h"
#include "schedule/queue.h"

namespace rapporteur::engine {

class Roster {
 public:
  using List = std::vector<std::shared_ptr<const feed::SourceSettings>>;

  // Brings the list in line: known ids keep their slot, what is not in `settings` is no longer followed.
  void follow(const List& settings, std::vector<feed::SourceState> states);

  std::size_t size() const { return sources_.size(); }
  feed::Source& at(schedule::Slot slot) { return sources_[slot]; }
  const feed::Source& at(schedule::Slot slot) const { return sources_[slot]; }
  bool is_followed(schedule::Slot slot) const { return is_followed_[slot]; }  // configured and enabled
  bool is_configured(schedule::Slot slot) const { return is_configured_[slot]; }
  std::optional<schedule::Slot> find(std::string_view id) const;

 private:
  std::deque<feed::Source> sources_;  // a refresh holds on to its own while others are added
  std::vector<char> is_followed_;
  std::vector<char> is_configured_;
  std::unordered_map<std::string, schedule::Slot> slots_;
};

// What is asked: the adopted address, else the configured one.
const std::string& address_of(const feed::Source& source);
// The queue's name for the host of an address: "host:port".
std::string host_key(const std::string& url);
// The queue's name for who answers for that host: the registered name, without the port.
std::string site_key(const std::string& url);

}  // namespace rapporteur::engine
