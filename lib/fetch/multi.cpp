#include "fetch/multi.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <system_error>

namespace rapporteur::fetch {

namespace asio = boost::asio;

namespace {

int make_epoll_set() {
  const int set = epoll_create1(EPOLL_CLOEXEC);
  if (set < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return set;
}

constexpr std::chrono::milliseconds turn{10};

// A body that grows by less within stall_patience_, while others wait for the room that it holds, is given up.
constexpr std::uint64_t least_growth = 8u << 10;

// Kept connections pay off when a host is asked again within seconds. At most an eighth of the descriptors, so that
// readers keep theirs.
long kept_connections(int connections) {
  rlimit files{};
  const bool is_known = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY;
  const long share = is_known ? static_cast<long>(files.rlim_cur / 8) : 256;
  return std::max<long>(connections, std::min<long>(share, std::max(2 * connections, 256)));
}

}  // namespace

Multi::Multi(asio::any_io_executor executor)
    : executor_(std::move(executor)),
      epoll_(executor_, make_epoll_set()),
      timer_(executor_),
      stall_timer_(executor_),
      budget_(Settings().body_budget),
      multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

std::shared_ptr<Multi> Multi::make(asio::any_io_executor executor, const Settings& settings) {
  std::shared_ptr<Multi> multi(new Multi(std::move(executor)));
  multi->configure(settings);
  multi->budget_.on_room([executor = multi->executor_, weak = std::weak_ptr(multi)] {
    asio::post(executor, [weak] {
      if (const auto self = weak.lock()) self->settle();
    });
  });
  return multi;
}

Multi::~Multi() {
  stop();
  curl_multi_cleanup(multi_);  // still calls on_socket
}

void Multi::configure(const Settings& settings) {
  budget_.set_limit(settings.body_budget);
  stall_patience_ = std::max<std::chrono::milliseconds>(settings.timeout / 12, std::chrono::seconds(2));
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections(settings.connections));
}

asio::awaitable<TransferPointer> Multi::perform(TransferPointer transfer) {
  auto begin = [self = shared_from_this()](auto handler, TransferPointer started) {
    self->start(std::move(started), Handler(std::move(handler)));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(TransferPointer)>(
      std::move(begin), asio::use_awaitable, std::move(transfer));
}

void Multi::start(TransferPointer transfer, Handler handler) {
  const auto serial = ++last_serial_;
  // May run inside a curl callback, and long after we are gone: it only posts, and names the transfer by number.
  if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
    slot.assign([weak = weak_from_this(), executor = executor_, serial](asio::cancellation_type) {
      asio::post(executor, [weak, serial] {
        if (const auto self = weak.lock()) self->cancel(serial);
      });
    });
  }
  transfer->serial = serial;
  transfer->over = &over_;
  CURL* handle = transfer->handle();
  flights_.emplace(serial, Flight{std::move(transfer), std::move(handler)});
  if (is_stopped_) return finish(serial, CURLE_OK, true);
  if (curl_multi_add_handle(multi_, handle) != CURLM_OK) return finish(serial, CURLE_FAILED_INIT, false);
  watch();
  settle();
}

void Multi::cancel(std::uint64_t serial) {
  finish(serial, CURLE_OK, true);
  settle();
}

void Multi::stop() {
  is_stopped_ = true;
  budget_.forget_room();
  while (!flights_.empty()) finish(flights_.begin()->first, CURLE_OK, true);
  rest();
}

// The handler is posted, never called from here: it may start the next transfer or destroy the client.
void Multi::finish(std::uint64_t serial, CURLcode code, bool is_cancelled) {
  const auto found = flights_.find(serial);
  if (found == flights_.end()) return;  // a cancellation that came too late
  auto flight = std::move(found->second);
  flights_.erase(found);
  auto& transfer = *flight.transfer;
  curl_multi_remove_handle(multi_, transfer.handle());
  std::erase(paused_, &transfer);
  std::erase(over_, &transfer);
  if (transfer.lease) budget_.close(*transfer.lease);
  transfer.code = code;
  transfer.is_cancelled = is_cancelled;
  asio::get_associated_cancellation_slot(flight.handler).clear();
  asio::post(executor_,
             [flight = std::move(flight)]() mutable { std::move(flight.handler)(std::move(flight.transfer)); });
}

// What cannot be served within a turn is served in the next one, before anything new: others wait for the loop too.
void Multi::on_events() {
  const auto end = Clock::now() + turn;
  if (next_ == count_) {
    dropped_.clear();
    const int count = epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
    count_ = static_cast<std::size_t>(std::max(count, 0));
    next_ = 0;
  }
  do {
    if (next_ == count_) break;
    const auto& event = events_[next_++];
    // A descriptor that went away since may have been given out again; its events are not the new socket's.
    if (std::find(dropped_.begin(), dropped_.end(), event.data.fd) != dropped_.end()) continue;
    if (take_left_behind(event.data.fd)) {  // its server ended it, or sent what nobody asked for
      epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, event.data.fd, nullptr);
      continue;
    }
    int action = 0;
    if (event.events & EPOLLIN) action |= CURL_CSELECT_IN;
    if (event.events & EPOLLOUT) action |= CURL_CSELECT_OUT;
    if (event.events & (EPOLLERR | EPOLLHUP)) action |= CURL_CSELECT_ERR;
    act(event.data.fd, action);
  } while (Clock::now() < end);
  settle();
}

