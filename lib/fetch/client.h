// Asks a server politely: one transfer per request, redirects followed by hand, every address judged by the guard at
// the socket, sizes and times bounded (RELIABILITY section 4). curl's multi interface on Asio. io thread only;
// asserted. Queueing per host and in all is the planner's: what comes here starts at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "base/time.h"
#include "fetch/reply.h"
#include "fetch/settings.h"

namespace rapporteur::fetch {

class Client {
 public:
  Client(boost::asio::any_io_executor executor, const base::Clock& clock, const Settings& settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Holds for requests that start later.
  void configure(const Settings& settings);
  // Waits for the network, at most Settings::timeout and twelve requests for all hops together, robots.txt included,
  // and beside that for the request's gate, which may end it as `postponed`: Retry-After then says for how long. Never
  // throws for what the world does.
  boost::asio::awaitable<Reply> get(Request request);
  // Every transfer in flight ends with Outcome::cancelled; later requests too.
  void stop();
  std::size_t in_flight() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rapporteur::fetch
