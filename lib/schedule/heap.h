// A binary heap of numbers that always knows where each number stands, so that any of them can be moved or taken out in
// O(log n). The order and the book of places belong to the caller. Used by the queue alone. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace rapporteur::schedule {

constexpr std::uint32_t nowhere = 0xffffffff;

// Book: `bool comes_before(a, b)` and `std::uint32_t& place_of(a)`.
template <class Book>
class Heap {
 public:
  Heap(std::vector<std::uint32_t>& items, Book book) : items_(items), book_(book) {}

  void push(std::uint32_t item) {
    items_.push_back(item);
    rise(items_.size() - 1);
  }
  void erase(std::uint32_t item) {
    const std::size_t at = book_.place_of(item);
    book_.place_of(item) = nowhere;
    const std::uint32_t last = items_.back();
    items_.pop_back();
    if (last == item) return;
    items_[at] = last;
    book_.place_of(last) = static_cast<std::uint32_t>(at);
    moved(last);
  }
  // The item's rank changed.
  void moved(std::uint32_t item) {
    rise(book_.place_of(item));
    sink(book_.place_of(item));
  }
  // Many ranks changed: O(n).
  void rebuild() {
    for (std::size_t at = 0; at < items_.size(); ++at) book_.place_of(items_[at]) = static_cast<std::uint32_t>(at);
    for (std::size_t at = items_.size() / 2; at-- > 0;) sink(at);
  }

 private:
  void put(std::size_t at, std::uint32_t item) {
    items_[at] = item;
    book_.place_of(item) = static_cast<std::uint32_t>(at);
  }
  void rise(std::size_t at) {
    const std::uint32_t item = items_[at];
    for (; at > 0 && book_.comes_before(item, items_[(at - 1) / 2]); at = (at - 1) / 2) put(at, items_[(at - 1) / 2]);
    put(at, item);
  }
  void sink(std::size_t at) {
    const std::uint32_t item = items_[at];
    for (std::size_t child = 2 * at + 1; child < items_.size(); child = 2 * at + 1) {
      if (child + 1 < items_.size() && book_.comes_before(items_[child + 1], items_[child])) ++child;
      if (!book_.comes_before(items_[child], item)) break;
      put(at, items_[child]);
      at = child;
    }
    put(at, item);
  }

  std::vector<std::uint32_t>& items_;
  Book book_;
};

}  // namespace rapporteur::schedule
