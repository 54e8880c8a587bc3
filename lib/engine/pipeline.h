// The spine: one refresh of one source from asking to publishing, as one coroutine that only names the stages.
// io thread; digest runs on a worker, commit on the writer. The one place where a refresh's surprises are caught.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/digest.h"
#include "engine/planner.h"
#include "engine/press.h"
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

class Pipeline {
 public:
  // Called for each refresh that was recorded, after it was.
  using Settled = std::function<void(schedule::Slot, const feed::SourceState& before, const feed::Change&)>;
  Pipeline(Stages stages, std::shared_ptr<const DigestSettings> settings);

  void configure(std::shared_ptr<const DigestSettings> settings);
  void start(schedule::Slot slot);
  void on_settled(Settled settled) { settled_ = std::move(settled); }
  // No grouped answer stays unwritten. Throws store::Failure. Waits for the writer.
  boost::asio::awaitable<void> flush();
  void stop();

  std::size_t in_flight() const { return in_flight_; }
  // "" while the store takes what it is given, else the sentence of its last failure.
  const std::string& store_trouble() const { return store_trouble_; }

 private:
  boost::asio::awaitable<void> set_out();
  boost::asio::awaitable<void> refresh(schedule::Slot slot);
  boost::asio::awaitable<feed::KnownEntries> known_entries(const feed::Source& followed, const fetch::Reply& reply);
  boost::asio::awaitable<feed::Harvest> digested(const feed::Source& followed, feed::KnownEntries known,
                                                 fetch::Reply reply);
  boost::asio::awaitable<void> excuse(schedule::Slot slot, const feed::Source& followed, Reach reach,
                                      feed::Change& change);
  void settle(schedule::Slot slot, const feed::Change& change, const Contacts& contacts);
  void take_trouble(schedule::Slot slot, base::Instant due, const char* what, const std::exception& failure);
  void flush_soon();

  Stages stages_;
  std::shared_ptr<const DigestSettings> settings_;
  Settled settled_;
  boost::asio::steady_timer flush_timer_;
  std::vector<schedule::Slot> starting_;  // started in this turn of the loop, or while others were noted
  std::size_t in_flight_ = 0;
  std::string store_trouble_;
  bool is_setting_out_ = false;
  bool is_flush_due_ = false;
  bool is_stopped_ = false;
};

}  // namespace rapporteur::engine
