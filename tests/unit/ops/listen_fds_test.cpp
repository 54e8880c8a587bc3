#include "ops/listen_fds.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

using namespace rapporteur;

namespace {

// The descriptors must be 3 and 4 and the variables name the process, so this happens in a child; its status is the
// answer.
template <class Act>
int status_in_child(const Act& act) {
  const pid_t child = fork();
  if (child == 0) _exit(act());
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int listening_socket() {
  const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(descriptor, 1) != 0)
    return -1;
  return descriptor;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listen_fds_test)

BOOST_AUTO_TEST_CASE(listening_sockets_are_taken_and_others_left) {
  const int status = status_in_child([] {
    const int listening = listening_socket();
    const int datagram = socket(AF_INET, SOCK_DGRAM, 0);
    if (dup2(listening, 63) < 0 || dup2(datagram, 64) < 0 || dup2(63, 3) < 0 || dup2(64, 4) < 0) return 9;
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", "2", 1);
    const std::vector<int> passed = ops::passed_descriptors();
    if (passed != std::vector<int>{3}) return 1;
    return std::getenv("LISTEN_FDS") ? 2 : 0;  // children of ours must not take them for theirs
  });
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(sockets_meant_for_another_process_are_not_ours) {
  const int status = status_in_child([] {
    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    return static_cast<int>(ops::passed_descriptors().size());
  });
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_SUITE_END()
