#include "fetch/sockets.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
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

Sockets::Ports Sockets::ports_of(int local_port, int remote_port) {
  return static_cast<Ports>(local_port) << 16 | static_cast<Ports>(remote_port);
}

void Sockets::name_new_ones() {
  for (auto socket = unnamed_.begin(); socket != unnamed_.end();) {
    const int local = port_by(::getsockname, *socket), remote = port_by(::getpeername, *socket);
    if (local < 0 || remote < 0) {  // not connected yet
      ++socket;
      continue;
    }
    names_.emplace(*socket, ports_of(local, remote));
    named_.emplace(ports_of(local, remote), *socket);
    socket = unnamed_.erase(socket);
  }
}

void Sockets::closed(int socket) {
  unnamed_.erase(socket);
  const auto name = names_.find(socket);
  if (name == names_.end()) return;
  const auto [first, last] = named_.equal_range(name->second);
  for (auto one = first; one != last; ++one) {
    if (one->second != socket) continue;
    named_.erase(one);
    break;
  }
  names_.erase(name);
}

void Sockets::speaks_in_streams(int local_port, int remote_port) {
  name_new_ones();
  const auto found = named_.find(ports_of(local_port, remote_port));
  if (found == named_.end()) return;
  names_.erase(found->second);
  named_.erase(found);
}

bool Sockets::has_bytes(int local_port, int remote_port) {
  const Ports ports = ports_of(local_port, remote_port);
  if (!named_.contains(ports)) name_new_ones();
  const auto [first, last] = named_.equal_range(ports);
  return std::any_of(first, last, [](const auto& one) {
    char byte = 0;
    return ::recv(one.second, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  });
}

std::uint64_t Sockets::received(int local_port, int remote_port) {
  const Ports ports = ports_of(local_port, remote_port);
  if (!named_.contains(ports)) name_new_ones();
  const auto found = named_.find(ports);
  tcp_info info{};
  socklen_t size = sizeof info;
  if (found == named_.end() || getsockopt(found->second, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  return info.tcpi_bytes_received;
}

}  // namespace rapporteur::fetch
