#include "engine/control.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <istream>
#include <set>

#include "base/text.h"

namespace rapporteur::engine {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;

namespace {

constexpr std::size_t longest_command = std::size_t{64} * 1024;
constexpr std::size_t longest_backlog = 8 << 20;  // bytes a slow client may be behind before it is dropped

// A path longer than sun_path (108 bytes) is reached through its directory's descriptor.
class SocketAddress {
 public:
  explicit SocketAddress(const std::string& path) : name_(path) {
    if (path.size() < sizeof(sockaddr_un::sun_path)) return;
    const std::filesystem::path whole(path);
    directory_ = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    name_ = "/proc/self/fd/" + std::to_string(directory_) + "/" + whole.filename().string();
  }
  ~SocketAddress() {
    if (directory_ >= 0) ::close(directory_);
  }
  SocketAddress(const SocketAddress&) = delete;
  SocketAddress& operator=(const SocketAddress&) = delete;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  int directory_ = -1;
};

int connect_to(const std::string& path) {
  const SocketAddress address(path);
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (address.name().size() >= sizeof where.sun_path) return -1;
  std::memcpy(where.sun_path, address.name().c_str(), address.name().size() + 1);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (std::string_view word : base::split(base::trim(line), ' '))
    if (!word.empty()) words.emplace_back(word);
  return words;
}

std::string absolute(const std::string& path) {
  std::error_code error;
  const auto full = std::filesystem::weakly_canonical(path, error);
  return error ? path : full.string();
}

}  // namespace

std::string control_path(const std::string& store_path) {
  if (const char* runtime = std::getenv("RUNTIME_DIRECTORY"); runtime && *runtime)
    return std::string(base::split(runtime, ':').front()) + "/control.sock";
  return store_path + ".sock";
}

std::string control_greeting(const std::string& store_path) {
  return "rapporteur " RAPPORTEUR_VERSION " " + absolute(store_path);
}

// One client: reads a line, writes what the command says, closes.
class ControlSession final : public ControlReply, public std::enable_shared_from_this<ControlSession> {
 public:
  explicit ControlSession(Local::socket socket) : socket_(std::move(socket)), input_(longest_command) {}

  void start(const std::string& greeting, const ControlServer::Command& command) {
    line(greeting);
    auto self = shared_from_this();
    asio::async_read_until(socket_, input_, '\n', [self, command](const boost::system::error_code& error, std::size_t) {
      if (error) return self->close();
      std::istream stream(&self->input_);
      std::string text;
      std::getline(stream, text);
      command(words_of(text), self);
    });
  }

  void line(std::string_view tagged) override {
    if (is_closed_ || backlog_ > longest_backlog) return;
    std::string text(tagged);
    for (char& c : text)
      if (c == '\n') c = ' ';
    text += '\n';
    backlog_ += text.size();
    queue_.push_back(std::move(text));
    if (queue_.size() == 1) write();
  }

  void end() override {
    line("end");
    is_ending_ = true;
  }

  void close() {
    is_closed_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  void write() {
    auto self = shared_from_this();
    asio::async_write(socket_, asio::buffer(queue_.front()),
                      [self](const boost::system::error_code& error, std::size_t) {
                        if (error || self->is_closed_) return self->close();
                        self->backlog_ -= self->queue_.front().size();
                        self->queue_.pop_front();
                        if (!self->queue_.empty()) return self->write();
                        if (self->is_ending_) self->close();
                      });
  }

  Local::socket socket_;
  asio::streambuf input_;
  std::deque<std::string> queue_;
  std::size_t backlog_ = 0;
  bool is_ending_ = false;
  bool is_closed_ = false;
};

struct ControlServer::Impl : std::enable_shared_from_this<ControlServer::Impl> {
  Impl(asio::io_context& io, std::string words, Command act)
      : acceptor(io), greeting(std::move(words)), command(std::move(act)) {}

