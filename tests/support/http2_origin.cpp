#include "support/http2_origin.h"

#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <string_view>
#include <thread>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // g++ 12, of frames that Asio frees as it allocated them
#endif

namespace rapporteur::test {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using namespace std::string_literals;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

enum Type : unsigned char { data = 0, headers = 1, settings = 4, ping = 6 };
constexpr unsigned char ack = 1, end_stream = 1, end_headers = 4;

std::string frame(Type type, unsigned char flags, std::uint32_t stream, std::string_view payload) {
  std::string out;
  for (const int shift : {16, 8, 0}) out += static_cast<char>(payload.size() >> shift);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(stream >> shift);
  return out.append(payload);
}

int choose_h2(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned length,
              void*) {
  static constexpr unsigned char h2[] = {2, 'h', '2'};
  auto* picked = const_cast<unsigned char*>(*chosen);
  const bool has_it = SSL_select_next_proto(&picked, size, h2, sizeof h2, offered, length) == OPENSSL_NPN_NEGOTIATED;
  *chosen = picked;
  return has_it ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

struct Http2Origin::Impl {
  asio::io_context io;
  ssl::context context{ssl::context::tls_server};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  std::atomic<unsigned> connections{0}, answers{0}, pings{0};
  std::thread thread;

  // HPACK (RFC 7541) without its tables: ":status: 200" is entry 8, the rest are literals.
  std::string answer(std::uint32_t stream) const {
    std::string block = "\x88";
    for (const auto& [name, value] : fields) {
      block += '\0';
      block.append(1, static_cast<char>(name.size())).append(name);
      block.append(1, static_cast<char>(value.size())).append(value);
    }
    std::string out = frame(headers, end_headers, stream, block);
    constexpr std::size_t most = 16384;
    for (std::size_t at = 0; at < body.size(); at += most)
      out += frame(data, 0, stream, std::string_view(body).substr(at, most));
    return out + frame(data, end_stream, stream, {});
  }

  asio::awaitable<void> serve(tcp::socket accepted) {
    ssl::stream<tcp::socket> stream(std::move(accepted), context);
    auto [failure] = co_await stream.async_handshake(ssl::stream_base::server, as_values);
    if (failure) co_return;
    ++connections;
    std::array<char, 24> preface;
    const auto greeting = asio::buffer(preface);
    co_await asio::async_read(stream, greeting, as_values);
    std::string out = frame(settings, 0, 0, {});
    for (bool is_answer = false;;) {
      const auto piece = asio::buffer(out);
      auto [unsent, written] = co_await asio::async_write(stream, piece, as_values);
      if (unsent) co_return;
      out.clear();
      if (std::exchange(is_answer, false)) {
        ++answers;
        asio::steady_timer moment(io, std::chrono::milliseconds(20));
        co_await moment.async_wait(as_values);
        ++pings;
        out = frame(ping, 0, 0, "unasked!");
        continue;
      }
      std::array<unsigned char, 9> head;
      const auto room = asio::buffer(head);
      auto [error, size] = co_await asio::async_read(stream, room, as_values);
      if (error) co_return;
      std::string payload(static_cast<std::size_t>(head[0] << 16 | head[1] << 8 | head[2]), '\0');
      const auto rest = asio::buffer(payload);
      co_await asio::async_read(stream, rest, as_values);
      const auto type = head[3], flags = head[4];
      const auto id = static_cast<std::uint32_t>((head[5] & 0x7f) << 24 | head[6] << 16 | head[7] << 8 | head[8]);
      if ((type == settings || type == ping) && !(flags & ack))
        out = frame(static_cast<Type>(type), ack, 0, type == ping ? payload : std::string());
      is_answer = type == headers;
      if (is_answer) out = answer(id);
    }
  }

  asio::awaitable<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(as_values);
      if (error) co_return;
      asio::co_spawn(io, serve(std::move(socket)), asio::detached);
    }
  }
};

Http2Origin::Http2Origin(const Certificate& certificate, std::vector<std::pair<std::string, std::string>> fields,
                         std::string body)
    : impl_(std::make_unique<Impl>()) {
  impl_->fields = std::move(fields);
  impl_->body = std::move(body);
  impl_->context.use_certificate_chain(asio::buffer(certificate.certificate));
  impl_->context.use_private_key(asio::buffer(certificate.key), ssl::context::pem);
  SSL_CTX_set_alpn_select_cb(impl_->context.native_handle(), choose_h2, nullptr);
  asio::co_spawn(impl_->io, impl_->accept(), asio::detached);
  impl_->thread = std::thread([impl = impl_.get()] { impl->io.run(); });
}

Http2Origin::~Http2Origin() {
  impl_->io.stop();
  impl_->thread.join();
}

std::string Http2Origin::url() const {
  return "https://127.0.0.1:" + std::to_string(impl_->acceptor.local_endpoint().port()) + "/feed";
}

unsigned Http2Origin::connections() const { return impl_->connections; }
unsigned Http2Origin::answers() const { return impl_->answers; }
unsigned Http2Origin::pings() const { return impl_->pings; }

}  // namespace rapporteur::test
