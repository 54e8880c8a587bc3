// Who is asked before a redirect is followed to another host, since patience with hosts is not the client's (POLITENESS
// P23, P33). The engine's planner is one. io thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "base/time.h"

namespace rapporteur::fetch {

// The other host cannot be asked now.
struct Postponement {
  base::Instant until{};
  std::string why;  // a sentence
};

class Gate {
 public:
  virtual ~Gate() = default;
  // Waits until the redirect from the address `from`, which was asked at `asked`, may go on to `to`; not for long.
  virtual boost::asio::awaitable<std::optional<Postponement>> pass(std::string from, base::Instant asked,
                                                                   std::string to) = 0;
  // Who passed to this address is done there.
  virtual void passed(const std::string& to) = 0;
};

}  // namespace rapporteur::fetch
