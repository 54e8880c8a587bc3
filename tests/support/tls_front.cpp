#include "support/tls_front.h"

#include <fcntl.h>

#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <thread>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // g++ 12, of frames that Asio frees as it allocated them
#endif

namespace rapporteur::test {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

struct Pair {
  Pair(asio::io_context& io, tcp::socket accepted, ssl::context& context)
      : outer(std::move(accepted), context), inner(io) {}
  ssl::stream<tcp::socket> outer;
  tcp::socket inner;
};

asio::awaitable<void> carry_in(std::shared_ptr<Pair> pair) {
  std::array<char, 16384> bytes;
  for (;;) {
    const auto room = asio::buffer(bytes);
    auto [error, size] = co_await pair->outer.async_read_some(room, as_values);
    if (error) break;
    const auto part = asio::buffer(bytes.data(), size);
    auto [failure, written] = co_await asio::async_write(pair->inner, part, as_values);
    if (failure) break;
  }
  boost::system::error_code ignored;
  pair->inner.close(ignored);
}

asio::awaitable<void> carry_out(std::shared_ptr<Pair> pair, Farewell farewell) {
  std::array<char, 16384> bytes;
  for (;;) {
    const auto room = asio::buffer(bytes);
    auto [error, size] = co_await pair->inner.async_read_some(room, as_values);
    if (error) break;
    const auto part = asio::buffer(bytes.data(), size);
    auto [failure, written] = co_await asio::async_write(pair->outer, part, as_values);
    if (failure) break;
  }
  if (farewell == Farewell::said) {
    co_await pair->outer.async_shutdown(as_values);
  }
  boost::system::error_code ignored;
  pair->outer.lowest_layer().shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

struct TlsFront::Impl {
  asio::io_context io;
  ssl::context context{ssl::context::tls_server};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
  std::uint16_t origin = 0;
  Handshake handshake = Handshake::good;
  Farewell farewell = Farewell::said;
  std::thread thread;

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(as_values);
      if (error) co_return;
      fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
      asio::co_spawn(io, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket accepted) {
    auto pair = std::make_shared<Pair>(io, std::move(accepted), context);
    char byte = 0;
    const auto one = asio::buffer(&byte, 1);
    if (handshake == Handshake::cut) {
      co_await pair->outer.next_layer().async_read_some(one, as_values);
      co_return;
    }
    if (handshake == Handshake::silent) {
      for (boost::system::error_code end; !end;) {
        auto [error, size] = co_await pair->outer.next_layer().async_read_some(one, as_values);
        end = error;
      }
      co_return;
    }
    auto [failure] = co_await pair->outer.async_handshake(ssl::stream_base::server, as_values);
    if (failure) co_return;
    const tcp::endpoint target(asio::ip::make_address("127.0.0.1"), origin);
    auto [error] = co_await pair->inner.async_connect(target, as_values);
    if (error) co_return;
    asio::co_spawn(io, carry_in(pair), asio::detached);
    co_await carry_out(pair, farewell);
  }
};

TlsFront::TlsFront(std::uint16_t origin, const Certificate& certificate, Handshake handshake, Farewell farewell)
    : impl_(std::make_unique<Impl>()) {
  impl_->origin = origin;
  impl_->handshake = handshake;
  impl_->farewell = farewell;
  impl_->context.use_certificate_chain(asio::buffer(certificate.certificate));
  impl_->context.use_private_key(asio::buffer(certificate.key), ssl::context::pem);
  if (handshake == Handshake::old) {
    SSL_CTX_set_security_level(impl_->context.native_handle(), 0);  // else the library itself refuses to be that old
    SSL_CTX_set_min_proto_version(impl_->context.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(impl_->context.native_handle(), TLS1_1_VERSION);
  }
  fcntl(impl_->acceptor.native_handle(), F_SETFD, FD_CLOEXEC);
  asio::co_spawn(impl_->io, impl_->accept(), asio::detached);
  impl_->thread = std::thread([impl = impl_.get()] { impl->io.run(); });
}

TlsFront::~TlsFront() {
  impl_->io.stop();
  impl_->thread.join();
}

std::string TlsFront::url(std::string_view target, std::string_view host) const {
  std::string out = "https://";
  return out.append(host).append(":").append(std::to_string(impl_->acceptor.local_endpoint().port())).append(target);
}

}  // namespace rapporteur::test
