// Numbers for machines: counters and gauges that any thread may touch without a lock (relaxed atomics: each number is
// right by itself, no two belong together), and the text form in which Prometheus reads them (exposition format 0.0.4).
// Who owns numbers decides their names; engine writes the text for /metrics.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace rapporteur::ops {

class Counter {
 public:
  void add(std::uint64_t number = 1) { value_.fetch_add(number, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t number) { value_.fetch_add(number, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Durations from a millisecond to a minute; what a scrape sees may lag by the observation under way.
class Histogram {
 public:
  static constexpr std::array<double, 12> bounds = {0.001, 0.005, 0.02, 0.1, 0.25, 0.5,
                                                    1,     2.5,   5,    10,  30,   60};  // seconds
  void observe(std::chrono::nanoseconds duration);
  // Observations not above bounds[i], as Prometheus counts them; i == bounds.size(): all.
  std::uint64_t up_to(std::size_t i) const;
  double sum() const { return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9; }

 private:
  std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> nanoseconds_{0};
};

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Writes families one after the other; samples belong to the family opened last.
class PrometheusText {
 public:
  enum class Type { counter, gauge, histogram };
  // `name` as Prometheus wants it: "rapporteur_polls_total", with unit, base units.
  void family(std::string_view name, Type type, std::string_view help);
  void sample(double value, Labels labels = {});
  void sample(std::uint64_t value, Labels labels = {});
  void sample(std::int64_t value, Labels labels = {});
  void histogram(std::string_view name, std::string_view help, const Histogram& histogram);
  std::string take() { return std::move(text_); }

 private:
  void line(std::string_view suffix, Labels labels, std::string_view value);

  std::string text_, name_;
};

}  // namespace rapporteur::ops
