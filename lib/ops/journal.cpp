#include "ops/journal.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace rapporteur::ops {

std::string to_datagram(const JournalFields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    text += name;
    if (value.find('\n') == std::string::npos) {
      text.append("=").append(value);
    } else {
      text += '\n';
      for (unsigned shift = 0; shift < 64; shift += 8)
        text += static_cast<char>((static_cast<std::uint64_t>(value.size()) >> shift) & 0xFF);
      text += value;
    }
    text += '\n';
  }
  return text;
}

Journal::Journal(std::string path) : path_(std::move(path)) {}

Journal::~Journal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Journal::send(const JournalFields& fields) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
  if (descriptor_ < 0) descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return false;
  const std::string text = to_datagram(fields);
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  // Addressed each time: a journald that was started anew has another socket at this path.
  ssize_t sent = -1;
  do {
    sent = ::sendto(descriptor_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL, to, sizeof address);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

}  // namespace rapporteur::ops
