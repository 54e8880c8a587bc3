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
      if (error || !self->end) return;
      const auto act = signal == SIGHUP ? self->reload : self->end;  // a copy: it may destroy the object
      act();
      if (self->end) self->wait();
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
  // A signal may already be queued as delivered: then its handler finds nobody to tell.
  impl_->end = nullptr;
  impl_->reload = nullptr;
  boost::system::error_code ignored;
  impl_->set.cancel(ignored);
}

}  // namespace rapporteur::ops
