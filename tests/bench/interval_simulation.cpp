// The adaptive interval against other rules: publishing times are replayed, every poll is counted, and so is the time
// from each publication to the poll that finds it. The planner is charged so much for a poll (one number for a table
// line) that it makes no more polls than the rule it is compared with; "evenly" spaced polls of that number are the
// other rival. Rhythms are generated (the same in every run); feeds named on the command line add theirs. The bound,
// where stories come by chance: the same planner told their true rate. All keep 60 min between polls and ask once a
// day.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "bench/rhythms.h"
#include "schedule/likely.h"
#include "schedule/rhythm.h"

namespace {

using namespace rapporteur;
using namespace rapporteur::bench;
using base::Duration;
using base::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration closest = minutes(60), farthest = hours(24);
constexpr int phases = 2;

// What a rule knows: everything published up to the poll, and the memory that the planner keeps.
struct View {
  const std::vector<Instant>& published;
  std::size_t seen;  // how many of them
  Instant now;
  const std::string& rhythm;
};
using Rule = std::function<Duration(const View& view)>;

struct Delay {
  double minutes = 0, weight = 1;
};
struct Outcome {
  double requests = 0, days = 0;
  std::vector<Delay> delays;
  double a_day() const { return requests / std::max(days, 1e-9); }
  double weight() const {
    return std::accumulate(delays.begin(), delays.end(), 0.0,
                           [](double sum, const Delay& d) { return sum + d.weight; });
  }
  double median() {
    std::sort(delays.begin(), delays.end(), [](const Delay& a, const Delay& b) { return a.minutes < b.minutes; });
    double left = weight() / 2;
    for (const Delay& delay : delays)
      if ((left -= delay.weight) <= 0) return delay.minutes;
    return 0;
  }
  double mean() const {
    double sum = 0;
    for (const Delay& delay : delays) sum += delay.minutes * delay.weight;
    return sum / std::max(weight(), 1e-9);
  }
};

double in_minutes(Duration span) { return std::chrono::duration<double, std::ratio<60>>(span).count(); }

// One source from the day it is polled on: what came before is remembered as if it had been polled all along.
void replay(const Course& source, const Rule& rule, int phase, Outcome& outcome) {
  std::vector<std::optional<Instant>> news;
  std::size_t seen = 0;
  const auto look = [&](Instant now) {
    news.clear();
    for (; seen < source.published.size() && source.published[seen] <= now; ++seen)
      news.emplace_back(source.published[seen]);
  };
  look(source.polled_from);
  const auto undated = [](const auto& stories) { return std::vector<std::optional<Instant>>(stories.size()); };
  std::string rhythm = schedule::remember({}, source.is_dated ? news : undated(news), std::nullopt, source.polled_from);
  std::minstd_rand chance(static_cast<unsigned>(phase + 1));
  Instant last = source.polled_from, now = last + minutes(23) * phase + seconds(17 * phase);
  while (now < source.end) {
    look(now);
    for (const auto& instant : news)
      if (*instant >= source.measured_from) outcome.delays.push_back({in_minutes(now - *instant), 1});
    rhythm = schedule::remember(rhythm, source.is_dated ? news : undated(news), last, now);
    if (now >= source.measured_from) ++outcome.requests;
    last = now;
    const Duration wait = std::clamp(rule({source.published, seen, now, rhythm}), closest, farthest);
    now += wait + seconds(chance() % 15);  // the queue and the network take their time
  }
  outcome.days += std::chrono::duration<double, std::ratio<86400>>(source.end - source.measured_from).count();
}

Outcome replay(const Sample& sample, const Rule& rule) {
  Outcome outcome;
  for (const Course& source : sample.sources) {
    const std::size_t before = outcome.delays.size();
    for (int phase = 0; phase < phases; ++phase) replay(source, rule, phase, outcome);
    const double weight = sample.is_by_source ? 1 / static_cast<double>(outcome.delays.size() - before) : 1;
    for (std::size_t i = before; i < outcome.delays.size(); ++i) outcome.delays[i].weight = weight;
  }
  return outcome;
}

// The rules of others, as their sources state them, with our bounds.
Rule every(Duration interval) {
  return [interval](const View&) { return interval; };
}
Duration entry_frequency(const View& view) {  // Miniflux: a week divided by the entries of the last week
  const auto end = view.published.begin() + static_cast<std::ptrdiff_t>(view.seen);
  const auto count = end - std::lower_bound(view.published.begin(), end, view.now - 7 * day);
  return count == 0 ? farthest : Duration(7 * day / count);
}
Duration half_gap(const View& view) {  // CommaFeed: half the mean gap of what the document holds, six hours at most
  constexpr std::size_t in_document = 20;
  if (view.seen < 2) return farthest;
  const Duration silence = view.now - view.published[view.seen - 1];
  if (silence >= 30 * day) return farthest;
  if (silence >= 14 * day) return hours(12);
  if (silence >= 7 * day) return hours(6);
  const std::size_t entries = std::min(in_document, view.seen);
  const Duration span = view.published[view.seen - 1] - view.published[view.seen - entries];
  return std::min<Duration>(hours(6), span / static_cast<std::int64_t>(entries - 1) / 2);
}

schedule::Bounds bounds(double worth) {
  return {closest, farthest, Duration(static_cast<std::int64_t>(worth * 60000))};
}
Rule ours(double worth) {
  return [worth](const View& view) {
    return schedule::likely_wait(view.rhythm, view.now, bounds(worth)).value_or(schedule::Likely{closest}).wait;
  };
}
Rule knowing_rate(double worth, const std::function<double(std::int64_t)>& rate) {
  return [worth, rate](const View& view) {
    std::vector<double> expected(schedule::minutes_ahead(bounds(worth)));
    std::int64_t minute = view.now.time_since_epoch() / minutes(1);
    for (double& value : expected) value = rate(minute++);
    return schedule::best_wait(expected, bounds(worth));
  };
}

// The planner's best within so many requests: the cheapest price of a poll that keeps it there.
Outcome within(const Sample& sample, double requests, const std::function<Rule(double worth)>& planner) {
  double low = std::log(0.01), high = std::log(1e6);
  Outcome best = replay(sample, planner(std::exp(low)));
  if (best.requests <= requests) return best;
  best = replay(sample, planner(std::exp(high)));
  for (int round = 0; round < 10; ++round) {
    const double middle = (low + high) / 2;
    Outcome one = replay(sample, planner(std::exp(middle)));
    const bool is_within = one.requests <= requests;
    (is_within ? high : low) = middle;
    if (is_within) best = std::move(one);
  }
  return best;
}

// The same with a price for each source, so that no source is asked more often than by the other rule.
Outcome within_each(const Sample& sample, const Rule& other) {
  Outcome all;
  for (const Course& source : sample.sources) {
    const Sample one{sample.name, {source}, nullptr, sample.is_by_source, false};
    const Outcome own = within(one, replay(one, other).requests, ours);
    all.requests += own.requests;
    all.days += own.days;
    all.delays.insert(all.delays.end(), own.delays.begin(), own.delays.end());
  }
  return all;
}

void compare(const Sample& sample) {
  struct Named {
    const char* name;
    Rule rule;
  };
  for (const Named& other :
       {Named{"fixed 60 min", every(closest)}, Named{"Miniflux", entry_frequency}, Named{"CommaFeed", half_gap}}) {
    Outcome theirs = replay(sample, other.rule);
    Outcome even = replay(sample, every(Duration(static_cast<std::int64_t>(86400000.0 / theirs.a_day()))));
    Outcome own = within(sample, theirs.requests, ours);
    const double best = std::min(theirs.median(), even.median());
    std::printf("%-31s %-13s %6.2f %7.1f %7.1f %7.1f | %6.2f %7.1f %7.1f ", sample.name.c_str(), other.name,
                theirs.a_day(), theirs.median(), theirs.mean(), even.median(), own.a_day(), own.median(), own.mean());
    double bound = 0;
    const auto informed = [&](double worth) { return knowing_rate(worth, sample.rate); };
    if (sample.rate) bound = within(sample, theirs.requests, informed).median();
    if (bound > 0)
      std::printf("%7.1f", bound);
    else
      std::printf("%7s", "-");
    const bool is_won = own.median() <= 0.7 * best;
    if (best > 0)
      std::printf(" | %5.2f %s", own.median() / best, is_won ? "yes" : bound > 0.7 * best ? "no, nor the bound" : "no");
    std::printf("\n");
    std::fflush(stdout);
    if (!sample.is_mix) continue;
    Outcome each = within_each(sample, other.rule);
    std::printf("%-31s %-13s %32s | %6.2f %7.1f %7.1f %7s | %5.2f %s\n", sample.name.c_str(), other.name,
                "no source asked more often:", each.a_day(), each.median(), each.mean(), "-", each.median() / best,
                each.median() <= 0.7 * best ? "yes" : "no");
    std::fflush(stdout);
  }
  Outcome daily = replay(sample, ours(in_minutes(closest) / 10));
  std::printf("%-31s as installed %41.2f %7.1f %7.1f\n\n", sample.name.c_str(), daily.a_day(), daily.median(),
              daily.mean());
}

}  // namespace

