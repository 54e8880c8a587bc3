// Data that cannot be reached without its lock. The only form of lock in the program; who uses it stands in
// tests/check/locks.txt. The function must be short and must not let the data escape.
#pragma once

#include <mutex>
#include <utility>

namespace rapporteur::base {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  // The only way in: the function gets the data for as long as it runs.
  template <class Function>
  decltype(auto) with(Function&& function) {
    const std::lock_guard lock(mutex_);
    return std::forward<Function>(function)(value_);
  }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace rapporteur::base
