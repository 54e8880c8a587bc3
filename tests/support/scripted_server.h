// An HTTP origin on loopback for tests: it says exactly what the script tells it, well-formed or not, and writes down
// what it was asked. Own thread and io_context, so the test may block; port chosen by the system; plain sockets, no
// TLS.
//
//   ScriptedServer server;
//   server.route("/feed", Answer(200, "<rss/>", "application/rss+xml").header("ETag", "\"1\""));
//   server.route("/twice", {Answer(503), Answer(200, "…")});           // one after the other, the last one for ever
//   server.route("/echo", [](const Seen& seen) { return Answer(200, seen.target); });   // on the server's thread
//   … ask server.url("/feed") …
//   BOOST_TEST(server.seen("/feed").at(0).header("If-None-Match") == "\"1\"");
//
// A route without a query matches every query; one with a query only itself. What has no route is answered 404.
// All members may be called from any thread and at any time. The destructor cuts what is open.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rapporteur::test {

// One request as it came in.
struct Seen {
  std::string method;
  std::string target;                                        // with the query, as it stood in the request line
  std::string address;                                       // the address of ours that was asked: "127.0.0.1"
  std::vector<std::pair<std::string, std::string>> headers;  // in their order, names as written
  std::string body;
  std::chrono::steady_clock::time_point time;  // when its header was complete
  unsigned connection = 0;                     // counts the accepted connections from 1
  unsigned nth = 0;                            // 1: the first request of its connection

  std::string path() const { return target.substr(0, target.find('?')); }
  bool has(std::string_view name) const;            // names ignore case
  std::string header(std::string_view name) const;  // the first one's value; "" when there is none
};

// How an answer goes on when its bytes are out.
enum class End {
  keep,   // wait for the next request of the connection
  close,  // orderly end
  reset,  // RST
  hang,   // say nothing more, keep the connection open until the client leaves
};

// What to send, built by chaining. Content-Length is written unless a member below says otherwise; 1xx, 204 and 304
// and answers to HEAD carry no body. Header lines go out in the order given, as given.
class Answer {
 public:
  Answer() : Answer(200) {}
  explicit Answer(int status, std::string body = {}, std::string content_type = {});
  static Answer redirect(int status, std::string location);
  // These bytes and nothing else, then the end of the connection. The empty string: accepted, read, closed.
  static Answer raw(std::string bytes, End end = End::close);

  Answer& header(std::string name, std::string value);
  Answer& length(std::uint64_t claimed);     // Content-Length of our choice, true or not
  Answer& no_length();                       // no Content-Length: the body ends with the connection
  Answer& chunked(std::size_t size = 1000);  // Transfer-Encoding: chunked, in chunks of `size` bytes
  Answer& unfinished();                      // with chunked: without the last chunk
  Answer& delay(std::chrono::milliseconds before_the_first_byte);
  Answer& drip(std::size_t bytes, std::chrono::milliseconds pause);  // the body in pieces
  Answer& pause_before_body(std::chrono::milliseconds pause);
  // After the body (or the raw bytes), this piece again and again until the client leaves; implies no_length.
  Answer& endless(std::string piece, std::chrono::milliseconds pause = std::chrono::milliseconds(0));
  Answer& endless_headers(std::string line);  // "X-Noise: …\r\n" for ever, the header never ends
  Answer& then(End end);                      // default: keep, or close after no_length and raw

 private:
  friend class ScriptedServer;
  friend struct Wire;
  std::string head(bool is_head_request) const;
  std::string payload(bool is_head_request) const;

  int status_ = 200;
  std::string body_;
  std::vector<std::pair<std::string, std::string>> headers_;
  bool is_raw_ = false, has_length_ = true, is_finished_ = true, has_endless_header_ = false;
  std::uint64_t claimed_ = 0;
  bool has_claim_ = false;
  std::size_t chunk_ = 0, piece_ = 0;
  std::chrono::milliseconds delay_{0}, pause_{0}, body_pause_{0}, endless_pause_{0};
  std::string endless_;
  End end_ = End::keep;
};

class ScriptedServer {
 public:
  using Reaction = std::function<Answer(const Seen&)>;

  ScriptedServer();  // listens on 127.0.0.1
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  // Listens on a further loopback address ("127.0.0.2", "::1") with the same port. Throws when that is taken.
  void listen(const std::string& address);
  // Accepts no more and cuts what is open: connections are refused from here on.
  void shut();

  void route(std::string path, Reaction reaction);
  void route(std::string path, Answer answer);
  void route(std::string path, std::initializer_list<Answer> script);
  void otherwise(Reaction reaction);  // for every path without a route

  std::uint16_t port() const;
  std::string url(std::string_view target, std::string_view host = "127.0.0.1") const;

  std::vector<Seen> seen() const;                       // all of them, in the order they came
  std::vector<Seen> seen(std::string_view path) const;  // of one path, whatever the query
  std::size_t count(std::string_view path) const { return seen(path).size(); }
  std::size_t connections() const;  // accepted so far
  void forget();                    // clears what was seen, not the connection numbers
  // Waits until `requests` were seen in all, at most `patience`; true when they were.
  bool wait_for(std::size_t requests, std::chrono::milliseconds patience = std::chrono::seconds(5)) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// For long scripts: the bytes as one gzip member.
std::string gzip(std::string_view bytes);

}  // namespace rapporteur::test
