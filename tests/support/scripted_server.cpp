#include "support/scripted_server.h"

#include <fcntl.h>
#include <zlib.h>

#include <algorithm>
#include <boost/asio.hpp>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

namespace rapporteur::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// Reads "GET /a HTTP/1.1\r\nName: value\r\n…\r\n\r\n".
Seen read_request(std::string_view head) {
  Seen seen;
  const auto line = head.substr(0, head.find("\r\n"));
  const auto first = line.find(' '), last = line.rfind(' ');
  seen.method = std::string(line.substr(0, first));
  if (first != line.npos && last > first) seen.target = std::string(line.substr(first + 1, last - first - 1));
  for (auto at = line.size() + 2; at < head.size();) {
    const auto end = std::min(head.find("\r\n", at), head.size());
    const auto field = head.substr(at, end - at);
    const auto colon = field.find(':');
    if (colon != field.npos)
      seen.headers.emplace_back(std::string(field.substr(0, colon)), std::string(trimmed(field.substr(colon + 1))));
    at = end + 2;
  }
  return seen;
}

const char* phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 404:
      return "Not Found";
    default:
      return "Scripted";
  }
}

}  // namespace

bool Seen::has(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& field) { return same_name(field.first, name); });
}

std::string Seen::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

Answer::Answer(int status, std::string body, std::string content_type) : status_(status), body_(std::move(body)) {
  if (!content_type.empty()) header("Content-Type", std::move(content_type));
}

Answer Answer::redirect(int status, std::string location) {
  Answer answer(status);
  answer.header("Location", std::move(location));
  return answer;
}

Answer Answer::raw(std::string bytes, End end) {
  Answer answer(0, std::move(bytes));
  answer.is_raw_ = true;
  answer.end_ = end;
  return answer;
}

Answer& Answer::header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

Answer& Answer::length(std::uint64_t claimed) {
  claimed_ = claimed;
  has_claim_ = true;
  return *this;
}

Answer& Answer::no_length() {
  has_length_ = false;
  if (end_ == End::keep) end_ = End::close;
  return *this;
}

Answer& Answer::chunked(std::size_t size) {
  chunk_ = size;
  return *this;
}

Answer& Answer::unfinished() {
  is_finished_ = false;
  if (end_ == End::keep) end_ = End::close;
  return *this;
}

Answer& Answer::delay(std::chrono::milliseconds before_the_first_byte) {
  delay_ = before_the_first_byte;
  return *this;
}

Answer& Answer::drip(std::size_t bytes, std::chrono::milliseconds pause) {
  piece_ = bytes;
  pause_ = pause;
  return *this;
}

Answer& Answer::pause_before_body(std::chrono::milliseconds pause) {
  body_pause_ = pause;
  return *this;
}

Answer& Answer::endless(std::string piece, std::chrono::milliseconds pause) {
  endless_ = std::move(piece);
  endless_pause_ = pause;
  return has_claim_ || chunk_ > 0 ? *this : no_length();
}

Answer& Answer::endless_headers(std::string line) {
  has_endless_header_ = true;
  return endless(std::move(line));
}

Answer& Answer::then(End end) {
  end_ = end;
  return *this;
}

std::string Answer::head(bool is_head_request) const {
  if (is_raw_) return {};
  const bool is_bodiless = status_ < 200 || status_ == 204 || status_ == 304;
  std::string out = "HTTP/1.1 " + std::to_string(status_) + " " + phrase(status_) + "\r\n";
  for (const auto& [name, value] : headers_) out += name + ": " + value + "\r\n";
  if (has_claim_)
    out += "Content-Length: " + std::to_string(claimed_) + "\r\n";
  else if (chunk_ > 0)
    out += "Transfer-Encoding: chunked\r\n";
  else if (has_length_ && !is_bodiless)
    out += "Content-Length: " + std::to_string(body_.size()) + "\r\n";
  if (end_ == End::close && !is_head_request && has_length_) out += "Connection: close\r\n";
  if (!has_endless_header_) out += "\r\n";
  return out;
}

std::string Answer::payload(bool is_head_request) const {
  if (is_raw_) return body_;
  if (is_head_request || status_ < 200 || status_ == 204 || status_ == 304 || has_endless_header_) return {};
  if (chunk_ == 0) return body_;
  std::string out;
  for (std::size_t at = 0; at < body_.size(); at += chunk_) {
    const auto size = std::min(chunk_, body_.size() - at);
    char line[24];
    std::snprintf(line, sizeof line, "%zx\r\n", size);
    out.append(line).append(body_, at, size).append("\r\n");
  }
  if (is_finished_) out += "0\r\n\r\n";
  return out;
}

