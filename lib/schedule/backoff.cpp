#include "schedule/backoff.h"

#include <algorithm>

namespace rapporteur::schedule {

namespace {

using base::Duration;

constexpr Duration shortest_refusal = std::chrono::hours(4);  // P22, P24
constexpr Duration longest_wait = std::chrono::hours(24);     // P26: also where healthy sources rest for longer

// `first`, doubled for each further failure, up to `cap`; a first step beyond the cap stays as it is.
Duration doubled(Duration first, int failures, Duration cap) {
  Duration span = first;
  for (int i = 1; i < failures && span < cap; ++i) span *= 2;  // ends below the cap's double: no overflow
  return std::min(span, std::max(cap, first));
}

std::string ordinal(int number) {
  static constexpr const char* endings[] = {"th", "st", "nd", "rd"};
  const int last = number % 10;
  const bool is_teen = number % 100 / 10 == 1;
  return std::to_string(number) + endings[is_teen || last > 3 ? 0 : last];
}

std::string in_words(Duration span, const std::string& after, int failures) {
  std::string words = "waits " + base::describe(span) + " after " + after;
  return failures > 1 ? words + ", " + ordinal(failures) + " failure in a row" : words;
}

}  // namespace

BackOff back_off(int failures, Duration interval, const Settings& settings, int http_status, bool is_blocked) {
  failures = std::max(failures, 1);
  if (http_status == 429 || http_status == 503) {
    const Duration span = doubled(std::max(shortest_refusal, interval * 2), failures, longest_wait);
    return {span, in_words(span, "HTTP " + std::to_string(http_status) + " without Retry-After", failures)};
  }
  if (is_blocked || http_status == 401 || http_status == 403) {
    const Duration span = doubled(std::max(shortest_refusal, interval), failures, longest_wait);
    const bool is_refusal = http_status >= 400;
    return {span, in_words(span, is_refusal ? "HTTP " + std::to_string(http_status) : "a challenge", failures)};
  }
  const Duration span = doubled(interval, failures, std::min(settings.max_interval, longest_wait));
  return {span, in_words(span, http_status >= 400 ? "HTTP " + std::to_string(http_status) : "a failure", failures)};
}

}  // namespace rapporteur::schedule
