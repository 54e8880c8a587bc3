#include "serve/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "ops/log.h"
#include "serve/listener.h"
#include "serve/routes.h"
#include "serve/session.h"

namespace rapporteur::serve {

namespace asio = boost::asio;

namespace {

constexpr int accepts_in_a_row = 64;
constexpr std::size_t most_being_made = 8;  // pages at a time: each takes a worker for some milliseconds
constexpr std::size_t most_bodies = 4;      // being read at a time: what is held is bounded by max_push; one a callback
constexpr std::size_t most_kept = 64;       // made pages; days that crawlers walk through
constexpr base::Duration pause_without_descriptors = std::chrono::milliseconds(500);
constexpr base::Duration shortest_tick = std::chrono::milliseconds(20);
constexpr base::Duration longest_tick = std::chrono::seconds(1);

// Readers may not take the descriptors that polling and the store live on: 128 are left to them, or half of a small
// limit.
std::size_t connections_that_fit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
  const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
  return descriptors > 256 ? descriptors - 128 : descriptors / 2;
}

bool is_out_of_descriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

bool somebody_waits(int listening_descriptor) {
  pollfd wanted{listening_descriptor, POLLIN, 0};
  return ::poll(&wanted, 1, 0) > 0;
}

// A listening socket and the wait on it. The descriptor is the listener's: the wait lets go of it, and does not close
// it.
struct Door {
  Door(const asio::any_io_executor& executor, Listener opened)
      : listener(std::move(opened)), is_tcp(listener->is_tcp()), wait(executor, listener->descriptor()) {}
  ~Door() { shut(); }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  void shut() {
    if (!listener) return;
    wait.release();
    listener.reset();
  }

  std::optional<Listener> listener;
  bool is_tcp;
  asio::posix::stream_descriptor wait;
};

}  // namespace

struct Server::Impl final : Desk, std::enable_shared_from_this<Server::Impl> {
  Impl(asio::any_io_executor executor, const base::Clock& clock, const Settings& settings, Live live);
  ~Impl() {
    if (reserve_ >= 0) ::close(reserve_);
  }

  std::optional<HttpResponse> respond(const HttpRequest& request, const std::shared_ptr<Session>& asker) override;
  Fault admit_body(const HttpRequest& request, std::optional<std::uint64_t> length) override;
  void let_go_of_body(const HttpRequest& request) override { bodies_.erase(token_of(request.target).value_or("")); }
  HttpResponse turn_away(int status, std::string_view sentence) override {
    return refuse(status, sentence, http_date());
  }
  const Settings& limits() const override { return settings_; }
  bool is_stopping() const override { return is_stopping_; }
  void mark_idle(Session& session) override { move_to(idle_, session); }
  void mark_busy(Session& session) override { move_to(busy_, session); }
  void forget(Session& session) override;

  void move_to(SessionList& list, Session& session) {
    list.splice(list.end(), *session.list, session.place);
    session.list = &list;
  }

  std::optional<HttpResponse> ask_callback(const HttpRequest& request, const std::string& token,
                                           const std::shared_ptr<Session>& asker);
  std::optional<std::string> path_to_make(const HttpRequest& request) const;
  const std::function<void(Live::Written)>* writer_of(std::string_view path) const;
  void begin_making(const std::string& path);
  void take_written(const std::string& path, const std::string& text);
  void deliver(const std::string& path, const std::function<HttpResponse(const HttpRequest&)>& made);
  void take_made(const std::string& path, std::shared_ptr<const publish::Edition> edition, bool is_current);
  void wait_at(const std::shared_ptr<Door>& door);
  void let_in(const std::shared_ptr<Door>& door);
  bool admit(const Door& door, int descriptor);  // false: turned away
  void turn_away_at_door(int descriptor);
  void bear_shortage(const std::shared_ptr<Door>& door, int error);
  bool close_oldest_idle();
  void arm_tick();
  void tick();
  void close_all();
  std::string_view http_date();
  std::size_t connections() const { return idle_.size() + busy_.size(); }
  std::size_t most_connections() const { return std::min(settings_.max_connections, connections_that_fit_); }
  void assert_thread();

