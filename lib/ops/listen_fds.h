// Listening sockets passed by systemd (sd_listen_fds(3)). Main thread, once: the variables are taken out of the
// environment.
#pragma once

#include <vector>

namespace rapporteur::ops {

// Stream sockets only, in the order of the socket unit; others are named in the log and left alone.
std::vector<int> passed_descriptors();

}  // namespace rapporteur::ops
