// One connection: reads requests one after the other, has them answered, writes head and body. A state machine of
// completion handlers. It writes at once and waits for the socket only when that is full; while it waits it reads
// nothing, so a client that asks and does not read holds one answer, never a queue. io thread only; bodies are shared
// with the edition.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "serve/answer.h"
#include "serve/request_parser.h"
#include "serve/settings.h"

namespace rapporteur::serve {

class Session;
using SessionList = std::list<std::shared_ptr<Session>>;

// What a session asks of its server.
class Desk {
 public:
  // Never throws. nullopt: the answer is being made and comes by Session::deliver.
  virtual std::optional<HttpResponse> respond(const HttpRequest& request, const std::shared_ptr<Session>& asker) = 0;
  // Whether the body of a request may come, asked when its header is complete. Status 0: it may, and counts until
  // let_go_of_body().
  virtual Fault admit_body(const HttpRequest& request, std::optional<std::uint64_t> length) = 0;
  virtual void let_go_of_body(const HttpRequest& request) = 0;
  virtual HttpResponse turn_away(int status, std::string_view sentence) = 0;
  virtual const Settings& limits() const = 0;
  virtual bool is_stopping() const = 0;
  virtual void mark_idle(Session& session) = 0;  // may be closed when room is needed
  virtual void mark_busy(Session& session) = 0;
  virtual void forget(Session& session) = 0;  // the session is closed

 protected:
  ~Desk() = default;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;
  using Time = std::chrono::steady_clock::time_point;

  Session(Socket socket, Desk& desk);

  void start();
  void close();          // at once; afterwards no handler touches the desk
  void check(Time now);  // ends what has waited too long

  void close_if_idle();  // between two requests; a moment later where none was made yet
  // What respond() left open; nothing when the session has ended or given up meanwhile.
  bool is_waiting() const { return phase_ == Phase::waiting; }
  HttpRequest request() const { return request_.view(keeps_alive_); }  // the one that waits
  void deliver(HttpResponse response);

  // Where the server keeps it; the server's alone.
  SessionList* list = nullptr;
  SessionList::iterator place;

 private:
  enum class Phase { idle, reading, reading_body, waiting, writing, draining, closed };

  void read();
  void take(std::size_t bytes);
  void consume();
  bool consume_header();  // false: more is awaited, or it was refused; likewise below
  bool admit_body();
  bool consume_body();
  void wait_for_more();
  void wait_for_body();
  void let_go_of_body();
  void refuse(const Fault& fault);
  void take_answer(HttpResponse response);
  void send(HttpResponse response);
  bool write();  // false: not finished, or closed
  void wait_until_writable();
  void finish_answer();
  void drain();
  void enter(Phase phase, base::Duration limit);

  Socket socket_;
  Desk* desk_;
  Phase phase_ = Phase::idle;
  Time deadline_{};
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;      // what is read and not consumed
  std::optional<RequestParser> parser_;  // of the request under way
  std::size_t header_bytes_ = 0;         // of it, that the parser has taken
  Request request_;
  bool has_body_ = false;    // the desk counts it
  bool keeps_alive_ = true;  // as the request wants it
  HttpResponse response_;
  std::size_t sent_ = 0;
  // Since it was idle: what it was answered, and when its socket was full for the first time.
  std::size_t owed_ = 0;
  std::optional<Time> full_since_;
  std::size_t drained_ = 0;
  bool has_asked_ = false;
};

}  // namespace rapporteur::serve
