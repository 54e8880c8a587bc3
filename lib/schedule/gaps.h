// Which hosts share the pause between two starts (POLITENESS P33): those of one site, and those that one address
// serves. Knows hosts by the queue's numbers and who was last asked when; decides nothing. Used by queue.cpp; pure.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "schedule/number_of.h"

namespace rapporteur::schedule {

class Gaps {
 public:
  using Host = std::uint32_t;

  // A host stands in one site and behind at most one address; the last word counts. An address that serves many of our
  // hosts is a network for delivery, in which none feels another's load: it binds nobody.
  void join_site(Host host, std::string_view site) { join(host, by_site, site); }
  void join_address(Host host, std::string_view address) { join(host, by_address, address); }

  void forget(Host host);                      // its number may be another's from now on
  void started(Host host, base::Instant now);  // never moves a start back
  void undo_start(Host host);                  // of the last `started`
  // The last start that binds the host; nullopt: none.
  std::optional<base::Instant> last_start(Host host) const;
  bool are_neighbours(Host one, Host other) const;
  // Whose answer to last_start may have changed: the host and those it shares with, some of them twice.
  template <class Visit>
  void visit_neighbours(Host host, const Visit& visit) const {
    visit(host);
    for (const std::uint32_t place : places_[host])
      if (place != none && groups_[place].may_have_bound())
        for (const Host other : groups_[place].hosts)
          if (other != host) visit(other);
  }
  void shift(base::Duration step);  // the clock was set by this

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  enum Kind { by_site, by_address, kinds };
  struct Group {
    const std::string* name = nullptr;  // in names_; null: vacant
    std::vector<Host> hosts;
    std::optional<base::Instant> last, before;
    Kind kind = by_site;
    bool binds() const { return kind == by_site || hosts.size() <= most_hosts_of_an_address; }
    bool may_have_bound() const { return kind == by_site || hosts.size() <= most_hosts_of_an_address + 1; }
  };
  using Places = std::array<std::uint32_t, kinds>;
  static constexpr std::size_t most_hosts_of_an_address = 8;

  void join(Host host, Kind kind, std::string_view name);
  void leave(Host host, Kind kind);

  std::vector<Places> places_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> vacant_;  // of groups_
  std::array<NumberOf, kinds> names_;
};

}  // namespace rapporteur::schedule
