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
#include <fstream>
#include <functional>
#include <iterator>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "parse/parse.h"
#include "schedule/likely.h"
#include "schedule/rhythm.h"

namespace {

using namespace rapporteur;
using base::Duration;
using base::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration day = hours(24), closest = minutes(60), farthest = hours(24);
constexpr int learning_days = 42, settling_days = 7, measured_days = 28, phases = 2;
const Instant monday = Instant(std::chrono::sys_days{std::chrono::year{2026} / 6 / 1});

struct Course {  // of one source
  std::vector<Instant> published;
  // In the settling days each rule polls already, uncounted, so that where its first poll fell no longer matters.
  Instant polled_from = monday + day * learning_days, measured_from = polled_from + day * settling_days;
  Instant end = measured_from + day * measured_days;
  bool is_dated = true;  // false: its stories do not say when they came out
};
struct Sample {
  std::string name;
  std::vector<Course> sources;
  std::function<double(std::int64_t minute)> rate;  // stories a minute, where they come by chance
};

// What a rule knows: everything published up to the poll, and the memory that the planner keeps.
struct View {
  const std::vector<Instant>& published;
  std::size_t seen;  // how many of them
  Instant now;
  const std::string& rhythm;
};
using Rule = std::function<Duration(const View& view)>;

struct Outcome {
  double requests = 0, days = 0;
  std::vector<double> delays;  // minutes
  double a_day() const { return requests / std::max(days, 1e-9); }
  double median() {
    if (delays.empty()) return 0;
    std::nth_element(delays.begin(), delays.begin() + static_cast<std::ptrdiff_t>(delays.size() / 2), delays.end());
    return delays[delays.size() / 2];
  }
  double mean() const {
    return delays.empty() ? 0 : std::accumulate(delays.begin(), delays.end(), 0.0) / static_cast<double>(delays.size());
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
      if (*instant >= source.measured_from) outcome.delays.push_back(in_minutes(now - *instant));
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
  for (const Course& source : sample.sources)
    for (int phase = 0; phase < phases; ++phase) replay(source, rule, phase, outcome);
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

// Generated rhythms.
class Calendar {
 public:
  explicit Calendar(unsigned seed) : chance_(seed) {}
  // Calls for each day of the course; weekday 0 is Monday.
  Course days(const std::function<void(Calendar& calendar, int number)>& one_day) {
    for (int number = 0; number < learning_days + settling_days + measured_days; ++number) one_day(*this, number);
    std::sort(course_.published.begin(), course_.published.end());
    return course_;
  }
  double share() { return static_cast<double>(chance_()) / 4294967296.0; }
  void publish(int number, double minute) {
    course_.published.push_back(monday + day * number + Duration(static_cast<std::int64_t>(minute * 60000)));
  }
  // By chance, so many a day on average.
  void scatter(int number, double a_day, double from_hour, double to_hour) {
    const double span = (to_hour - from_hour) * 60;
    for (double at = -std::log(1 - share()) * span / a_day; at < span; at -= std::log(1 - share()) * span / a_day)
      publish(number, from_hour * 60 + at);
  }

 private:
  std::mt19937 chance_;
  Course course_;
};

bool is_workday(std::int64_t number) { return number % 7 < 5; }

std::function<double(std::int64_t)> rate_of(double workday, double weekend, int from_hour, int to_hour) {
  return [=](std::int64_t minute) {
    const std::int64_t since = minute - monday.time_since_epoch() / minutes(1);
    const std::int64_t hour = since / 60 % 24;
    if (hour < from_hour || hour >= to_hour) return 0.0;
    return (is_workday(since / 1440) ? workday : weekend) / ((to_hour - from_hour) * 60);
  };
}

std::vector<Sample> generated() {
  std::vector<Sample> all;
  const auto add = [&](const char* name, const std::function<void(Calendar&, int)>& one_day,
                       std::function<double(std::int64_t)> rate = nullptr, unsigned copies = 3) {
    Sample sample{name, {}, std::move(rate)};
    for (unsigned source = 0; source < copies; ++source)
      sample.sources.push_back(Calendar(static_cast<unsigned>(all.size()) * 100 + source).days(one_day));
    all.push_back(std::move(sample));
  };
  add("daily desk, 09:00", [](Calendar& c, int n) {
    if (is_workday(n)) c.publish(n, 540 + c.share() * 4);
  });
  add("daily desk, two editions", [](Calendar& c, int n) {
    c.publish(n, 365 + c.share() * 10);
    if (is_workday(n)) c.publish(n, 990 + c.share() * 10);
  });
  add(
      "press office, by chance",
      [](Calendar& c, int n) {
        if (is_workday(n)) c.scatter(n, 6, 8, 17);
      },
      rate_of(6, 0, 8, 17));
  all.push_back(all.back());
  all.back().name = "press office, without dates";
  for (Course& course : all.back().sources) course.is_dated = false;
  add(
      "press office, on the half hour",
      [](Calendar& c, int n) {
        for (int half = 16; is_workday(n) && half < 34; ++half)
          if (c.share() < 0.3) c.publish(n, half * 30 + 0.3);
      },
      [](std::int64_t minute) {
        const std::int64_t since = minute - monday.time_since_epoch() / minutes(1);
        const std::int64_t half = since % 1440 / 30;
        return is_workday(since / 1440) && since % 30 == 0 && half >= 16 && half < 34 ? 0.3 : 0.0;
      });
  add(
      "burst",
      [](Calendar& c, int n) {
        if (c.share() > 0.2) return;
        for (double at = c.share() * 1200, left = 3 + c.share() * 9; left > 0; --left, at += c.share() * 40)
          c.publish(n, at);
      },
      nullptr, 8);
  add("hourly wire, :05", [](Calendar& c, int n) {
    for (int h = 0; h < 24; ++h) c.publish(n, h * 60 + 5 + c.share());
  });
  add("weekly, Tuesday 14:00", [](Calendar& c, int n) {
    if (n % 7 == 1) c.publish(n, 840 + c.share() * 20);
  });
  add(
      "weekday heavy, by chance", [](Calendar& c, int n) { c.scatter(n, is_workday(n) ? 24 : 4, 5, 21); },
      rate_of(24, 4, 5, 21));
  add(
      "round the clock, by chance", [](Calendar& c, int n) { c.scatter(n, 12, 0, 24); }, rate_of(12, 12, 0, 24));
  add("dead", [](Calendar& c, int n) {
    if (n < 8) c.publish(n, 600);
  });
  return all;
}

// The last two fifths of what a feed shows are measured; a feed with fewer than ten dated stories says too little.
Sample from_files(int count, char** names) {
  Sample sample{"feeds of the corpus", {}, nullptr};
  for (int i = 0; i < count; ++i) {
    std::ifstream file(names[i], std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    const auto document = parse::parse({std::move(bytes), "", ""});
    if (!document) continue;
    Course course;
    for (const feed::Entry& entry : document->entries)
      if (entry.published && entry.published->time_since_epoch() % day != Duration::zero())
        course.published.push_back(*entry.published);
    std::sort(course.published.begin(), course.published.end());
    course.published.erase(std::unique(course.published.begin(), course.published.end()), course.published.end());
    if (course.published.size() < 10) continue;
    course.polled_from = course.measured_from = course.published[course.published.size() * 3 / 5];
    course.end = course.published.back() + hours(1);
    if (course.end - course.measured_from > 90 * day) continue;  // years between its stories: a sample, not a rhythm
    sample.sources.push_back(std::move(course));
  }
  return sample;
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
  }
  Outcome daily = replay(sample, ours(in_minutes(closest) / 10));
  std::printf("%-31s as installed %41.2f %7.1f %7.1f\n\n", sample.name.c_str(), daily.a_day(), daily.median(),
              daily.mean());
}

}  // namespace

int main(int argc, char** argv) {
  std::printf("%-31s %-13s %6s %7s %7s %7s | %6s %7s %7s %7s | %s\n", "rhythm", "rule", "a day", "median", "mean",
              "evenly", "ours", "median", "mean", "bound", "ratio; 30 % lower than the best of them?");
  std::vector<Sample> samples = generated();
  if (argc > 1) samples.push_back(from_files(argc - 1, argv + 1));
  Sample mix{"the whole mix", {}, nullptr}, calm{"the mix without the wire", {}, nullptr};
  for (const Sample& sample : samples) {
    compare(sample);
    mix.sources.insert(mix.sources.end(), sample.sources.begin(), sample.sources.end());
    if (sample.name.find("wire") == std::string::npos)
      calm.sources.insert(calm.sources.end(), sample.sources.begin(), sample.sources.end());
  }
  compare(calm);
  compare(mix);
}
