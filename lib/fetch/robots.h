// What a robots.txt says to one robot (RFC 9309), and nothing of how it was fetched. Called by robots_book.cpp. Pure,
// any thread; hostile input costs no more than its size.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace rapporteur::fetch {

class Robots {
 public:
  // The groups that name `token` (a product token in lower case), joined; where none does, those of "*". What stands
  // beyond 500 KiB is not read (RFC 9309 2.5).
  static Robots parse(std::string_view text, std::string_view token);
  static Robots allow_all() { return {}; }
  static Robots allow_nothing();

  // `target`: path and query of an address. The longest rule that matches decides, allow before disallow (2.2.2).
  bool allows(std::string_view target) const;
  // Crawl-delay, which is outside the RFC: the pause that is asked for; at most a minute is believed.
  std::optional<base::Duration> crawl_delay() const { return crawl_delay_; }

 private:
  struct Rule {
    std::string pattern;  // in the one spelling of `comparable`
    bool is_allowed = false;
  };
  std::vector<Rule> rules_;
  std::optional<base::Duration> crawl_delay_;
  friend class RobotsReader;
};

}  // namespace rapporteur::fetch
