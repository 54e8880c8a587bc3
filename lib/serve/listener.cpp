#include "serve/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace rapporteur::serve {

namespace {

constexpr int backlog = 4096;  // the kernel takes net.core.somaxconn when that is smaller
constexpr std::string_view unix_prefix = "unix:";

struct HostPort {
  std::string host, port;
};

std::optional<HostPort> split_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size()) return std::nullopt;
  HostPort parts{address.substr(0, colon), address.substr(colon + 1)};
  if (parts.host.front() == '[' && parts.host.back() == ']')
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  else if (parts.host.find(':') != std::string::npos)
    return std::nullopt;  // an IPv6 address needs its brackets
  if (parts.port.size() > 5 || parts.port.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  if (std::stoi(parts.port) > 65535 || parts.host.empty()) return std::nullopt;
  return parts;
}

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

AddressList resolve(const HostPort& parts, int& error) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  error = getaddrinfo(parts.host.c_str(), parts.port.c_str(), &hints, &list);
  return {list, &freeaddrinfo};
}

std::string sentence_of(const std::string& address, int error) {
  std::string text = "cannot listen on " + address + ": ";
  switch (error) {
    case EADDRINUSE:
      return text +
             "the address is in use by another program; stop that one (ss -lptn shows it) or name another port in "
             "server.listen";
    case EACCES:
      return text +
             "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE, a unix socket needs a folder this user "
             "may "
             "write to";
    case EADDRNOTAVAIL:
      return text +
             "no interface of this machine has this address; name one that it has, or 127.0.0.1, in server.listen";
    case ENOENT:
      return text + "the folder does not exist; create it or name another path in server.listen";
    default:
      return text + std::generic_category().message(error) + "; name another address in server.listen";
  }
}

int open_socket(int family) { return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

// The descriptor, or -1 with errno set.
int bind_and_listen(int descriptor, const sockaddr* address, socklen_t size) {
  if (::bind(descriptor, address, size) == 0 && ::listen(descriptor, backlog) == 0) return descriptor;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return -1;
}

int open_tcp(const addrinfo& address) {
  const int descriptor = open_socket(address.ai_family);
  if (descriptor < 0) return -1;
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // Each address is what it says: [::] does not take the IPv4 port from 0.0.0.0.
  if (address.ai_family == AF_INET6) ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  return bind_and_listen(descriptor, address.ai_addr, address.ai_addrlen);
}

std::optional<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// Removes the file that a crashed process left behind. "" or why the path cannot be taken.
std::string clear_stale_socket(const std::string& path, const sockaddr_un& address) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) != 0) return {};
  if (!S_ISSOCK(facts.st_mode))
    return "the path exists and is no socket; remove it or name another path in server.listen";
  const int probe = open_socket(AF_UNIX);
  if (probe < 0) return std::generic_category().message(errno);
  const int status = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = status == 0 ? 0 : errno;
  ::close(probe);
  if (error != ECONNREFUSED)  // somebody listens (EAGAIN: and is busy), or we may not even ask
    return error == EACCES ? "permission denied"
                           : "another program listens there; stop it or name another path in server.listen";
  ::unlink(path.c_str());
  return {};
}

Result<std::vector<Listener>, std::string> open_unix(const std::string& name) {
  const std::string path = name.substr(unix_prefix.size());
  const auto address = unix_address(path);
  if (!address)
    return "cannot listen on " + name +
           ": the path is empty or longer than 107 bytes; name a shorter one in server.listen";
  if (const std::string fault = clear_stale_socket(path, *address); !fault.empty())
    return "cannot listen on " + name + ": " + fault;
  int descriptor = open_socket(AF_UNIX);
  if (descriptor >= 0)
    descriptor = bind_and_listen(descriptor, reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  if (descriptor < 0) return sentence_of(name, errno);
  std::vector<Listener> list;
  list.emplace_back(descriptor, path);
  return list;
}

struct Bound {
  sockaddr_storage address{};
  socklen_t size = sizeof(sockaddr_storage);
};

Bound bound_of(int descriptor) {
  Bound bound;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.address), &bound.size) != 0) bound.size = 0;
  return bound;
}

