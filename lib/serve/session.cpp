#include "serve/session.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

namespace rapporteur::serve {

namespace {

// Most requests fit; 10,000 idle connections hold 10 MB. A longer header gets the larger buffer until it is answered.
constexpr std::size_t small_buffer = 1024;
constexpr std::size_t large_buffer = max_header_bytes + 1024;
constexpr int answers_in_a_row = 16;  // then others have their turn: pipelining buys no priority
constexpr base::Duration drain_limit = std::chrono::seconds(2);
// Who came in at the last moment has most likely asked already; closing would throw the question away with a reset.
constexpr base::Duration first_question = std::chrono::milliseconds(200);
constexpr std::size_t drain_bytes = std::size_t{256} * 1024;

}  // namespace

Session::Session(Socket socket, Desk& desk) : socket_(std::move(socket)), desk_(&desk), buffer_(small_buffer) {}

void Session::start() {
  enter(Phase::idle, desk_->limits().idle_timeout);
  read();
}

void Session::close() {
  if (phase_ == Phase::closed) return;
  phase_ = Phase::closed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  response_ = HttpResponse();
  let_go_of_body();
  desk_->forget(*this);
}

void Session::close_if_idle() {
  if (phase_ != Phase::idle) return;
  if (has_asked_) return close();
  deadline_ = std::min(deadline_, std::chrono::steady_clock::now() + first_question);
}

void Session::check(Time now) {
  if (now < deadline_) return;
  if (phase_ == Phase::reading || phase_ == Phase::reading_body)
    return refuse({408, "The request was not complete in time."});
  if (phase_ == Phase::waiting) return refuse({503, "The page could not be made in time; try again in a moment."});
  close();
}

void Session::deliver(HttpResponse response) {
  if (phase_ == Phase::waiting) send(std::move(response));
}

void Session::enter(Phase phase, base::Duration limit) {
  if (phase == Phase::idle || phase == Phase::draining)
    desk_->mark_idle(*this);
  else if (phase_ == Phase::idle)
    desk_->mark_busy(*this);
  phase_ = phase;
  deadline_ = std::chrono::steady_clock::now() + limit;
}

void Session::read() {
  auto self = shared_from_this();
  const auto room = boost::asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
  socket_.async_read_some(room, [self = std::move(self)](const boost::system::error_code& error, std::size_t bytes) {
    if (self->phase_ == Phase::closed) return;
    if (error) return self->close();  // the end of the stream, too: every whole request before it has been answered
    self->take(bytes);
  });
}

void Session::take(std::size_t bytes) {
  if (phase_ == Phase::draining) {
    drained_ += bytes;
    if (drained_ > drain_bytes) return close();
    return read();
  }
  end_ += bytes;
  has_asked_ = true;
  consume();
}

void Session::consume() {
  for (int answered = 0; answered < answers_in_a_row; ++answered) {
    if (!parser_) {
      // RFC 9112 2.2: empty lines before a request are skipped.
      while (begin_ < end_ && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
      if (begin_ == end_) return wait_for_more();
      parser_.emplace(request_);
      header_bytes_ = 0;
    }
    if (!parser_->is_header_done() && !consume_header()) return;
    if (!parser_->is_done() && !consume_body()) return;
    keeps_alive_ = parser_->keep_alive() && !desk_->is_stopping();
    parser_.reset();
    std::optional<HttpResponse> response = desk_->respond(request(), shared_from_this());
    let_go_of_body();
    if (!response) return enter(Phase::waiting, desk_->limits().write_timeout);
    take_answer(std::move(*response));
    if (!write()) return;
    if (!response_.keep_alive) return drain();
    response_.keep.reset();
  }
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->phase_ != Phase::closed) self->consume();
  });
}

bool Session::consume_header() {
  boost::beast::error_code error;
  const std::size_t used = parser_->put(boost::asio::buffer(buffer_.data() + begin_, end_ - begin_), error);
  begin_ += used;  // the parser takes line by line
  header_bytes_ += used;
  if (error == boost::beast::http::error::need_more)
    wait_for_more();
  else if (error)
    refuse(fault_of(error));
  else if (const Fault fault = fault_of(request_); fault.status != 0)
    refuse(fault);
  else
    return !parser_->has_body() || admit_body();
  return false;
}

bool Session::admit_body() {
  if (const Fault fault = desk_->admit_body(request_.view(true), parser_->stated_length()); fault.status != 0) {
    refuse(fault);
    return false;
  }
  has_body_ = true;
  enter(Phase::reading_body, desk_->limits().write_timeout);  // for all of it, whatever trickles in
  if (!request_.expects_continue || begin_ < end_) return true;
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  const ssize_t sent = ::send(socket_.native_handle(), go_on.data(), go_on.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent == static_cast<ssize_t>(go_on.size())) return true;
  close();  // not even these bytes fit: it asks and does not read
  return false;
}

