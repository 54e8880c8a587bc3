#include "fetch/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

namespace rapporteur::fetch {

namespace {

using NameOf = int (*)(int, sockaddr*, socklen_t*);

// -1: not known.
int port_by(NameOf name_of, int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (name_of(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return -1;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return -1;
}

}  // namespace

std::unordered_set<int>::const_iterator Sockets::find(int local_port, int remote_port) const {
  return std::find_if(open_.begin(), open_.end(), [&](int socket) {
    return port_by(::getsockname, socket) == local_port && port_by(::getpeername, socket) == remote_port;
  });
}

void Sockets::speaks_in_streams(int local_port, int remote_port) {
  const auto found = find(local_port, remote_port);
  if (found != open_.end()) open_.erase(found);
}

bool Sockets::has_bytes(int local_port, int remote_port) const {
  const auto found = find(local_port, remote_port);
  char byte = 0;
  return found != open_.end() && ::recv(*found, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace rapporteur::fetch