// --mixes before the files: only the mixes.
int main(int argc, char** argv) {
  const bool is_short = argc > 1 && argv[1] == std::string_view("--mixes");
  if (is_short) --argc, ++argv;
  std::printf("%-31s %-13s %6s %7s %7s %7s | %6s %7s %7s %7s | %s\n", "rhythm", "rule", "a day", "median", "mean",
              "evenly", "ours", "median", "mean", "bound", "ratio; 30 % lower than the best of them?");
  std::vector<Sample> samples = generated();
  if (argc > 1) samples.push_back(from_files(argc - 1, argv + 1));
  // Two mixes: one of each kind of rhythm and the corpus, and everything, in which what comes by chance prevails.
  Sample kinds{"one of each kind", {}, nullptr, false, true}, all{"everything", {}, nullptr, false, true};
  const std::string_view named[] = {"daily desk, 09:00", "press office, by chance", "burst", "hourly wire, :05",
                                    "dead"};
  for (const Sample& sample : samples) {
    if (!is_short) compare(sample);
    all.sources.insert(all.sources.end(), sample.sources.begin(), sample.sources.end());
    const bool is_named = std::find(std::begin(named), std::end(named), sample.name) != std::end(named);
    if (is_named) kinds.sources.push_back(sample.sources.front());
    if (&sample == &samples.back() && argc > 1)
      kinds.sources.insert(kinds.sources.end(), sample.sources.begin(), sample.sources.end());
  }
  for (Sample* mix : {&kinds, &all}) {
    compare(*mix);
    mix->name += ", sources alike";
    mix->is_by_source = true;
    compare(*mix);
  }
}
