// How we ask ([fetch] of CONTRACT section 2).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace rapporteur::fetch {

struct Settings {
  std::string contact;     // URL or mail, in the User-Agent
  std::string user_agent;  // "": made of name, version and contact
  int connections = 32;
  int host_connections = 1;
  base::Duration connect_timeout = std::chrono::seconds(10);
  base::Duration timeout = std::chrono::seconds(60);
  std::uint64_t max_body = 16u << 20;     // bytes, decoded
  std::uint64_t body_budget = 48u << 20;  // bytes, decoded, of all refreshes together, parsing included
  int max_redirects = 5;
  base::Duration max_retry_after = std::chrono::hours(24 * 7);
  bool allow_private = false;
  std::vector<std::string> allow_networks;  // CIDR
  bool obey_robots = false;                 // for feeds; pages always obey
  std::string proxy;                        // "": none; the environment is not read
  std::string ca_file;                      // "": the system's
};

}  // namespace rapporteur::fetch