  asio::any_io_executor executor_;
  const base::Clock& clock_;
  Settings settings_;
  Live live_;
  std::shared_ptr<const Shelf> shelf_;
  std::map<std::string, std::shared_ptr<const Shelf>> made_;               // since the last edition, by path
  std::map<std::string, std::vector<std::weak_ptr<Session>>> being_made_;  // and who waits for each
  std::vector<std::shared_ptr<Door>> doors_;
  std::set<std::string> bodies_;  // being read, by token
  SessionList idle_, busy_;       // idle: the longest idle first
  asio::steady_timer timer_;
  bool is_ticking_ = false;
  bool is_stopping_ = false;
  bool is_short_ = false;  // of descriptors; said once
  std::size_t connections_that_fit_;
  int reserve_;  // a descriptor to give up, so that somebody can be told no when there is none left
  std::chrono::sys_seconds date_second_{};
  std::string date_text_;
  std::chrono::steady_clock::time_point last_moment_ = std::chrono::steady_clock::time_point::max();
  std::thread::id thread_;  // of the first event; until then the server may be built elsewhere
};

Server::Impl::Impl(asio::any_io_executor executor, const base::Clock& clock, const Settings& settings, Live live)
    : executor_(std::move(executor)),
      clock_(clock),
      settings_(settings),
      live_(std::move(live)),
      timer_(executor_),
      connections_that_fit_(connections_that_fit()),
      reserve_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {}

void Server::Impl::assert_thread() {
  if (thread_ == std::thread::id()) thread_ = std::this_thread::get_id();
  assert(thread_ == std::this_thread::get_id());
}

std::string_view Server::Impl::http_date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.now());
  if (second != date_second_ || date_text_.empty()) {
    date_second_ = second;
    date_text_ = base::to_http_date(second);
  }
  return date_text_;
}

std::optional<HttpResponse> Server::Impl::respond(const HttpRequest& request, const std::shared_ptr<Session>& asker) {
  try {
    if (live_.callbacks.answer && (request.method == "GET" || request.method == "POST"))
      if (const std::optional<std::string> token = token_of(request.target))
        return ask_callback(request, *token, asker);
    const std::optional<std::string> made = path_to_make(request);
    if (!made) return answer(request, shelf_, live_, http_date());
    if (const auto page = made_.find(*made); page != made_.end())
      return answer(request, page->second, live_, http_date());
    if (!being_made_.contains(*made) && being_made_.size() >= most_being_made && !writer_of(*made))
      return refuse(503, "Many pages are being made just now; try again in a moment.", http_date());
    std::vector<std::weak_ptr<Session>>& askers = being_made_[*made];
    askers.push_back(asker);
    if (askers.size() == 1) begin_making(*made);
    return std::nullopt;
  } catch (const std::exception& failure) {
    ops::log_error("a request could not be answered; the reader was told 500", {{"reason", failure.what()}});
    return refuse(500, "The answer could not be made; the operator finds the reason in the log.", http_date());
  }
}

// What a hub is told may wait for the store; it is told then, when it still waits.
std::optional<HttpResponse> Server::Impl::ask_callback(const HttpRequest& request, const std::string& token,
                                                       const std::shared_ptr<Session>& asker) {
  struct Told {
    bool is_late = false;
    std::optional<CallbackAnswer> answer;
  };
  const auto told = std::make_shared<Told>();
  const std::weak_ptr<Session> whom = asker;
  const auto tell = [weak = weak_from_this(), whom, told](CallbackAnswer answer) {
    if (!told->is_late) {
      told->answer = std::move(answer);
      return;
    }
    const auto self = weak.lock();
    const auto session = whom.lock();
    if (self && session && session->is_waiting())
      session->deliver(answer_hub(session->request(), std::move(answer), self->http_date()));
  };
  live_.callbacks.answer({token, request.method == "POST", query_of(request.target), request.content_type,
                          request.signature, request.body},
                         tell);
  told->is_late = true;
  if (!told->answer) return std::nullopt;
  return answer_hub(request, std::move(*told->answer), http_date());
}

