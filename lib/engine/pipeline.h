// The spine: one refresh of one source from asking to publishing, as one coroutine that only names the stages. What a
// hub pushed takes the same way in place of an answer; refreshes of one source follow each other.
// io thread; digest runs on a worker, commit on the writer. The one place where a refresh's surprises are caught.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/digest.h"
#include "engine/planner.h"
#include "engine/press.h"
#include "engine/push.h"
#include "engine/roster.h"
#include "fetch/client.h"
#include "store/store.h"

namespace rapporteur::engine {

// What the stages work with; every member outlives the pipeline.
struct Stages {
  boost::asio::io_context& io;
  boost::asio::any_io_executor workers;
  boost::asio::any_io_executor writing;
  const base::Clock& clock;
  Roster& roster;
  fetch::Client& fetcher;
  store::Writer& writer;
  const store::Readers& readers;
  Planner& planner;
  Press* press;  // nullptr: nothing is published (`poll` without a daemon)
};

// How a refresh came about.
enum class By { poll, push };

class Pipeline {
 public:
  // Called for each refresh that was recorded, after it was.
  using Settled = std::function<void(schedule::Slot, const feed::SourceState& before, const feed::Change&, By)>;
  // Until when a poll that begins now may rely on a hub (fetch::Reply::pushed_until).
  using Promise = std::function<std::optional<base::Instant>(schedule::Slot)>;
  // Harvests that are written together, and those who wait for that.
  struct Sheaf {
    explicit Sheaf(boost::asio::io_context& io) : written(io, std::chrono::steady_clock::time_point::max()) {}
    std::vector<store::Harvested> harvested;
    std::size_t articles = 0;  // of them
    std::vector<store::Committed> committed;
    std::exception_ptr failure;         // of all of them
    boost::asio::steady_timer written;  // never fires; cancelled when they are
  };
  Pipeline(Stages stages, std::shared_ptr<const DigestSettings> settings);

  void configure(std::shared_ptr<const DigestSettings> settings);
  void start(schedule::Slot slot);
  // False: no room, because one waits for this source already, or others hold too many bytes.
  bool push(schedule::Slot slot, Pushed pushed);
  // What is known of a source changed without a refresh: on record with the next answers.
  void keep(schedule::Slot slot, feed::SourceState state);
  void on_poll(Promise promise) { promise_ = std::move(promise); }
  void on_settled(Settled settled) { settled_ = std::move(settled); }
  // No grouped answer stays unwritten. Throws store::Failure. Waits for the writer.
  boost::asio::awaitable<void> flush();
  void stop();

  std::size_t in_flight() const { return in_flight_; }
  // "" while the store takes what it is given, else the sentence of its last failure.
  const std::string& store_trouble() const { return store_trouble_; }

 private:
  using Brought = std::shared_ptr<Pushed>;  // null: nothing, the source is asked
  // A source as it was when its attempt was noted; most still are when they are asked.
  struct Lookup {
    RestingSource at_rest;
    feed::Source source;
  };
  using Noted = std::shared_ptr<Lookup>;  // null: nothing was looked up
  // What waits for the refresh of a source that is under way.
  struct Lane {
    bool has_poll = false;
    Brought push;
  };
  using Answers = std::vector<feed::SourceState>;
  void set_out_soon();
  boost::asio::awaitable<void> set_out();
  void begin_poll(schedule::Slot slot, Noted noted);
  void run(schedule::Slot slot, Brought pushed, Noted noted = nullptr);
  boost::asio::awaitable<void> refresh(schedule::Slot slot, Brought pushed, Noted noted);
  boost::asio::awaitable<fetch::Reply> obtain(schedule::Slot slot, const feed::Source& followed, Brought pushed);
  boost::asio::awaitable<feed::Change> digested(const feed::Source& followed, fetch::Reply reply);
  boost::asio::awaitable<feed::Change> written(std::shared_ptr<const feed::SourceSettings> source,
                                               feed::Harvest harvest);
  boost::asio::awaitable<void> write_sheaves();
  void take_relief();
  boost::asio::awaitable<void> excuse(schedule::Slot slot, std::vector<Network::Excused> excused, feed::Change& change);
  void settle(schedule::Slot slot, feed::Source before, feed::Change change, const Contacts& contacts, By by);
  bool is_still_asked(schedule::Slot slot, const feed::Source& asked) const;
  void set_aside(schedule::Slot slot, By by);
  void remember_attempt(schedule::Slot slot, base::Instant started, base::Instant due);
  void tell_nothing(schedule::Slot slot, const feed::Source& followed, base::Outcome outcome, std::string reason);
  void take_trouble(schedule::Slot slot, base::Instant due, const char* what, const std::exception& failure, By by);
  void finish(schedule::Slot slot, std::size_t pushed_bytes);
  void flush_soon();
  void flush_now();

  Stages stages_;
  std::shared_ptr<const DigestSettings> settings_;
  Settled settled_;
  Promise promise_;
  std::unordered_map<schedule::Slot, Lane> lanes_;  // of the sources that are being refreshed
  std::size_t pushed_bytes_ = 0;                    // held by pushes, waiting ones too
  boost::asio::steady_timer flush_timer_, set_out_timer_;
  std::vector<schedule::Slot> starting_;  // not noted yet
  std::chrono::steady_clock::time_point noted_at_{};
  Answers answers_;                             // without news, not handed to the writer yet
  std::deque<std::shared_ptr<Sheaf>> sheaves_;  // not handed to the writer yet
  std::size_t in_flight_ = 0;
  std::string store_trouble_;
  bool is_setting_out_ = false;
  bool is_writing_ = false;
  bool is_flush_due_ = false;
  bool is_stopped_ = false;
};

}  // namespace rapporteur::engine
