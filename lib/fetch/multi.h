// curl's multi interface on Asio, by the pattern that was probed (DEPENDENCIES section 2): curl's sockets stand in an
// epoll set of our own, and Asio waits for that one descriptor, so no handler outlives a socket.
// Called by client.cpp. io thread only; leases and cancellation slots only post here. Inside fetch only.
#pragma once

#include <curl/curl.h>
#include <sys/epoll.h>

#include <array>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "fetch/easy.h"

namespace rapporteur::fetch {

using TransferPointer = std::unique_ptr<Transfer>;

class Multi : public std::enable_shared_from_this<Multi> {
 public:
  static std::shared_ptr<Multi> make(boost::asio::any_io_executor executor, const Settings& settings);
  ~Multi();
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  void configure(const Settings& settings);
  BodyBudget& budget() { return budget_; }
  Sockets& sockets() { return sockets_; }

  // Runs a prepared transfer to its end and gives it back; `code` and `is_cancelled` say how it ended. Waits for the
  // network. Cancellation of the awaiting coroutine cancels the transfer.
  boost::asio::awaitable<TransferPointer> perform(TransferPointer transfer);
  // All of them, and those that come later.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  using Handler = boost::asio::any_completion_handler<void(TransferPointer)>;
  struct Flight {
    TransferPointer transfer;
    Handler handler;
  };

  explicit Multi(boost::asio::any_io_executor executor);
  void start(TransferPointer transfer, Handler handler);
  void cancel(std::uint64_t serial);
  void finish(std::uint64_t serial, CURLcode code, bool is_cancelled);  // takes it out and posts its handler

  void on_events();
  void act(curl_socket_t socket, int events);
  void pause_those_over();
  void settle();  // everything that follows from one or more acts
  void run_due();
  void collect();
  bool resume();  // true: some went on
  // While bodies wait for room, those that hold some and hardly grow are looked at, and given up.
  void watch_stalls();
  void give_up_stalled();
  void arm_timer();
  void watch();
  bool take_left_behind(curl_socket_t socket);  // whether it was
  void rest();                                  // nothing in flight: no wait may keep the io_context running

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known);
  static int on_timer(CURLM*, long milliseconds, void* self);

  boost::asio::any_io_executor executor_;
  boost::asio::posix::stream_descriptor epoll_;  // owns the epoll set; outlives multi_, whose cleanup still uses it
  boost::asio::steady_timer timer_, stall_timer_;
  // A cancelled wait may already be queued as a success.
  std::uint64_t watch_generation_ = 0, timer_generation_ = 0, stall_generation_ = 0;
  bool is_watching_ = false, is_watching_stalls_ = false;
  std::optional<Clock::time_point> deadline_;  // when curl wants to be called
  std::optional<Clock::time_point> armed_;     // when the timer will fire: never later than deadline_
  std::array<epoll_event, 64> events_{};       // of the last epoll_wait, served from next_ on
  std::size_t count_ = 0, next_ = 0;
  std::vector<curl_socket_t> dropped_;  // since the last epoll_wait
  // By descriptor: curl waits for it no more, but it is in the set still. Most are used again at once.
  std::vector<bool> left_behind_;
  BodyBudget budget_;
  Sockets sockets_;
  std::vector<Transfer*> paused_, over_;  // by the budget, in no order; to be paused when curl has returned
  std::chrono::milliseconds stall_patience_{};
  std::unordered_map<std::uint64_t, Flight> flights_;
  std::uint64_t last_serial_ = 0;
  bool is_stopped_ = false;
  CURLM* multi_;
};

}  // namespace rapporteur::fetch
