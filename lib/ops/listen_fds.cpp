#include "ops/listen_fds.h"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <string>

#include "ops/log.h"

namespace rapporteur::ops {

std::vector<int> passed_descriptors() {
  std::vector<int> descriptors;
  const int count = ::sd_listen_fds(1);
  for (int i = 0; i < count; ++i) {
    const int descriptor = SD_LISTEN_FDS_START + i;
    if (::sd_is_socket(descriptor, AF_UNSPEC, SOCK_STREAM, 1) > 0)
      descriptors.push_back(descriptor);
    else
      log_warning("a passed descriptor is no listening stream socket; it is not used",
                  {{"descriptor", std::to_string(descriptor)}});
  }
  return descriptors;
}

}  // namespace rapporteur::ops
