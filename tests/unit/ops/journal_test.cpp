#include "ops/journal.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>

using namespace rapporteur::ops;

BOOST_AUTO_TEST_SUITE(journal_test)

namespace {

// A journald that reads when it is told to.
class Journald {
 public:
  Journald() {
    char name[] = "/tmp/journal-XXXXXX";
    folder_ = mkdtemp(name);
    path = folder_ + "/socket";
    open();
  }
  ~Journald() {
    close(descriptor_);
    std::filesystem::remove_all(folder_);
  }
  Journald(const Journald&) = delete;
  Journald& operator=(const Journald&) = delete;
  void open() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    descriptor_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    BOOST_TEST_REQUIRE(bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  void restart() {
    close(descriptor_);
    unlink(path.c_str());
    open();
  }
  std::string read() const {
    char bytes[8192];
    const ssize_t got = recv(descriptor_, bytes, sizeof bytes, 0);
    return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : std::string();
  }
  std::string path;

 private:
  std::string folder_;
  int descriptor_ = -1;
};

}  // namespace

BOOST_AUTO_TEST_CASE(an_entry_is_one_datagram_of_fields) {
  const Journald journald;
  Journal journal(journald.path);
  BOOST_TEST(journal.send({{"PRIORITY", "4"}, {"MESSAGE", "a=b"}}));
  BOOST_TEST(journald.read() == "PRIORITY=4\nMESSAGE=a=b\n");
  BOOST_TEST(to_datagram({{"REASON", "x\ny"}, {"A", ""}}) == std::string("REASON\n\3\0\0\0\0\0\0\0x\ny\nA=\n", 22));
}

BOOST_AUTO_TEST_CASE(a_journal_that_reads_no_more_holds_nobody_up) {
  Journald journald;
  Journal journal(journald.path);
  std::size_t taken = 0;
  while (taken < 1'000'000 && journal.send({{"MESSAGE", std::to_string(taken)}})) ++taken;
  BOOST_TEST(taken > 0u);
  BOOST_TEST(taken < 1'000'000u);
  BOOST_TEST(journald.read() == "MESSAGE=0\n");
  BOOST_TEST(journal.send({{"MESSAGE", "again"}}));
  journald.restart();
  BOOST_TEST(journal.send({{"MESSAGE", "to the new one"}}));
  BOOST_TEST(journald.read() == "MESSAGE=to the new one\n");
}

BOOST_AUTO_TEST_CASE(without_a_journal_nothing_is_sent) {
  Journal journal("/nowhere/at/all");
  BOOST_TEST(!journal.send({{"MESSAGE", "x"}}));
}

BOOST_AUTO_TEST_SUITE_END()
