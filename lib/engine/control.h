// The commands of a running daemon: a unix socket that takes one line and answers in lines. The client side is here
// too, so that both ends of the protocol stand in one place. Server: io thread. Client: blocking, in the commands' own
// process.
//
//   daemon, on connect:   rapporteur VERSION PATH-OF-STORE
//   client:               status json | status table | poll [--now] [SOURCE…]
//   daemon:               lines of the answer, each behind a tag and a blank, then "end"
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rapporteur::engine {

// Under systemd "$RUNTIME_DIRECTORY/control.sock", else beside the store.
std::string control_path(const std::string& store_path);
// What a daemon says first; a client takes it for its own only when the store is the same.
std::string control_greeting(const std::string& store_path);

// One answer in the making; lines may be added as long as the client listens.
class ControlReply {
 public:
  virtual ~ControlReply() = default;
  virtual void line(std::string_view tagged) = 0;  // "result …", "note …", "error …"
  virtual void end() = 0;
};

class ControlServer {
 public:
  using Command = std::function<void(std::vector<std::string> words, std::shared_ptr<ControlReply> reply)>;
  ControlServer(boost::asio::io_context& io, std::string greeting, Command command);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // A socket file that nobody listens on any more is replaced. The error is a sentence.
  [[nodiscard]] Result<void, std::string> listen(const std::string& path);
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Connected to the daemon that serves this store, or nothing when none does.
class ControlClient {
 public:
  static std::optional<ControlClient> connect(const std::string& store_path);
  ~ControlClient();
  ControlClient(ControlClient&& other) noexcept;
  ControlClient& operator=(ControlClient&&) = delete;

  // Sends the words and hands over every line until "end". False when the daemon went away before.
  bool ask(const std::vector<std::string>& words,
           const std::function<void(std::string_view tag, std::string_view text)>& line);

 private:
  explicit ControlClient(int descriptor) : descriptor_(descriptor) {}
  std::optional<std::string> read_line();
  int descriptor_ = -1;
  std::string buffer_;
};

}  // namespace rapporteur::engine
