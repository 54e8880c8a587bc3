// One poll of one source, for the tests of when the next one comes.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "schedule/interval.h"

namespace rapporteur::schedule {

using namespace std::chrono_literals;
using base::Duration;
using base::Instant;
using base::Outcome;

inline constexpr Duration day = 24h;

// One poll of one source; a case changes what matters and looks at how long after the start the next one comes.
struct Poll {
  Poll() {
    source.url = "https://feeds.example.org/news.xml";
    state.validators = {{source.url, {std::string("\"a\""), std::nullopt}}};
    state.http_status = 200;
    state.polls = 2;  // the second poll of all is set apart further
  }
  Due due() const {
    return next_due(source, state, settings, outcome, state.http_status, hints, started, started + took);
  }
  // After the start, without the jitter, which is checked to be a tenth and half an hour at most.
  Duration wait() const {
    const Duration whole = due().at - started;
    Duration shortest = whole;
    Poll without_jitter = *this;
    for (std::uint64_t polls = 2; polls < 66; ++polls) {
      without_jitter.state.polls = polls;
      shortest = std::min(shortest, without_jitter.due().at - started);
    }
    BOOST_TEST((whole - shortest <= std::min<Duration>(30min, shortest / 10)));
    return shortest;
  }
  // The wait in units, jitter cut away: right where 64 polls leave less than one unit of it.
  std::int64_t in(Duration unit) const { return wait() / unit; }

  feed::SourceSettings source;
  feed::SourceState state;
  Settings settings;
  Outcome outcome = Outcome::unchanged;
  base::Hints hints;
  Instant started = Instant(std::chrono::sys_days{std::chrono::year{2026} / 3 / 2}) + 10h;  // a Monday
  Duration took = 0s;
};

}  // namespace rapporteur::schedule
