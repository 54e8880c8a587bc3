// Data that cannot be reached without its lock. Used by readers.cpp for the connections that are lent; any thread.
// The function that is given to `with` must be short: it holds the lock, and it must not let the data escape.
#pragma once

#include <mutex>
#include <utility>

namespace rapporteur::store {

template <class T>
class Guarded {
 public:
  template <class Function>
  decltype(auto) with(Function&& function) {
    const std::lock_guard lock(mutex_);
    return std::forward<Function>(function)(data_);
  }

 private:
  std::mutex mutex_;
  T data_;
};

}  // namespace rapporteur::store
