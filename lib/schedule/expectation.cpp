#include "schedule/expectation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace rapporteur::schedule {

namespace {

constexpr std::int64_t hour = 60, day = 24 * hour, week = 7 * day;
constexpr double half_life = 21.0 * day;
constexpr std::int64_t narrow = 6;  // half the width of a fixed time
constexpr std::int64_t wide = 90;   // of an hour of business
constexpr double burst_span = 120;  // after which a batch calls for another e times less
constexpr std::int64_t burst_reach = 12 * hour;
constexpr std::int64_t elsewhere = 12 * hour;  // batches closer than this are no witnesses for each other's clock
constexpr double longest_exposure = 10 * half_life;

enum Clock : std::size_t { any_time, office, phase, desk, burst };
constexpr std::size_t clocks = 5;
using Shares = std::array<double, clocks>;

// What each clock is believed before anything was seen, in batches. The first two never vanish, so what comes out of
// its rhythm is looked for too.
constexpr Shares before_evidence = {1.0, 1.0, 0.1, 0.1, 0.3};

std::size_t modulo(std::int64_t minute, std::int64_t period) {
  return static_cast<std::size_t>(((minute % period) + period) % period);
}
std::size_t weekday_of(std::int64_t minute) { return modulo(minute, week) / static_cast<std::size_t>(day); }

// A triangle of area 1 around zero, on a circle.
double likeness(std::int64_t a, std::int64_t b, std::int64_t period, std::int64_t width) {
  const auto apart = static_cast<std::int64_t>(modulo(a - b, period));
  const std::int64_t distance = std::min(apart, period - apart);
  return distance >= width ? 0.0 : static_cast<double>(width - distance) / static_cast<double>(width * width);
}

class Forecast {
 public:
  Forecast(const std::vector<Batch>& batches, std::int64_t from) : batches_(batches), from_(from) {
    for (const Batch& batch : batches_) {
      weights_.push_back(std::exp2(-static_cast<double>(from - batch.minute) / half_life));
      total_ += weights_.back();
    }
    weigh_days();
    learn_rate();
    draw_clocks();
    learn_shares();
  }

  std::vector<double> ahead(std::size_t minutes) const {
    std::vector<double> expected(minutes);
    double excitement = excitement_at(from_, batches_.size());
    const double fading = std::exp(-1 / burst_span);
    std::size_t clock = modulo(from_, day), weekday = weekday_of(from_);
    for (double& here : expected) {
      const double hours = office_[clock] * (shares_[office] + shares_[phase] * phase_[clock % hour]);
      const double shape = shares_[any_time] + weekday_[weekday] * (hours + shares_[desk] * desk_[clock]);
      here = rate_ * shape + shares_[burst] * excitement;
      excitement *= fading;
      if (++clock < day) continue;
      clock = 0;
      weekday = (weekday + 1) % 7;
    }
    return expected;
  }

 private:
  // Batches of each weekday over days of each that went by, both fading; a day's worth of the average is mixed in.
  void weigh_days() {
    std::array<double, 7> seen{}, passed{};
    double days = 0;
    for (std::size_t i = 0; i < batches_.size(); ++i) seen[weekday_of(batches_[i].minute)] += weights_[i];
    const std::int64_t reach = static_cast<std::int64_t>(longest_exposure);
    for (std::int64_t then = from_; then > std::max(batches_.front().minute, from_ - reach); then -= day) {
      const double weight = std::exp2(-static_cast<double>(from_ - then) / half_life);
      passed[weekday_of(then)] += weight;
      days += weight;
    }
    const double average = total_ / std::max(days, 1.0);
    double sum = 0;
    for (std::size_t i = 0; i < 7; ++i) sum += weekday_[i] = (seen[i] + average) / (passed[i] + 1);
    for (double& weight : weekday_) weight *= 7 / sum;
  }

  // The first batch opens the observation and is not counted; half a batch stands for what may come.
  void learn_rate() {
    const double span = static_cast<double>(from_ - batches_.front().minute);
    const double exposure = half_life / std::log(2.0) * (1 - std::exp2(-span / half_life));
    rate_ = (total_ - weights_.front() + 0.25) / std::max(exposure, static_cast<double>(day));
  }

