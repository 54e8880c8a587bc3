// Where and how much we serve ([server] of CONTRACT section 2).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/time.h"

namespace rapporteur::serve {

struct Settings {
  std::vector<std::string> listen = {"127.0.0.1:8480"};  // host:port, [v6]:port, unix:/path
  std::vector<std::string> trusted_proxies;
  std::size_t max_connections = 2000;
  std::size_t max_push = std::size_t{16} << 20;              // bytes of a body that a hub brings
  base::Duration header_timeout = std::chrono::seconds(10);  // a request must be whole by then
  base::Duration idle_timeout = std::chrono::seconds(60);    // between requests
  base::Duration write_timeout = std::chrono::seconds(30);   // without progress
  // Bytes in a second. Whoever takes what it asked for more slowly than this, beyond one write_timeout, loses its
  // place: a byte now and then is progress too. A modem is faster.
  std::size_t slowest_reader = std::size_t{4} << 10;
};

}  // namespace rapporteur::serve