// A body is read only where somebody who knows a token brings it: for anybody else it costs us nothing.
Fault Server::Impl::admit_body(const HttpRequest& request, std::optional<std::uint64_t> length) {
  const std::optional<std::string> token =
      live_.callbacks.admit && request.method == "POST" ? token_of(request.target) : std::nullopt;
  if (!token) return no_body_here;
  const int status = live_.callbacks.admit(*token);
  if (status == 410) return {410, "This subscription has ended."};
  if (status == 503) return {503, "This server is just being started or stopped; try again in a moment."};
  if (status >= 300) return {404, "There is no such subscription."};
  if (length.value_or(0) > settings_.max_push) return {413, "The body is larger than this server takes."};
  // One at a time from whoever holds a token: a hub that trickles takes no place that others need.
  if (bodies_.contains(*token))
    return {503, "Another body is being read for this subscription; try again in a moment."};
  if (bodies_.size() >= most_bodies) return {503, "Many bodies are being read just now; try again in a moment."};
  bodies_.insert(*token);
  return {};
}

// nullptr: it is no document that is written for whoever asks.
const std::function<void(Live::Written)>* Server::Impl::writer_of(std::string_view path) const {
  const LiveRoute* route = find_live_route(path);
  if (route && route->kind == LiveKind::status && live_.status_json) return &live_.status_json;
  if (route && route->kind == LiveKind::metrics && live_.metrics_text) return &live_.metrics_text;
  return nullptr;
}

// nullopt: it is on the shelf, or no page of that kind.
std::optional<std::string> Server::Impl::path_to_make(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  std::string room;
  const std::optional<std::string_view> path = path_of(request.target, room);
  if (!path || (shelf_ && shelf_->find(*path))) return std::nullopt;
  const bool is_made = shelf_ && live_.is_made && live_.make && live_.is_made(*path);
  return is_made || writer_of(*path) ? std::optional(std::string(*path)) : std::nullopt;
}

void Server::Impl::begin_making(const std::string& path) {
  if (const auto* write = writer_of(path))
    return (*write)([weak = weak_from_this(), path](std::string text) {
      if (const auto self = weak.lock()) self->take_written(path, text);
    });
  live_.make(path, [weak = weak_from_this(), path, edition = shelf_](auto page) {
    if (const auto self = weak.lock()) self->take_made(path, std::move(page), edition == self->shelf_);
  });
}

// `is_current`: no newer edition came while it was made, so that others may have it too.
void Server::Impl::take_made(const std::string& path, std::shared_ptr<const publish::Edition> edition,
                             bool is_current) {
  assert_thread();
  const auto shelf = edition ? std::make_shared<const Shelf>(std::move(edition)) : nullptr;
  if (shelf && is_current) {
    if (made_.size() >= most_kept) made_.clear();
    made_.insert_or_assign(path, shelf);
  }
  deliver(path, [&](const HttpRequest& request) {
    return shelf ? answer(request, shelf, live_, http_date())
                 : refuse(500, "The page could not be made; the operator finds the reason in the log.", http_date());
  });
}

void Server::Impl::take_written(const std::string& path, const std::string& text) {
  assert_thread();
  deliver(path, [&](const HttpRequest& request) { return answer_written(request, text, http_date()); });
}

void Server::Impl::deliver(const std::string& path, const std::function<HttpResponse(const HttpRequest&)>& made) {
  const auto askers = being_made_.extract(path);
  if (askers.empty()) return;
  for (const std::weak_ptr<Session>& weak : askers.mapped()) {
    const auto session = weak.lock();
    if (session && session->is_waiting()) session->deliver(made(session->request()));
  }
}

