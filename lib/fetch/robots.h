// What a robots.txt says to one robot (RFC 9309), and nothing of how it was fetched. Called by robots_book.cpp. Pure,
// any thread; hostile input costs no more than its size, and a bounded number of steps to compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace rapporteur::fetch {

enum class Verdict { allowed, forbidden, undecided };

class Robots {
 public:
  // The groups that name `token` (a product token in lower case), joined; where none does, those of "*". What stands
  // beyond 500 KiB is not read (RFC 9309 2.5), nor a rule of more than 1 KiB.
  static Robots parse(std::string_view text, std::string_view token);
  static Robots allow_all() { return {}; }
  static Robots allow_nothing();

  // `target`: path and query of an address. The longest rule that matches decides, allow before disallow (2.2.2).
  // Undecided: it would take more than four million steps to compare, which no honest rules need.
  Verdict judge(std::string_view target) const;
  bool allows(std::string_view target) const { return judge(target) == Verdict::allowed; }
  // Crawl-delay, which is outside the RFC: the pause that is asked for; at most a minute is believed.
  std::optional<base::Duration> crawl_delay() const { return crawl_delay_; }
  std::size_t bytes() const { return patterns_.capacity() + rules_.capacity() * sizeof(Rule); }  // that it holds

 private:
  struct Rule {
    std::uint32_t begin = 0;
    std::uint16_t size = 0;
    bool is_allowed = false;
  };
  void add(std::string_view pattern, bool is_allowed);
  void tidy();  // in the order in which they decide, and in no more memory than they need
  std::string_view pattern_of(const Rule& rule) const {
    return std::string_view(patterns_).substr(rule.begin, rule.size);
  }

  std::string patterns_;  // all of them, in the one spelling of `comparable`
  std::vector<Rule> rules_;
  std::optional<base::Duration> crawl_delay_;
  friend class RobotsReader;
};

}  // namespace rapporteur::fetch