void Multi::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  pause_those_over();
}

// curl reads what else has arrived of a transfer that its callback paused, and keeps it; paused from out here, in both
// directions though nothing is being sent, it reads no more. One that has just ended has nothing to be paused and says
// so.
void Multi::pause_those_over() {
  for (auto* transfer : over_)
    if (curl_easy_pause(transfer->handle(), CURLPAUSE_ALL) == CURLE_OK) paused_.push_back(transfer);
  over_.clear();
}

void Multi::settle() {
  do {
    run_due();
    collect();
  } while (resume());
  if (flights_.empty()) return rest();
  arm_timer();
  watch_stalls();
}

// A timeout of zero is curl's "soon". A few rounds at once save as many turns of the loop; the rest goes by the timer.
void Multi::run_due() {
  for (int round = 0; round < 8 && deadline_ && *deadline_ <= Clock::now(); ++round) {
    deadline_.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
  }
}

void Multi::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto code = message->data.result;  // the message is gone once the handle is removed
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    finish(transfer->serial, code, false);
  }
}

bool Multi::resume() {
  if (paused_.empty()) return false;
  budget_.await_room();  // before looking: room made from here on wakes us
  std::vector<Transfer*> ready;
  for (auto* transfer : paused_)
    if (budget_.may_go_on(*transfer->lease)) ready.push_back(transfer);
  std::sort(ready.begin(), ready.end(), [](auto* a, auto* b) { return a->lease->order() < b->lease->order(); });
  for (auto* transfer : ready) {
    std::erase(paused_, transfer);
    const auto code = curl_easy_pause(transfer->handle(), CURLPAUSE_CONT);
    if (code != CURLE_OK) finish(transfer->serial, code, false);
  }
  pause_those_over();  // what curl held back is handed over at once, and may be too much again
  if (paused_.empty()) budget_.forget_room();
  return !ready.empty();
}

void Multi::watch_stalls() {
  if (paused_.empty() || std::exchange(is_watching_stalls_, true)) return;
  stall_timer_.expires_after(stall_patience_ / 4);
  stall_timer_.async_wait([weak = weak_from_this(), generation = ++stall_generation_](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self || generation != self->stall_generation_) return;
    self->is_watching_stalls_ = false;
    self->give_up_stalled();
    self->settle();
  });
}

