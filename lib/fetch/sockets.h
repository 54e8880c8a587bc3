// The sockets that libcurl holds for us, which does not say which of them a request is about to use. Filled by easy.cpp
// when one is opened and closed, kept by multi.h until libcurl has closed the last one. io thread only; inside fetch
// only.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

namespace rapporteur::fetch {

class Sockets {
 public:
  void opened(int socket) { unnamed_.insert(socket); }
  void closed(int socket);
  // It speaks HTTP/2, where each piece of an answer names its request: has_bytes() is false of it from here on.
  void speaks_in_streams(int local_port, int remote_port);
  // The connection between these two ports holds bytes that were not read yet; an end does not count.
  bool has_bytes(int local_port, int remote_port);
  // What that connection brought since it was opened, TLS and all; 0: not known, or in streams.
  std::uint64_t received(int local_port, int remote_port);

 private:
  using Ports = std::uint32_t;
  static Ports ports_of(int local_port, int remote_port);
  void name_new_ones();

  // Each is asked for its ports once, when it is first looked for: with hundreds open, asking all for each request
  // would cost more than the request.
  std::unordered_set<int> unnamed_;
  std::unordered_map<int, Ports> names_;
  std::unordered_multimap<Ports, int> named_;  // to two addresses there may be two with the same ports
};

}  // namespace rapporteur::fetch
