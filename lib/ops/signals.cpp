#include "ops/signals.h"

#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace rapporteur::ops {

struct Signals::Impl : std::enable_shared_from_this<Signals::Impl> {
  Impl(boost::asio::any_io_executor executor, std::function<void()> on_end, std::function<void()> on_reload)
      : set(executor, SIGTERM, SIGINT, SIGHUP), end(std::move(on_end)), reload(std::move(on_reload)) {}

  void wait() {
    auto self = shared_from_this();
    set.async_wait([self](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal == SIGHUP)
        self->reload();
      else
        self->end();
      self->wait();
    });
  }

  boost::asio::signal_set set;
  std::function<void()> end;
  std::function<void()> reload;
};

Signals::Signals(boost::asio::any_io_executor executor, std::function<void()> end, std::function<void()> reload)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(end), std::move(reload))) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  impl_->wait();
}

Signals::~Signals() {
  boost::system::error_code ignored;
  impl_->set.cancel(ignored);
}

}  // namespace rapporteur::ops
