// Opens listening sockets from the addresses of the configuration and knows those that systemd passed. Faults come as
// sentences for the operator. Called once at the start, on the thread that owns the server.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace rapporteur::serve {

// A listening, non-blocking descriptor; closed with the object, and a unix socket that we made is removed.
class Listener {
 public:
  Listener(int descriptor, std::string path_to_remove);
  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;

  int descriptor() const { return descriptor_; }
  bool is_tcp() const;
  std::string url() const;  // "http://127.0.0.1:8480", "unix:/run/rapporteur/http.sock"
  // Whether a socket bound to `address` would collide with this one: same address, or ours is the wildcard.
  bool covers(const std::string& address) const;

 private:
  int descriptor_;
  std::string path_;  // "": nothing to remove
};

// "host:port", "[v6]:port" or "unix:/path"; a host name may stand for several addresses.
Result<std::vector<Listener>, std::string> open_listeners(const std::string& address);
// Makes a passed descriptor ours.
Listener adopt(int descriptor);

}  // namespace rapporteur::serve