// Else a few sources that send most of a body and then nothing would hold up all others until the whole timeout is
// over. What is paused itself cannot grow and is not to blame.
void Multi::give_up_stalled() {
  std::vector<std::uint64_t> stalled;
  const auto now = Clock::now();
  for (const auto& [serial, flight] : flights_) {
    Transfer& transfer = *flight.transfer;
    if (!transfer.lease || paused_.empty()) continue;
    const bool is_paused = std::find(paused_.begin(), paused_.end(), &transfer) != paused_.end();
    const bool has_grown = transfer.lease->bytes() >= transfer.looked_bytes + least_growth;
    if (!transfer.looked_at || is_paused || has_grown) {
      transfer.looked_at = now;
      transfer.looked_bytes = transfer.lease->bytes();
    } else if (now - *transfer.looked_at >= stall_patience_) {
      stalled.push_back(serial);
    }
  }
  for (const auto serial : stalled) {
    flights_.at(serial).transfer->is_stalled = true;
    finish(serial, CURLE_OPERATION_TIMEDOUT, false);
  }
}

// Lazy: curl mostly moves its deadline away, so a timer that fires too early and looks again costs less than moving
// it along with every transfer.
void Multi::arm_timer() {
  if (!deadline_ || (armed_ && *armed_ <= *deadline_)) return;
  armed_ = deadline_;
  timer_.expires_at(*deadline_);
  timer_.async_wait([weak = weak_from_this(), generation = ++timer_generation_](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self || generation != self->timer_generation_) return;
    self->armed_.reset();
    self->settle();
  });
}

void Multi::watch() {
  if (is_watching_) return;
  is_watching_ = true;
  epoll_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [weak = weak_from_this(), generation = ++watch_generation_](boost::system::error_code error) {
                      const auto self = weak.lock();
                      if (error || !self || generation != self->watch_generation_) return;
                      self->is_watching_ = false;
                      self->on_events();
                      if (!self->flights_.empty()) self->watch();
                    });
}

void Multi::rest() {
  count_ = next_ = 0;
  boost::system::error_code ignored;
  if (std::exchange(is_watching_, false)) {
    ++watch_generation_;
    epoll_.cancel(ignored);
  }
  if (armed_) {
    armed_.reset();
    ++timer_generation_;
    timer_.cancel(ignored);
  }
  if (std::exchange(is_watching_stalls_, false)) {
    ++stall_generation_;
    stall_timer_.cancel(ignored);
  }
}

// `known` is set once the descriptor is registered; curl forgets it with the socket.
int Multi::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
  auto& multi = *static_cast<Multi*>(self);
  const int set = multi.epoll_.native_handle();
  const auto place = static_cast<std::size_t>(socket);
  if (what == CURL_POLL_REMOVE) {  // to take it out and put it in again would be two calls for each request
    if (place >= multi.left_behind_.size()) multi.left_behind_.resize(place + 1);
    multi.left_behind_[place] = true;
    multi.dropped_.push_back(socket);
    return 0;
  }
  epoll_event event{};
  event.data.fd = socket;
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  // One that was closed has left the set by itself, and its number may have been given out again.
  const bool is_in = multi.take_left_behind(socket) || known;
  const int likely = is_in ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, other = is_in ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (epoll_ctl(set, likely, socket, &event) != 0) epoll_ctl(set, other, socket, &event);
  if (!known) curl_multi_assign(multi.multi_, socket, self);
  return 0;
}

bool Multi::take_left_behind(curl_socket_t socket) {
  const auto place = static_cast<std::size_t>(socket);
  if (place >= left_behind_.size() || !left_behind_[place]) return false;
  left_behind_[place] = false;
  return true;
}

int Multi::on_timer(CURLM*, long milliseconds, void* self) {
  auto& deadline = static_cast<Multi*>(self)->deadline_;
  if (milliseconds < 0)
    deadline.reset();
  else
    deadline = Clock::now() + std::chrono::milliseconds(milliseconds);
  return 0;
}

}  // namespace rapporteur::fetch