bool Session::consume_body() {
  while (begin_ < end_ && !parser_->is_done()) {
    boost::beast::error_code error;
    begin_ += parser_->put(boost::asio::buffer(buffer_.data() + begin_, end_ - begin_), error);
    if (error == boost::beast::http::error::need_more) break;
    const bool is_too_large = request_.body.size() > desk_->limits().max_push;
    if (!error && !is_too_large) continue;
    refuse(is_too_large ? Fault{413, "The body is larger than this server takes."} : fault_of(error));
    return false;
  }
  if (parser_->is_done()) return true;
  wait_for_body();
  return false;
}

void Session::wait_for_body() {
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);  // the beginning of a chunk's line
  end_ -= std::exchange(begin_, 0);
  buffer_.resize(large_buffer);
  if (end_ == buffer_.size()) return refuse({400, "The request could not be read as HTTP/1.1."});
  read();
}

void Session::let_go_of_body() {
  if (!std::exchange(has_body_, false)) return;
  request_.body = std::string();
  desk_->let_go_of_body(request_.view(true));
}

void Session::wait_for_more() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (!parser_) {
    if (buffer_.size() != small_buffer) {
      buffer_.resize(small_buffer);
      buffer_.shrink_to_fit();
    }
    if (desk_->is_stopping()) return drain();
    owed_ = 0;
    full_since_.reset();
    enter(Phase::idle, desk_->limits().idle_timeout);
    return read();
  }
  const char* text = buffer_.data() + begin_;
  const std::size_t size = end_ - begin_;
  if (header_bytes_ == 0 && size > max_target_bytes + small_buffer)  // still in its first line
    return refuse({414, "The target of the request is longer than 8 KiB."});
  if (header_bytes_ + size > max_header_bytes) return refuse({431, "The header of the request is larger than 16 KiB."});
  if (end_ == buffer_.size()) {
    std::memmove(buffer_.data(), text, size);
    begin_ = 0;
    end_ = size;
    if (size > small_buffer / 2) buffer_.resize(large_buffer);
  }
  // From the first byte on, whatever trickles in: the request must be whole by then.
  if (phase_ != Phase::reading) enter(Phase::reading, desk_->limits().header_timeout);
  read();
}

void Session::refuse(const Fault& fault) {
  parser_.reset();
  let_go_of_body();
  send(desk_->turn_away(fault.status, fault.sentence));
}

void Session::take_answer(HttpResponse response) {
  response_ = std::move(response);
  sent_ = 0;
  owed_ += response_.head.size() + response_.body().size();
}

void Session::send(HttpResponse response) {
  take_answer(std::move(response));
  if (write()) finish_answer();
}

bool Session::write() {
  const std::string_view head = response_.head;
  const std::string_view body = response_.body();
  const std::size_t size = head.size() + body.size();
  while (sent_ < size) {
    std::array<iovec, 2> pieces{};
    const std::size_t in_head = std::min(sent_, head.size());
    const std::size_t in_body = sent_ - in_head;
    pieces[0] = {const_cast<char*>(head.data()) + in_head, head.size() - in_head};  // sendmsg only reads
    pieces[1] = {const_cast<char*>(body.data()) + in_body, body.size() - in_body};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = body.empty() ? 1 : 2;
    const ssize_t bytes = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (bytes >= 0) {
      sent_ += static_cast<std::size_t>(bytes);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      wait_until_writable();
    else
      close();
    return false;
  }
  return true;
}

void Session::wait_until_writable() {
  // Called after every piece that went out, so the one limit counts from the last progress, the other for all of it:
  // else a reader of drips would hold its place for ever, and with many answers in a row likewise.
  const Settings& limits = desk_->limits();
  enter(Phase::writing, limits.write_timeout);
  if (!full_since_) full_since_ = std::chrono::steady_clock::now();
  const auto by_size = std::chrono::seconds(owed_ / std::max<std::size_t>(limits.slowest_reader, 1));
  deadline_ = std::min(deadline_, *full_since_ + limits.write_timeout + by_size);
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const boost::system::error_code& error) {
    if (self->phase_ == Phase::closed) return;
    if (error) return self->close();
    if (self->write()) self->finish_answer();
  });
}

void Session::finish_answer() {
  if (!response_.keep_alive) return drain();
  response_.keep.reset();
  consume();
}

// Closing with unread bytes in the socket would send a reset, which can overtake the answer (RFC 9112 9.6).
void Session::drain() {
  response_ = HttpResponse();
  boost::system::error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return close();
  enter(Phase::draining, drain_limit);
  begin_ = end_ = 0;
  read();
}

}  // namespace rapporteur::serve
