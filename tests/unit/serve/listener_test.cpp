#include "serve/listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace rapporteur::serve {

namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/rapporteur-listener-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

// As a process that was killed leaves it: the file is there, nobody listens.
void leave_stale_socket(const std::string& path) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  BOOST_REQUIRE(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(descriptor);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(listener_test)

BOOST_AUTO_TEST_CASE(a_free_port_is_chosen_for_port_zero) {
  const auto opened = open_listeners("127.0.0.1:0");
  BOOST_REQUIRE(opened.has_value());
  BOOST_TEST(opened->size() == 1u);
  BOOST_TEST(opened->front().url().starts_with("http://127.0.0.1:"));
  BOOST_TEST(opened->front().url() != "http://127.0.0.1:0");
  BOOST_TEST(opened->front().is_tcp());
}

BOOST_AUTO_TEST_CASE(an_address_in_use_is_named_with_what_to_do) {
  const auto first = open_listeners("127.0.0.1:0");
  BOOST_REQUIRE(first.has_value());
  const std::string address = first->front().url().substr(7);
  const auto second = open_listeners(address);
  BOOST_REQUIRE(!second.has_value());
  BOOST_TEST(second.error().find(address) != std::string::npos);
  BOOST_TEST(second.error().find("in use") != std::string::npos);
  BOOST_TEST(second.error().find("server.listen") != std::string::npos);
  BOOST_TEST(first->front().covers(address));
  BOOST_TEST(!first->front().covers("127.0.0.2" + address.substr(9)));
}

BOOST_AUTO_TEST_CASE(a_wildcard_covers_every_address_of_its_port) {
  const auto wildcard = open_listeners("0.0.0.0:0");
  BOOST_REQUIRE(wildcard.has_value());
  const std::string url = wildcard->front().url();
  BOOST_TEST(wildcard->front().covers("127.0.0.1" + url.substr(url.rfind(':'))));
  BOOST_TEST(!wildcard->front().covers("127.0.0.1:1"));
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused_with_examples) {
  for (const char* address : {"", "8480", ":8480", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http",
                              "::1:8480", "[]:8480", "unix:"}) {
    const auto opened = open_listeners(address);
    BOOST_TEST(!opened.has_value(), address);
    if (!opened) BOOST_TEST(opened.error().find("server.listen") != std::string::npos, opened.error());
  }
}

BOOST_AUTO_TEST_CASE(an_address_of_another_machine_is_refused) {
  const auto opened = open_listeners("192.0.2.1:8480");
  BOOST_REQUIRE(!opened.has_value());
  BOOST_TEST(opened.error().find("192.0.2.1:8480") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stale_unix_socket_is_replaced_and_ours_is_removed_at_the_end) {
  const Folder folder;
  const std::string path = folder.path + "/http.sock";
  leave_stale_socket(path);
  {
    const auto opened = open_listeners("unix:" + path);
    BOOST_REQUIRE(opened.has_value());
    BOOST_TEST(opened->front().url() == "unix:" + path);
    BOOST_TEST(opened->front().covers("unix:" + path));
    BOOST_TEST(!opened->front().is_tcp());
  }
  BOOST_TEST(!std::filesystem::exists(path));
}

BOOST_AUTO_TEST_CASE(a_unix_socket_somebody_listens_on_is_left_alone) {
  const Folder folder;
  const std::string address = "unix:" + folder.path + "/http.sock";
  const auto first = open_listeners(address);
  BOOST_REQUIRE(first.has_value());
  const auto second = open_listeners(address);
  BOOST_REQUIRE(!second.has_value());
  BOOST_TEST(second.error().find("another program listens") != std::string::npos);
  BOOST_TEST(std::filesystem::exists(folder.path + "/http.sock"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_socket_is_never_removed) {
  const Folder folder;
  const std::string path = folder.path + "/precious.txt";
  std::ofstream(path) << "precious";
  const auto opened = open_listeners("unix:" + path);
  BOOST_TEST(!opened.has_value());
  BOOST_TEST(std::filesystem::file_size(path) == 8u);
}

BOOST_AUTO_TEST_CASE(a_passed_descriptor_is_adopted_and_does_not_block) {
  auto opened = open_listeners("127.0.0.1:0");
  BOOST_REQUIRE(opened.has_value());
  const std::string url = opened->front().url();
  const int passed = ::dup(opened->front().descriptor());
  const Listener adopted = adopt(passed);
  BOOST_TEST(adopted.url() == url);
  BOOST_TEST((::fcntl(adopted.descriptor(), F_GETFL) & O_NONBLOCK) != 0);
  BOOST_TEST((::fcntl(adopted.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace rapporteur::serve
