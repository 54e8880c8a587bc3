// The sockets that libcurl holds for us, which does not say which of them a request is about to use. Filled by easy.cpp
// when one is opened and closed, kept by multi.h until libcurl has closed the last one. io thread only; inside fetch
// only.
#pragma once

#include <unordered_set>

namespace rapporteur::fetch {

class Sockets {
 public:
  void opened(int socket) { open_.insert(socket); }
  void closed(int socket) { open_.erase(socket); }
  // It speaks HTTP/2, where each piece of an answer names its request: has_bytes() is false of it from here on.
  void speaks_in_streams(int local_port, int remote_port);
  // The connection between these two ports holds bytes that were not read yet; an end does not count.
  bool has_bytes(int local_port, int remote_port) const;

 private:
  std::unordered_set<int>::const_iterator find(int local_port, int remote_port) const;

  std::unordered_set<int> open_;
};

}  // namespace rapporteur::fetch
