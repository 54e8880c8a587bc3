// SIGTERM and SIGINT end, SIGHUP reloads; SIGPIPE and SIGXFSZ are ignored, since sockets and files report them as
// errors. The functions run on the executor's thread, none after the object is gone. One object at a time; io thread
// only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

namespace rapporteur::ops {

class Signals {
 public:
  Signals(boost::asio::any_io_executor executor, std::function<void()> end, std::function<void()> reload);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rapporteur::ops
