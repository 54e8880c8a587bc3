#include "bench/rhythms.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <random>
#include <utility>

#include "parse/parse.h"

namespace rapporteur::bench {

namespace {

using base::Duration;
using base::Instant;
using std::chrono::hours;
using std::chrono::minutes;

constexpr int learning_days = 42, settling_days = 7, measured_days = 28;
const Instant monday = Instant(std::chrono::sys_days{std::chrono::year{2026} / 6 / 1});

class Calendar {
 public:
  explicit Calendar(unsigned seed) : chance_(seed) {
    course_.polled_from = monday + day * learning_days;
    course_.measured_from = course_.polled_from + day * settling_days;
    course_.end = course_.measured_from + day * measured_days;
  }
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

}  // namespace

std::vector<Sample> generated() {
  std::vector<Sample> all;
  const auto add = [&](const char* name, const std::function<void(Calendar&, int)>& one_day,
                       std::function<double(std::int64_t)> rate = nullptr, unsigned copies = 3) {
    Sample sample{name, {}, std::move(rate), false, false};
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

Sample from_files(int count, char** names) {
  Sample sample{"feeds of the corpus", {}, nullptr, false, false};
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
  sample.name = std::to_string(sample.sources.size()) + " feeds of the corpus";
  return sample;
}

}  // namespace rapporteur::bench