// Sends one answer over one socket, step by step. False: the connection is of no more use.
struct Wire {
  tcp::socket& socket;
  asio::steady_timer& timer;

  asio::awaitable<bool> wait(std::chrono::milliseconds time) {
    if (time.count() == 0) co_return true;
    timer.expires_after(time);
    auto [error] = co_await timer.async_wait(as_values);
    co_return !error;
  }

  asio::awaitable<bool> write(std::string_view bytes) {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    auto [error, written] = co_await asio::async_write(socket, buffer, as_values);
    co_return !error;
  }

  asio::awaitable<bool> drip(std::string_view bytes, std::size_t piece, std::chrono::milliseconds pause) {
    if (piece == 0) piece = std::max<std::size_t>(bytes.size(), 1);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      const auto part = bytes.substr(at, piece);
      bool is_alive = co_await write(part);
      if (is_alive && at + piece < bytes.size()) is_alive = co_await wait(pause);
      if (!is_alive) co_return false;
    }
    co_return true;
  }

  asio::awaitable<bool> send(const Answer& answer, bool is_head_request) {
    const auto head = answer.head(is_head_request);
    const auto payload = answer.payload(is_head_request);
    bool is_alive = co_await wait(answer.delay_);
    // One write when nothing lies between, as servers do.
    const bool is_one_piece = answer.body_pause_.count() == 0 && answer.piece_ == 0;
    const auto first = is_one_piece ? head + payload : head;
    if (is_alive) is_alive = co_await write(first);
    if (is_alive && !is_one_piece) is_alive = co_await wait(answer.body_pause_);
    if (is_alive && !is_one_piece) is_alive = co_await drip(payload, answer.piece_, answer.pause_);
    while (is_alive && !answer.endless_.empty()) {
      is_alive = co_await write(answer.endless_);
      if (is_alive) is_alive = co_await wait(answer.endless_pause_);
    }
    co_return is_alive;
  }
};

struct ScriptedServer::Impl {
  mutable std::mutex mutex;  // of what the test's thread and the server's share
  mutable std::condition_variable arrived;
  std::map<std::string, Reaction, std::less<>> routes;
  Reaction fallback = [](const Seen&) { return Answer(404, "no such route\n", "text/plain"); };
  std::vector<Seen> seen;
  unsigned connections = 0;
  std::set<tcp::socket*> open;  // the server's thread only, like everything below
  std::vector<std::unique_ptr<tcp::acceptor>> acceptors;
  std::uint16_t port = 0;
  asio::io_context context;  // destroyed first: it owns the coroutines, which refer to the rest
  std::thread thread;

  Answer react(const Seen& request) {
    Reaction reaction;
    {
      const std::lock_guard lock(mutex);
      seen.push_back(request);
      auto found = routes.find(request.target);
      if (found == routes.end()) found = routes.find(request.path());
      reaction = found == routes.end() ? fallback : found->second;
    }
    arrived.notify_all();
    return reaction(request);
  }

