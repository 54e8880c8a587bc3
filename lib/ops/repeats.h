// Keeps a fault that recurs a thousand times a minute from filling the disk: the first lines of a kind are said, the
// rest counted, and the count is told when its minute is over. Used by ops/log under its lock. Pure: the time comes in.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rapporteur::ops {

class Repeats {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int said_per_window = 5;
  static constexpr std::chrono::seconds window{60};

  // True: say the line.
  bool may_say(std::string_view line, int level, Time now);
  // Calls `say` for each line whose window is over and of which some were held back: (line, level, how many).
  void settle(Time now, const std::function<void(const std::string&, int, std::size_t)>& say);

 private:
  struct Kind {
    std::size_t hash = 0;
    std::string line;  // kept once it was held back
    int level = 0;
    int said = 0;
    std::size_t held_back = 0;
    Time since{};
  };
  std::array<Kind, 32> kinds_;  // by hash: a newcomer takes the place of another, whose count is then told early
  std::array<Kind, 4> evicted_;
  std::size_t evicted_count_ = 0;
};

}  // namespace rapporteur::ops