std::string unix_path_of(const Bound& bound) {
  const auto& address = reinterpret_cast<const sockaddr_un&>(bound.address);
  return bound.size > offsetof(sockaddr_un, sun_path) ? std::string(address.sun_path) : std::string();
}

bool is_same_or_wildcard(const Bound& ours, const sockaddr* other) {
  if (ours.address.ss_family != other->sa_family) return false;
  if (other->sa_family == AF_INET) {
    const auto& a = reinterpret_cast<const sockaddr_in&>(ours.address);
    const auto& b = *reinterpret_cast<const sockaddr_in*>(other);
    return a.sin_port == b.sin_port && (a.sin_addr.s_addr == b.sin_addr.s_addr || a.sin_addr.s_addr == INADDR_ANY);
  }
  const auto& a = reinterpret_cast<const sockaddr_in6&>(ours.address);
  const auto& b = *reinterpret_cast<const sockaddr_in6*>(other);
  return a.sin6_port == b.sin6_port &&
         (std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0 || IN6_IS_ADDR_UNSPECIFIED(&a.sin6_addr));
}

}  // namespace

Listener::Listener(int descriptor, std::string path_to_remove)
    : descriptor_(descriptor), path_(std::move(path_to_remove)) {}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::exchange(other.path_, {})) {}

Listener::~Listener() {
  if (!path_.empty()) ::unlink(path_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Listener::is_tcp() const {
  const auto family = bound_of(descriptor_).address.ss_family;
  return family == AF_INET || family == AF_INET6;
}

std::string Listener::url() const {
  const Bound bound = bound_of(descriptor_);
  if (bound.address.ss_family == AF_UNIX) return std::string(unix_prefix) + unix_path_of(bound);
  char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";
  getnameinfo(reinterpret_cast<const sockaddr*>(&bound.address), bound.size, host, sizeof host, port, sizeof port,
              NI_NUMERICHOST | NI_NUMERICSERV);
  const bool is_v6 = bound.address.ss_family == AF_INET6;
  return std::string("http://") + (is_v6 ? "[" : "") + host + (is_v6 ? "]:" : ":") + port;
}

bool Listener::covers(const std::string& address) const {
  const Bound ours = bound_of(descriptor_);
  if (address.starts_with(unix_prefix))
    return ours.address.ss_family == AF_UNIX && unix_path_of(ours) == address.substr(unix_prefix.size());
  const auto parts = split_address(address);
  if (!parts) return false;
  int error = 0;
  const AddressList list = resolve(*parts, error);
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next)
    if (is_same_or_wildcard(ours, one->ai_addr)) return true;
  return false;
}

Result<std::vector<Listener>, std::string> open_listeners(const std::string& address) {
  if (address.starts_with(unix_prefix)) return open_unix(address);
  const auto parts = split_address(address);
  if (!parts)
    return "cannot listen on \"" + address +
           "\": write it as 127.0.0.1:8480, [::1]:8480, 0.0.0.0:8480 or unix:/path in server.listen";
  int error = 0;
  const AddressList list = resolve(*parts, error);
  if (!list)
    return "cannot listen on " + address + ": the host is unknown (" + gai_strerror(error) +
           "); name an address in server.listen";
  std::vector<Listener> open;
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    const int descriptor = open_tcp(*one);
    // A name may stand for ::1 on a machine without IPv6; one address that works is enough.
    if (descriptor < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL) &&
        (one->ai_next != nullptr || !open.empty()))
      continue;
    if (descriptor < 0) return sentence_of(address, errno);
    open.emplace_back(descriptor, std::string());
  }
  if (open.empty()) return sentence_of(address, EADDRNOTAVAIL);
  return open;
}

Listener adopt(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  return {descriptor, std::string()};
}

}  // namespace rapporteur::serve
