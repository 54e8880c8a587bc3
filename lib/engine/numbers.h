// What the daemon counts, and its text for /metrics (Prometheus exposition format). Fed by the engine on the io thread,
// written on any; lines about single sources come with up to a thousand of them. Beside it the loop that measures
// itself: the io thread serves everybody, so nothing may hold it for long.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <string>

#include "engine/status.h"
#include "feed/change.h"
#include "ops/metrics.h"

namespace rapporteur::engine {

// Runs until the context is stopped or has nothing left to do. `held` gets the time of each handler.
void run_measured(boost::asio::io_context& io, ops::Histogram& held);

class Numbers {
 public:
  ops::Histogram loop_held;

  // The end of a poll, or of what a hub pushed.
  void count(const feed::SourceState& before, const feed::Change& change);
  // Of a status that names its numbers.
  static std::string text_of(const Status& status) { return status.numbers->to_text(status); }
  std::string to_text(const Status& status) const;

 private:
  static constexpr std::size_t outcomes = 7;

  std::array<ops::Counter, outcomes> polls_;  // by base::Outcome
  ops::Counter bytes_, added_, revised_;
};

}  // namespace rapporteur::engine