void Server::Impl::forget(Session& session) {
  const std::shared_ptr<Session> keep = *session.place;
  session.list->erase(session.place);
  if (is_stopping_ && connections() == 0) timer_.cancel();  // nothing is left to wait for: the loop may end
}

void Server::Impl::wait_at(const std::shared_ptr<Door>& door) {
  door->wait.async_wait(asio::posix::stream_descriptor::wait_read,
                        [self = shared_from_this(), door](const boost::system::error_code& error) {
                          if (!error && door->listener) self->let_in(door);
                        });
}

void Server::Impl::let_in(const std::shared_ptr<Door>& door) {
  assert_thread();
  for (int accepted = 0; accepted < accepts_in_a_row; ++accepted) {
    const int descriptor = ::accept4(door->listener->descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      if (admit(*door, descriptor)) is_short_ = false;
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (errno == EINTR || errno == ECONNABORTED) continue;
    const int error = errno;
    // Without descriptors accept4 fails even when nobody waits.
    if (!somebody_waits(door->listener->descriptor())) break;
    return bear_shortage(door, error);
  }
  wait_at(door);
}

bool Server::Impl::admit(const Door& door, int descriptor) {
  if (connections() >= most_connections() && !close_oldest_idle()) {
    turn_away_at_door(descriptor);
    return false;
  }
  if (door.is_tcp) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  const asio::generic::stream_protocol protocol(door.is_tcp ? AF_INET : AF_UNIX, 0);
  auto session = std::make_shared<Session>(Session::Socket(executor_, protocol, descriptor), *this);
  session->list = &idle_;
  session->place = idle_.insert(idle_.end(), session);
  session->start();
  arm_tick();
  return true;
}

// One attempt: the socket is fresh, so its buffer takes these few bytes.
void Server::Impl::turn_away_at_door(int descriptor) {
  const HttpResponse answer = turn_away(503, "Too many readers are connected; try again in a moment.");
  const std::string bytes = answer.head + std::string(answer.body());
  static_cast<void>(::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  ::shutdown(descriptor, SHUT_WR);
  ::close(descriptor);
}

bool Server::Impl::close_oldest_idle() {
  if (idle_.empty()) return false;
  idle_.front()->close();
  return true;
}

// Out of descriptors: an idle reader makes room; is there none, whoever waits is told so by means of the reserve.
// Either way the door stays shut for a moment, so that polling gets what becomes free and the loop does not spin.
void Server::Impl::bear_shortage(const std::shared_ptr<Door>& door, int error) {
  if (!is_short_)
    ops::log_warning("no new readers for a moment: " + std::generic_category().message(error) +
                         (is_out_of_descriptors(error) ? "; raise LimitNOFILE= or lower server.max_connections" : ""),
                     {{"connections", std::to_string(connections())}});
  is_short_ = true;
  if (is_out_of_descriptors(error) && !close_oldest_idle() && reserve_ >= 0) {
    ::close(reserve_);
    if (const int descriptor = ::accept4(door->listener->descriptor(), nullptr, nullptr, SOCK_CLOEXEC); descriptor >= 0)
      turn_away_at_door(descriptor);
    reserve_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  auto timer = std::make_shared<asio::steady_timer>(executor_, pause_without_descriptors);
  timer->async_wait([self = shared_from_this(), door, timer](const boost::system::error_code& aborted) {
    if (!aborted && door->listener) self->let_in(door);
  });
}

// One timer for all: deadlines are looked at a few times in the shortest limit, so a request costs no timer of its own.
void Server::Impl::arm_tick() {
  if (is_ticking_ || connections() == 0) return;
  is_ticking_ = true;
  const base::Duration shortest = std::min({settings_.header_timeout, settings_.idle_timeout, settings_.write_timeout});
  timer_.expires_after(is_stopping_ ? shortest_tick : std::clamp(shortest / 8, shortest_tick, longest_tick));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;  // cancelled: another wait took its place, or the server is gone
    self->is_ticking_ = false;
    self->tick();
  });
}

void Server::Impl::tick() {
  assert_thread();
  const auto now = std::chrono::steady_clock::now();
  if (now >= last_moment_) return close_all();
  for (SessionList* list : {&idle_, &busy_}) {
    // A check may close its session or move it to the end of the other list: the next one is taken first.
    for (auto next = list->begin(); next != list->end();) {
      const std::shared_ptr<Session> session = *next++;
      session->check(now);
    }
  }
  arm_tick();
}

void Server::Impl::close_all() {
  while (!idle_.empty()) idle_.front()->close();
  while (!busy_.empty()) busy_.front()->close();
}

Server::Server(asio::any_io_executor executor, const base::Clock& clock, const Settings& settings, Live live)
    : impl_(std::make_shared<Impl>(std::move(executor), clock, settings, std::move(live))) {}

Server::~Server() {
  for (const auto& door : impl_->doors_) door->shut();
  impl_->doors_.clear();
  impl_->timer_.cancel();
  impl_->close_all();
}

Result<void, ListenError> Server::listen(const std::vector<int>& passed_descriptors) {
  Impl& impl = *impl_;
  std::string faults;
  std::vector<std::shared_ptr<Door>> doors;
  doors.reserve(passed_descriptors.size());
  for (const int descriptor : passed_descriptors)
    doors.push_back(std::make_shared<Door>(impl.executor_, adopt(descriptor)));
  const std::size_t passed = doors.size();
  for (const std::string& address : impl.settings_.listen) {
    const auto is_passed = [&](const auto& door) { return door->listener->covers(address); };
    if (std::any_of(doors.begin(), doors.begin() + static_cast<std::ptrdiff_t>(passed), is_passed)) continue;
    auto opened = open_listeners(address);
    if (!opened) {
      faults += (faults.empty() ? "" : "\n") + opened.error();
      continue;
    }
    for (Listener& listener : *opened) doors.push_back(std::make_shared<Door>(impl.executor_, std::move(listener)));
  }
  if (!faults.empty()) return ListenError{std::move(faults)};
  if (doors.empty())
    return ListenError{"there is nothing to listen on; name an address in server.listen, for instance 127.0.0.1:8480"};
  impl.doors_ = std::move(doors);
  return {};
}

std::vector<std::string> Server::urls() const {
  std::vector<std::string> urls;
  for (const auto& door : impl_->doors_) urls.push_back(door->listener->url());
  return urls;
}

void Server::open() {
  for (const auto& door : impl_->doors_) impl_->wait_at(door);
}

void Server::configure(const Settings& settings) {
  auto addresses = std::move(impl_->settings_.listen);
  impl_->settings_ = settings;
  impl_->settings_.listen = std::move(addresses);
}

void Server::shelve(std::shared_ptr<const publish::Edition> edition) {
  impl_->shelf_ = edition ? std::make_shared<const Shelf>(std::move(edition), impl_->shelf_.get()) : nullptr;
  impl_->made_.clear();
}

void Server::stop(base::Duration grace) {
  Impl& impl = *impl_;
  impl.is_stopping_ = true;
  for (const auto& door : impl.doors_) door->shut();
  impl.doors_.clear();
  for (auto next = impl.idle_.begin(); next != impl.idle_.end();) {
    const std::shared_ptr<Session> session = *next++;
    session->close_if_idle();
  }
  if (grace <= base::Duration::zero()) {
    impl.timer_.cancel();
    return impl.close_all();
  }
  impl.last_moment_ = std::chrono::steady_clock::now() + grace;
  if (impl.connections() == 0) impl.timer_.cancel();
  impl.is_ticking_ = false;  // arming again ends the wait under way
  impl.arm_tick();
}

std::size_t Server::connections() const { return impl_->connections(); }

}  // namespace rapporteur::serve
