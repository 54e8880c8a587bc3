#include "ops/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <string>

using namespace rapporteur;

namespace {

// What systemd's end of the socket sees.
class Manager {
 public:
  Manager() {
    BOOST_TEST_REQUIRE(mkdtemp(folder_) != nullptr);
    path_ = std::string(folder_) + "/notify";
    descriptor_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    BOOST_TEST_REQUIRE(bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  ~Manager() {
    unsetenv("NOTIFY_SOCKET");
    close(descriptor_);
    unlink(path_.c_str());
    rmdir(folder_);
  }
  std::string next() {  // "" when nothing was said
    char buffer[1024];
    const ssize_t size = recv(descriptor_, buffer, sizeof buffer, MSG_DONTWAIT);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
  }

 private:
  char folder_[32] = "/tmp/rapporteur-notify-XXXXXX";
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(notify_test)

BOOST_AUTO_TEST_CASE(each_word_arrives_as_systemd_wants_it) {
  Manager manager;
  ops::notify_ready();
  BOOST_TEST(manager.next() == "READY=1");
  ops::notify_status("3 of 4 sources are well\nREADY=1");
  BOOST_TEST(manager.next() == "STATUS=3 of 4 sources are well READY=1");  // nobody smuggles in another word
  ops::notify_reloading();
  BOOST_TEST(manager.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
  ops::notify_watchdog();
  BOOST_TEST(manager.next() == "WATCHDOG=1");
  ops::notify_stopping();
  BOOST_TEST(manager.next() == "STOPPING=1");
  BOOST_TEST(manager.next() == "");
}

BOOST_AUTO_TEST_CASE(without_a_manager_nothing_happens) {
  unsetenv("NOTIFY_SOCKET");
  ops::notify_ready();
  ops::notify_status("well");
  setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
  ops::notify_stopping();
  unsetenv("NOTIFY_SOCKET");
}

BOOST_AUTO_TEST_CASE(the_watchdog_counts_only_for_this_process) {
  unsetenv("WATCHDOG_PID");
  unsetenv("WATCHDOG_USEC");
  BOOST_TEST(!ops::watchdog_interval().has_value());
  setenv("WATCHDOG_USEC", "30000000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  BOOST_TEST(!ops::watchdog_interval().has_value());
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  BOOST_TEST((ops::watchdog_interval() == base::Duration(30000)));
  unsetenv("WATCHDOG_PID");
  unsetenv("WATCHDOG_USEC");
}

BOOST_AUTO_TEST_SUITE_END()
