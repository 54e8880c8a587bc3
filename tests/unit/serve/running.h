// A server over a real socket and a blocking client, for the tests of serve: one thread runs the server, the test's
// thread is the client.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <future>
#include <thread>
#include <type_traits>

#include "serve/server.h"

namespace rapporteur::serve {

class FixedClock final : public base::Clock {
 public:
  base::Instant now() const override { return *base::from_rfc3339("2017-12-01T09:00:00Z"); }
};

inline std::shared_ptr<const publish::Edition> edition_of(std::size_t body_bytes) {
  auto edition = std::make_shared<publish::Edition>();
  publish::Page& page = edition->pages["/feed.atom"];
  page.media_type = "application/atom+xml; charset=utf-8";
  page.body.assign(body_bytes, 'x');
  page.etag = "\"abc\"";
  page.cache_control = "max-age=300";
  return edition;
}

inline Settings test_settings() {
  Settings settings;
  settings.listen = {"127.0.0.1:0"};
  return settings;
}

class Running {
 public:
  explicit Running(const Settings& settings, std::size_t body_bytes = 100, const std::vector<int>& passed = {},
                   Live live = {})
      : server(io_.get_executor(), clock_, settings, std::move(live)) {
    const auto listening = server.listen(passed);
    BOOST_REQUIRE_MESSAGE(listening.has_value(), (listening.has_value() ? "" : listening.error().text));
    server.shelve(edition_of(body_bytes));
    server.open();
    url = server.urls().front();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Running() {
    run([this] { server.stop(base::Duration::zero()); });
    work_.reset();
    thread_.join();
  }

  // On the server's thread, waiting for it.
  template <class Work>
  std::invoke_result_t<Work> run(Work work) {
    std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
    auto done = task.get_future();
    boost::asio::post(io_, [&task] { task(); });
    return done.get();
  }
  std::size_t connections() {
    return run([this] { return server.connections(); });
  }
  // Waits until `count` connections are left; false when that does not happen in ten seconds.
  bool comes_down_to(std::size_t count) {
    for (int i = 0; i < 1000; ++i) {
      if (connections() <= count) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

 private:
  FixedClock clock_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::thread thread_;

 public:
  Server server;
  std::string url;
};

// A blocking client; reads give up after ten seconds.
class Client {
 public:
  struct Unconnected {};
  Client(const std::string& url, Unconnected) {
    descriptor_ = ::socket(url.starts_with("unix:") ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  explicit Client(const std::string& url, int receive_buffer = 0) : Client(url, Unconnected()) {
    if (receive_buffer > 0) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    connect(url);
  }
  ~Client() { ::close(descriptor_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void connect(const std::string& url) const {
    sockaddr_storage room{};
    socklen_t size = 0;
    if (url.starts_with("unix:")) {
      auto& address = reinterpret_cast<sockaddr_un&>(room);
      address.sun_family = AF_UNIX;
      std::memcpy(address.sun_path, url.c_str() + 5, url.size() - 4);
      size = sizeof address;
    } else {
      auto& address = reinterpret_cast<sockaddr_in&>(room);
      address.sin_family = AF_INET;
      address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      size = sizeof address;
    }
    BOOST_REQUIRE(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&room), size) == 0);
  }

  void send(std::string_view bytes) const {
    static_cast<void>(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  void shut_sending() const { ::shutdown(descriptor_, SHUT_WR); }

  // Until the server closes. "TIMEOUT" is appended when it does not.
  std::string read_all() const {
    std::string all;
    char bytes[16384];
    for (;;) {
      const ssize_t got = ::recv(descriptor_, bytes, sizeof bytes, 0);
      if (got > 0) all.append(bytes, static_cast<std::size_t>(got));
      if (got == 0) return all;
      if (got < 0) return all + (errno == ECONNRESET ? "RESET" : "TIMEOUT");
    }
  }
  // As many bytes; fewer when there are no more.
  std::string read(std::size_t bytes) const {
    std::string all(bytes, '\0');
    std::size_t have = 0;
    while (have < bytes) {
      const ssize_t got = ::recv(descriptor_, all.data() + have, bytes - have, 0);
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    all.resize(have);
    return all;
  }
  // One answer with a Content-Length.
  std::string read_answer() const {
    std::string all;
    while (!all.ends_with("\r\n\r\n")) {
      const std::string byte = read(1);
      if (byte.empty()) return all + "CUT";
      all += byte;
    }
    const std::size_t at = all.find("Content-Length: ");
    return at == std::string::npos ? all : all + read(std::stoul(all.substr(at + 16)));
  }

 private:
  int descriptor_ = -1;
};

inline constexpr std::string_view simple = "GET /feed.atom HTTP/1.1\r\nHost: t\r\n\r\n";
inline constexpr std::string_view last = "GET /feed.atom HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";

inline std::string ask(const std::string& url, std::string_view bytes) {
  const Client client(url);
  client.send(bytes);
  return client.read_all();
}

}  // namespace rapporteur::serve