  asio::awaitable<void> accept(tcp::acceptor* acceptor) {
    for (;;) {
      auto [error, socket] = co_await acceptor->async_accept(as_values);
      if (error == asio::error::operation_aborted || !acceptor->is_open()) co_return;
      if (error) continue;
      fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);  // else a program started meanwhile keeps it open after us
      unsigned number = 0;
      {
        const std::lock_guard lock(mutex);
        number = ++connections;
      }
      asio::co_spawn(context, serve(std::move(socket), number), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket, unsigned number) {
    open.insert(&socket);
    co_await converse(socket, number);
    open.erase(&socket);
  }

  asio::awaitable<void> converse(tcp::socket& socket, unsigned number) {
    boost::system::error_code ignored;
    const auto address = socket.local_endpoint(ignored).address().to_string();
    socket.set_option(tcp::no_delay(true), ignored);
    asio::steady_timer timer(context);
    Wire wire{socket, timer};
    std::string input;
    for (unsigned nth = 1;; ++nth) {
      auto into = asio::dynamic_buffer(input);
      auto [error, size] = co_await asio::async_read_until(socket, into, "\r\n\r\n", as_values);
      if (error) co_return;
      Seen request = read_request(std::string_view(input).substr(0, size));
      input.erase(0, size);
      const auto wanted = static_cast<std::size_t>(std::strtoul(request.header("Content-Length").c_str(), nullptr, 10));
      if (wanted > input.size()) {
        const auto rest = asio::transfer_exactly(wanted - input.size());
        auto [failure, more] = co_await asio::async_read(socket, into, rest, as_values);
        if (failure) co_return;
      }
      request.body = input.substr(0, wanted);
      input.erase(0, wanted);
      request.time = std::chrono::steady_clock::now();
      request.connection = number;
      request.nth = nth;
      request.address = address;
      const Answer answer = react(request);
      const bool is_head_request = request.method == "HEAD";
      const bool is_alive = co_await wire.send(answer, is_head_request);
      if (!is_alive) co_return;
      if (answer.end_ == End::hang) {
        char byte = 0;
        const auto buffer = asio::buffer(&byte, 1);
        co_await socket.async_read_some(buffer, as_values);
        co_return;
      }
      if (answer.end_ == End::reset) {
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        socket.close(ignored);
        co_return;
      }
      if (answer.end_ == End::close) {
        // Sends FIN and reads on until the client's, or the kernel would turn unread bytes into a reset.
        socket.shutdown(tcp::socket::shutdown_send, ignored);
        char sink[4096];
        const auto buffer = asio::buffer(sink);
        for (boost::system::error_code end; !end;) {
          auto [failure, count] = co_await socket.async_read_some(buffer, as_values);
          end = failure;
        }
        co_return;
      }
    }
  }

  void open_acceptor(const std::string& address) {
    const tcp::endpoint endpoint(asio::ip::make_address(address), port);
    auto acceptor = std::make_unique<tcp::acceptor>(context, endpoint, true);
    port = acceptor->local_endpoint().port();
    fcntl(acceptor->native_handle(), F_SETFD, FD_CLOEXEC);  // else a program started meanwhile keeps the port open
    asio::co_spawn(context, accept(acceptor.get()), asio::detached);
    acceptors.push_back(std::move(acceptor));
  }

  // Runs `work` on the server's thread and waits for it; its exception comes back here.
  template <class Work>
  void on_thread(Work work) {
    std::packaged_task<void()> task(std::move(work));
    auto done = task.get_future();
    asio::post(context, [&task] { task(); });
    done.get();
  }
};

ScriptedServer::ScriptedServer() : impl_(std::make_unique<Impl>()) {
  impl_->open_acceptor("127.0.0.1");
  impl_->thread = std::thread([impl = impl_.get()] {
    const auto work = asio::make_work_guard(impl->context);
    impl->context.run();
  });
}

ScriptedServer::~ScriptedServer() {
  impl_->context.stop();
  impl_->thread.join();
  impl_->acceptors.clear();  // before the context, whose services they use
}

void ScriptedServer::listen(const std::string& address) {
  impl_->on_thread([this, &address] { impl_->open_acceptor(address); });
}

void ScriptedServer::shut() {
  impl_->on_thread([this] {
    boost::system::error_code ignored;
    for (auto& acceptor : impl_->acceptors) acceptor->close(ignored);
    for (auto* socket : impl_->open) socket->close(ignored);
  });
}

void ScriptedServer::route(std::string path, Reaction reaction) {
  const std::lock_guard lock(impl_->mutex);
  impl_->routes[std::move(path)] = std::move(reaction);
}

void ScriptedServer::route(std::string path, Answer answer) {
  route(std::move(path), [answer = std::move(answer)](const Seen&) { return answer; });
}

void ScriptedServer::route(std::string path, std::initializer_list<Answer> script) {
  if (script.size() == 0) throw std::invalid_argument("a script needs an answer");
  // The reaction is copied for each call; its place in the script is shared by the copies (server's thread only).
  const auto next = std::make_shared<std::size_t>(0);
  route(std::move(path), [answers = std::vector<Answer>(script), next](const Seen&) {
    return answers[std::min((*next)++, answers.size() - 1)];
  });
}

void ScriptedServer::otherwise(Reaction reaction) {
  const std::lock_guard lock(impl_->mutex);
  impl_->fallback = std::move(reaction);
}

std::uint16_t ScriptedServer::port() const { return impl_->port; }

std::string ScriptedServer::url(std::string_view target, std::string_view host) const {
  const bool is_v6 = host.find(':') != host.npos;
  std::string out = "http://";
  out.append(is_v6 ? "[" : "").append(host).append(is_v6 ? "]" : "");
  return out.append(":").append(std::to_string(impl_->port)).append(target);
}

std::vector<Seen> ScriptedServer::seen() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->seen;
}

std::vector<Seen> ScriptedServer::seen(std::string_view path) const {
  auto all = seen();
  std::erase_if(all, [&](const Seen& one) { return one.path() != path; });
  return all;
}

std::size_t ScriptedServer::connections() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->connections;
}

void ScriptedServer::forget() {
  const std::lock_guard lock(impl_->mutex);
  impl_->seen.clear();
}

bool ScriptedServer::wait_for(std::size_t requests, std::chrono::milliseconds patience) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->arrived.wait_for(lock, patience, [&] { return impl_->seen.size() >= requests; });
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace rapporteur::test
