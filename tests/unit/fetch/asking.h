// A client, its loop and an origin on loopback, for the tests of fetch: asks and waits for the reply.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fetch/client.h"
#include "fetch/unpack.h"
#include "support/scripted_server.h"

namespace rapporteur::fetch {

inline std::ostream& operator<<(std::ostream& out, Failure failure) { return out << static_cast<int>(failure); }

struct Asking {
  struct StandingClock final : base::Clock {
    base::Instant time{std::chrono::seconds(784111777)};  // Sun, 06 Nov 1994 08:49:37 GMT
    base::Instant now() const override { return time; }
  };

  // Loopback is allowed, times are short enough for a test that meets one and long enough for a busy machine.
  static Settings settings() {
    Settings settings;
    settings.allow_networks = {"127.0.0.0/8"};
    settings.contact = "https://example.org/bot";
    settings.connect_timeout = std::chrono::seconds(5);
    settings.timeout = std::chrono::seconds(20);
    return settings;
  }

  explicit Asking(const Settings& with = settings()) {
    client = std::make_unique<Client>(io.get_executor(), clock, with);
  }

  static Request request(std::string url) {
    Request request;
    request.url = std::move(url);
    return request;
  }
  static KnownUrl known(std::string url, std::optional<std::string> etag, std::optional<std::string> modified) {
    KnownUrl known;
    known.url = std::move(url);
    known.validators.etag = std::move(etag);
    known.validators.last_modified = std::move(modified);
    return known;
  }

  Reply get(std::string url) { return get(request(std::move(url))); }
  Reply get(Request request) {
    std::vector<Request> one;
    one.push_back(std::move(request));
    return std::move(get_all(std::move(one)).front());
  }
  // All at once; waits for all.
  std::vector<Reply> get_all(std::vector<Request> requests) {
    std::vector<Reply> replies(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) begin(std::move(requests[i]), replies[i]);
    io.restart();
    io.run();
    for (Reply& reply : replies) unpack(reply);  // as who reads them does
    return replies;
  }
  // Starts one; `into` is filled while somebody runs `io`.
  void begin(Request request, Reply& into) {
    boost::asio::co_spawn(io, client->get(std::move(request)), [&into](std::exception_ptr error, Reply reply) {
      BOOST_TEST(!error);
      into = std::move(reply);
    });
  }

  StandingClock clock;
  boost::asio::io_context io{1};
  test::ScriptedServer server;
  std::unique_ptr<Client> client;
};

}  // namespace rapporteur::fetch