  void accept() {
    auto self = shared_from_this();
    acceptor.async_accept([self](const boost::system::error_code& error, Local::socket socket) {
      if (error == asio::error::operation_aborted || !self->acceptor.is_open()) return;
      if (!error) {
        auto session = std::make_shared<ControlSession>(std::move(socket));
        self->remember(session);
        session->start(self->greeting, self->command);
      }
      self->accept();
    });
  }

  void remember(const std::shared_ptr<ControlSession>& session) {
    std::erase_if(sessions, [](const std::weak_ptr<ControlSession>& known) { return known.expired(); });
    sessions.push_back(session);
  }

  Local::acceptor acceptor;
  std::string greeting;
  Command command;
  std::string path;
  std::vector<std::weak_ptr<ControlSession>> sessions;
};

ControlServer::ControlServer(asio::io_context& io, std::string greeting, Command command)
    : impl_(std::make_shared<Impl>(io, std::move(greeting), std::move(command))) {}

ControlServer::~ControlServer() { stop(); }

Result<void, std::string> ControlServer::listen(const std::string& path) {
  if (const int other = connect_to(path); other >= 0) {
    ::close(other);
    return "the control socket " + path + " is in use by another daemon; stop that one first";
  }
  ::unlink(path.c_str());  // nobody listens: left over from a kill -9
  const SocketAddress address(path);
  boost::system::error_code error;
  impl_->acceptor.open(Local(), error);
  const mode_t before = ::umask(0117);  // owner and group may command, nobody else
  if (!error) impl_->acceptor.bind(Local::endpoint(address.name()), error);
  ::umask(before);
  if (!error) impl_->acceptor.listen(16, error);
  if (error)
    return "the control socket " + path + " could not be opened (" + error.message() +
           "); `poll` and `status` cannot reach this daemon";
  impl_->path = path;
  impl_->accept();
  return {};
}

void ControlServer::stop() {
  boost::system::error_code ignored;
  if (!impl_->acceptor.is_open()) return;
  impl_->acceptor.close(ignored);
  ::unlink(impl_->path.c_str());
  for (const auto& weak : impl_->sessions)
    if (auto session = weak.lock()) session->close();
}

std::optional<ControlClient> ControlClient::connect(const std::string& store_path) {
  for (const std::string& path :
       {control_path(store_path), store_path + ".sock", std::string("/run/rapporteur/control.sock")}) {
    const int descriptor = connect_to(path);
    if (descriptor < 0) continue;
    ControlClient client(descriptor);
    const auto greeting = client.read_line();
    if (!greeting || !greeting->starts_with("rapporteur ")) continue;
    const std::size_t blank = greeting->find(' ', std::strlen("rapporteur "));
    if (blank != std::string::npos && greeting->substr(blank + 1) == absolute(store_path)) return client;
  }
  return std::nullopt;
}

ControlClient::~ControlClient() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ControlClient::ControlClient(ControlClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), buffer_(std::move(other.buffer_)) {}

std::optional<std::string> ControlClient::read_line() {
  for (;;) {
    if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
      std::string text = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return text;
    }
    char chunk[4096];
    const ssize_t got = ::read(descriptor_, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    buffer_.append(chunk, static_cast<std::size_t>(got));
  }
}

bool ControlClient::ask(const std::vector<std::string>& words,
                        const std::function<void(std::string_view, std::string_view)>& line) {
  std::string command;
  for (const std::string& word : words) command += word + " ";
  command += "\n";
  for (std::size_t sent = 0; sent < command.size();) {
    const ssize_t count = ::send(descriptor_, command.data() + sent, command.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  while (const auto answer = read_line()) {
    if (*answer == "end") return true;
    const std::size_t blank = answer->find(' ');
    line(std::string_view(*answer).substr(0, blank),
         blank == std::string::npos ? std::string_view() : std::string_view(*answer).substr(blank + 1));
  }
  return false;
}

}  // namespace rapporteur::engine
