#include "schedule/backoff.h"

#include <algorithm>

namespace rapporteur::schedule {

namespace {

using base::Duration;

constexpr Duration shortest_refusal = std::chrono::hours(4);  // P22, P24
constexpr Duration longest_refusal = std::chrono::hours(24);
constexpr int steps = 16;  // doublings that matter: 2^16 intervals are beyond every cap

Duration doubled(Duration first, int failures, Duration cap) {
  Duration span = first;
  for (int i = 1; i < std::min(failures, steps) && span < cap; ++i) span *= 2;
  return std::min(span, std::max(cap, first));
}

std::string count_of(int failures) {
  if (failures <= 1) return "after a failure";
  return "after " + std::to_string(failures) + " failures in a row";
}

}  // namespace

BackOff backed_off(int failures, Duration interval, const Settings& settings, int http_status) {
  const bool is_plea = http_status == 429 || http_status == 503;
  const bool is_ban = http_status == 401 || http_status == 403;
  if (is_plea) {
    const Duration span = doubled(std::max(shortest_refusal, interval * 2), failures, longest_refusal);
    return {span, "HTTP " + std::to_string(http_status) + " without Retry-After: " + base::describe(span) + " " + count_of(failures), true};
  }
  if (is_ban) {
    const Duration span = doubled(std::max(shortest_refusal, interval), failures, longest_refusal);
    return {span, "HTTP " + std::to_string(http_status) + ": " + base::describe(span) + " " + count_of(failures), true};
  }
  const Duration span = doubled(interval, failures, settings.max_interval);
  return {span, base::describe(span) + " " + count_of(failures), false};
}

}  // namespace rapporteur::schedule
