// Requests of the merged feed: the answer alone, and over a kept connection on loopback, where client and server share
// the machine. A whole server under load beside nginx is measured from outside (README, "How fast").
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <string>
#include <thread>

#include "serve/server.h"

namespace {

using namespace rapporteur;

constexpr std::size_t feed_bytes = 60000;  // fifty stories

std::shared_ptr<const publish::Edition> one_feed() {
  auto edition = std::make_shared<publish::Edition>();
  publish::Page& page = edition->pages["/feed.atom"];
  page.media_type = "application/atom+xml; charset=utf-8";
  page.body.assign(feed_bytes, 'x');
  page.gzip.assign(feed_bytes / 5, 'z');
  page.etag = "\"0123456789abcdef\"";
  page.cache_control = "public, max-age=300";
  return edition;
}

void answer(benchmark::State& state, const serve::HttpRequest& request) {
  const auto shelf = std::make_shared<const serve::Shelf>(one_feed());
  for (auto _ : state) benchmark::DoNotOptimize(serve::answer(request, shelf, {}, "Fri, 01 Dec 2017 09:00:00 GMT"));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

void answer_200(benchmark::State& state) {
  serve::HttpRequest request;
  request.target = "/feed.atom";
  answer(state, request);
}
BENCHMARK(answer_200);

void answer_304(benchmark::State& state) {
  serve::HttpRequest request;
  request.target = "/feed.atom";
  request.if_none_match = "\"0123456789abcdef\"";
  answer(state, request);
}
BENCHMARK(answer_304);

class Running {
 public:
  Running() : server_(io_.get_executor(), clock_, settings(), {}) {
    if (!server_.listen({})) std::abort();
    server_.open();
    server_.shelve(one_feed());
    url_ = server_.urls().front();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Running() {
    boost::asio::post(io_, [this] { server_.stop(base::Duration::zero()); });
    thread_.join();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  int connect() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1))));
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
    return socket;
  }

 private:
  static serve::Settings settings() {
    serve::Settings settings;
    settings.listen = {"127.0.0.1:0"};
    return settings;
  }
  base::SystemClock clock_;
  boost::asio::io_context io_{1};
  serve::Server server_;
  std::string url_;
  std::thread thread_;
};

std::size_t read_at_least(int socket, std::string& room, std::size_t bytes) {
  std::size_t got = 0;
  while (got < bytes) {
    const auto read = ::recv(socket, room.data() + got, room.size() - got, 0);
    if (read <= 0) std::abort();
    got += static_cast<std::size_t>(read);
  }
  return got;
}

void over_loopback(benchmark::State& state) {
  const Running server;
  const int socket = server.connect();
  const std::string request = "GET /feed.atom HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::string room(1 << 17, '\0');
  std::size_t bytes_of_answer = 0;
  for (auto _ : state) {
    if (::send(socket, request.data(), request.size(), 0) < 0) std::abort();
    if (bytes_of_answer == 0) {  // the first one tells how long the head is
      const std::size_t got = read_at_least(socket, room, 1000);
      bytes_of_answer = room.find("\r\n\r\n") + 4 + feed_bytes;
      std::string rest(1 << 17, '\0');
      read_at_least(socket, rest, bytes_of_answer - got);
      continue;
    }
    if (read_at_least(socket, room, bytes_of_answer) != bytes_of_answer) std::abort();
  }
  ::close(socket);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(over_loopback)->UseRealTime();

}  // namespace
