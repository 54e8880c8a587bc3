#include "engine/numbers.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <string_view>

#include "base/outcome.h"
#include "feed/source.h"

namespace rapporteur::engine {

namespace {

using ops::PrometheusText;
using Type = PrometheusText::Type;

constexpr std::size_t most_listed_sources = 1000;  // five lines each; who keeps them pays for every one

std::chrono::nanoseconds thread_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

double seconds_of(base::Instant instant) { return std::chrono::duration<double>(instant.time_since_epoch()).count(); }

void write_sources(PrometheusText& out, const Status& status) {
  std::map<std::string_view, std::uint64_t> states;
  for (const feed::State state : {feed::State::pending, feed::State::ok, feed::State::failing, feed::State::blocked,
                                  feed::State::silent, feed::State::gone})
    states[feed::to_string(state)] = 0;
  for (const SourceStatus& source : status.sources) ++states[feed::to_string(source.source.state.glance().state)];
  out.family("rapporteur_sources", Type::gauge, "Configured sources by state.");
  for (const auto& [name, count] : states) out.sample(count, {{"state", name}});
}

// A family for each number, a line for each source that has it.
template <class Number>
void write_each(PrometheusText& out, const std::vector<feed::Source>& sources, const char* name, Type type,
                const char* help, const Number& number) {
  out.family(name, type, help);
  for (const feed::Source& source : sources)
    if (const auto value = number(source.state)) out.sample(*value, {{"source", source.settings->id}});
}

void write_each_source(PrometheusText& out, const Status& status) {
  std::vector<feed::Source> sources;
  for (const SourceStatus& source : status.sources) sources.push_back(source.unpacked());
  using Instant = std::optional<base::Instant>;
  const auto seconds = [](const Instant& instant) {
    return instant ? std::optional(seconds_of(*instant)) : std::optional<double>();
  };
  write_each(out, sources, "rapporteur_source_up", Type::gauge, "1 when the source is ok or silent, 0 when it is ill.",
             [](const feed::SourceState& state) -> std::optional<std::uint64_t> {
               if (state.state == feed::State::pending) return std::nullopt;
               return state.state == feed::State::ok || state.state == feed::State::silent ? 1u : 0u;
             });
  write_each(out, sources, "rapporteur_source_failures", Type::gauge, "Failures in a row.",
             [](const feed::SourceState& state) {
               return std::optional<std::uint64_t>(static_cast<std::uint64_t>(std::max(state.failures, 0)));
             });
  write_each(out, sources, "rapporteur_source_last_ok_timestamp_seconds", Type::gauge, "When it last answered well.",
             [&](const feed::SourceState& state) { return seconds(state.last_ok); });
  write_each(out, sources, "rapporteur_source_newest_timestamp_seconds", Type::gauge, "Date of its newest entry.",
             [&](const feed::SourceState& state) { return seconds(state.newest); });
  write_each(out, sources, "rapporteur_source_next_poll_timestamp_seconds", Type::gauge, "When it is due.",
             [&](const feed::SourceState& state) { return seconds(state.next_poll); });
}

}  // namespace

// What stands ready is timed by the clock. The handler that a wait ends with is timed by what it computes, because
// where the waiting ended is not told.
void run_measured(boost::asio::io_context& io, ops::Histogram& held) {
  while (!io.stopped()) {
    const auto start = std::chrono::steady_clock::now();
    if (io.poll_one() > 0) {
      held.observe(std::chrono::steady_clock::now() - start);
      continue;
    }
    const std::chrono::nanoseconds before = thread_time();
    if (io.run_one() > 0) held.observe(thread_time() - before);
  }
}

void Numbers::count(const feed::SourceState& before, const feed::Change& change) {
  polls_.at(static_cast<std::size_t>(change.outcome)).add();
  if (change.state.bytes > before.bytes) bytes_.add(change.state.bytes - before.bytes);
  added_.add(change.added);
  revised_.add(change.revised);
}

std::string Numbers::to_text(const Status& status) const {
  PrometheusText out;
  out.family("rapporteur_info", Type::gauge, "The program.");
  out.sample(std::uint64_t{1}, {{"version", RAPPORTEUR_VERSION}});
  if (status.started) {
    out.family("rapporteur_start_time_seconds", Type::gauge, "When the daemon started.");
    out.sample(seconds_of(*status.started));
  }
  out.family("rapporteur_store_up", Type::gauge, "0 while the store does not take entries.");
  out.sample(std::uint64_t{status.store_reason.empty()});
  out.family("rapporteur_entries", Type::gauge, "Entries kept.");
  out.sample(std::uint64_t{status.counts.entries});
  out.family("rapporteur_stories", Type::gauge, "Stories kept.");
  out.sample(std::uint64_t{status.counts.stories});
  write_sources(out, status);
  out.family("rapporteur_polls_total", Type::counter, "Answers by how asking ended.");
  for (std::size_t i = 0; i < outcomes; ++i)
    out.sample(polls_[i].value(), {{"outcome", base::to_string(static_cast<base::Outcome>(i))}});
  out.family("rapporteur_polls_in_flight", Type::gauge, "Sources being asked now.");
  out.sample(std::uint64_t{status.in_flight});
  out.family("rapporteur_received_bytes_total", Type::counter, "Bytes of answers, as they came.");
  out.sample(bytes_.value());
  out.family("rapporteur_entries_added_total", Type::counter, "New entries.");
  out.sample(added_.value());
  out.family("rapporteur_entries_revised_total", Type::counter, "Entries whose title or text changed.");
  out.sample(revised_.value());
  out.histogram("rapporteur_loop_held_seconds", "How long one turn held the loop that serves and polls.", loop_held);
  if (status.sources.size() <= most_listed_sources) write_each_source(out, status);
  return out.take();
}

}  // namespace rapporteur::engine
