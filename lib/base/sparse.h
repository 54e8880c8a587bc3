// A part of a value that most values leave as it is made: one pointer until it is edited, copied with its owner.
// Reading needs no question: an unedited part reads as a T of defaults. Any thread that may use its owner.
#pragma once

#include <memory>

namespace rapporteur::base {

template <class T>
class Sparse {
 public:
  Sparse() = default;
  Sparse(const Sparse& other) : part_(other.part_ ? std::make_unique<T>(*other.part_) : nullptr) {}
  Sparse(Sparse&&) noexcept = default;
  Sparse& operator=(const Sparse& other) { return *this = Sparse(other); }
  Sparse& operator=(Sparse&&) noexcept = default;
  ~Sparse() = default;

  const T& operator*() const { return part_ ? *part_ : unedited(); }
  const T* operator->() const { return &**this; }
  T& edit() {
    if (!part_) part_ = std::make_unique<T>();
    return *part_;
  }
  bool operator==(const Sparse& other) const { return **this == *other; }

 private:
  static const T& unedited() {
    static const T made{};
    return made;
  }
  std::unique_ptr<T> part_;
};

}  // namespace rapporteur::base