  void draw_clocks() {
    double exact = 0;
    for (std::size_t i = 0; i < batches_.size(); ++i) {
      add(office_, batches_[i].minute, wide, weights_[i]);
      if (!batches_[i].is_exact) continue;
      add(desk_, batches_[i].minute, narrow, weights_[i]);
      add(phase_, batches_[i].minute, narrow, weights_[i]);
      exact += weights_[i];
    }
    for (double& value : office_) value *= static_cast<double>(day) / std::max(total_, 1e-30);
    for (double& value : desk_) value *= static_cast<double>(day) / std::max(exact, 1e-30);
    for (double& value : phase_) value *= static_cast<double>(hour) / std::max(exact, 1e-30);
  }

  template <std::size_t period>
  static void add(std::array<double, period>& clock, std::int64_t minute, std::int64_t width, double weight) {
    const auto length = static_cast<std::int64_t>(period);
    for (std::int64_t at = minute - width + 1; at < minute + width; ++at)
      clock[modulo(at, length)] += weight * likeness(at, minute, length, width);
  }

  // How dense each clock, drawn without this batch and its neighbours, is where the batch came.
  Shares evidence(std::size_t of) const {
    const Batch& batch = batches_[of];
    double hours = 0, fixed = 0, minute = 0, others = 0, exact = 0;
    for (std::size_t i = 0; i < batches_.size(); ++i) {
      if (std::abs(batches_[i].minute - batch.minute) < elsewhere) continue;
      hours += weights_[i] * likeness(batches_[i].minute, batch.minute, day, wide);
      others += weights_[i];
      if (!batches_[i].is_exact || !batch.is_exact) continue;
      fixed += weights_[i] * likeness(batches_[i].minute, batch.minute, day, narrow);
      minute += weights_[i] * likeness(batches_[i].minute, batch.minute, hour, narrow);
      exact += weights_[i];
    }
    hours *= static_cast<double>(day) / std::max(others, 1e-30);
    fixed *= static_cast<double>(day) / std::max(exact, 1e-30);
    minute *= static_cast<double>(hour) / std::max(exact, 1e-30);
    const double today = weekday_[weekday_of(batch.minute)];
    return {1.0, today * hours, today * hours * minute, today * fixed, excitement_at(batch.minute, of) / rate_};
  }

  double excitement_at(std::int64_t minute, std::size_t before) const {
    double sum = 0;
    for (std::size_t i = before; i-- > 0 && minute - batches_[i].minute <= burst_reach;)
      sum += std::exp(-static_cast<double>(minute - batches_[i].minute) / burst_span) / burst_span;
    return sum;
  }

  void learn_shares() {
    std::vector<Shares> densities;
    for (std::size_t i = 0; i < batches_.size(); ++i) densities.push_back(evidence(i));
    shares_.fill(1.0 / static_cast<double>(clocks));
    for (int round = 0; round < 20; ++round) {
      Shares counted = before_evidence;
      for (std::size_t i = 0; i < densities.size(); ++i) {
        double sum = 0;
        for (std::size_t clock = 0; clock < clocks; ++clock) sum += shares_[clock] * densities[i][clock];
        for (std::size_t clock = 0; clock < clocks; ++clock)
          counted[clock] += weights_[i] * shares_[clock] * densities[i][clock] / sum;
      }
      double sum = 0;
      for (const double count : counted) sum += count;
      for (std::size_t clock = 0; clock < clocks; ++clock) shares_[clock] = counted[clock] / sum;
    }
  }

  const std::vector<Batch>& batches_;
  const std::int64_t from_;
  std::vector<double> weights_;
  double total_ = 0, rate_ = 0;
  std::array<double, 7> weekday_{};
  std::array<double, static_cast<std::size_t>(day)> office_{}, desk_{};
  std::array<double, static_cast<std::size_t>(hour)> phase_{};
  Shares shares_{};
};

}  // namespace

std::vector<double> expectation(const Rhythm& rhythm, std::int64_t from, std::size_t minutes) {
  std::vector<Batch> past = rhythm.batches;
  std::erase_if(past, [&](const Batch& batch) { return batch.minute > from; });
  if (past.size() < enough_batches) return {};
  return Forecast(past, from).ahead(minutes);
}

}  // namespace rapporteur::schedule
