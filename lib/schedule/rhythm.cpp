#include "schedule/rhythm.h"

#include <algorithm>

namespace rapporteur::schedule {

namespace {

using base::Instant;

// The text: a version, then the newest minute and the gaps back from it, each number with `is_exact` as its lowest
// bit, in groups of five bits from the low end, a group that is not the last marked by 32.
constexpr char version = '1';
constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
constexpr int most_groups = 7;

constexpr std::int64_t day = 24 * 60;
constexpr std::int64_t kept_for = 42 * day;             // six weeks say what a weekday is
constexpr std::int64_t earliest = 25 * 365 * day;       // 1995: before it there were no feeds
constexpr std::int64_t latest = std::int64_t{1} << 33;  // fits seven groups

std::int64_t minute_of(Instant instant) {
  return std::chrono::floor<std::chrono::minutes>(instant.time_since_epoch()).count();
}

void append_number(std::string& out, std::int64_t number) {
  for (; number >= 32; number /= 32) out += alphabet[static_cast<std::size_t>(number % 32 + 32)];
  out += alphabet[static_cast<std::size_t>(number)];
}

// Takes a number from the front of `text`; nullopt: none stands there.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  for (int group = 0; group < most_groups && !text.empty(); ++group) {
    const std::size_t digit = alphabet.find(text.front());
    if (digit == std::string_view::npos) return std::nullopt;
    text.remove_prefix(1);
    number |= static_cast<std::int64_t>(digit % 32) << (5 * group);
    if (digit < 32) return number;
  }
  return std::nullopt;
}

// A publisher's clock may be right and its server late: what was stated a little before the last look that missed it
// came out just after that look.
constexpr std::int64_t longest_lag = 60;

std::optional<Batch> batch_of(const std::optional<Instant>& stated, const std::optional<Instant>& last_look,
                              Instant now) {
  const std::int64_t present = minute_of(now);
  const std::int64_t said = stated ? minute_of(*stated) : 0;
  const bool is_past = stated && *stated <= now && said >= earliest;
  if (!last_look) {  // midnight to the second is a date without a time
    const bool is_date = stated && stated->time_since_epoch() % std::chrono::hours(24) == base::Duration::zero();
    return is_past && !is_date ? std::optional(Batch{said, true}) : std::nullopt;
  }
  const std::int64_t look = minute_of(std::min(*last_look, now));
  if (is_past && said >= look) return Batch{said, true};
  if (is_past && look - said <= longest_lag) return Batch{std::min(look + Rhythm::apart, present), true};
  return Batch{look + (present - look) / 2, false};
}

// In order, apart, not too many. The earliest of a batch stands for it; an exact one for those known roughly.
void tidy(std::vector<Batch>& batches, std::int64_t present) {
  std::erase_if(batches, [&](const Batch& batch) { return batch.minute > present; });  // the clock was set back
  std::sort(batches.begin(), batches.end(), [](const Batch& a, const Batch& b) {
    return a.minute != b.minute ? a.minute < b.minute : a.is_exact > b.is_exact;
  });
  const auto is_same = [](const Batch& a, const Batch& b) { return b.minute - a.minute < Rhythm::apart; };
  batches.erase(std::unique(batches.begin(), batches.end(), is_same), batches.end());
  const std::size_t size = batches.size();
  std::size_t old = size > Rhythm::most ? size - Rhythm::most : 0;
  while (size - old > Rhythm::lasting && batches[old].minute < present - kept_for) ++old;
  batches.erase(batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(old));
}

}  // namespace

Rhythm read_rhythm(std::string_view memory) {
  Rhythm rhythm;
  if (memory.empty() || memory.front() != version) return rhythm;
  memory.remove_prefix(1);
  std::int64_t minute = 0;
  while (!memory.empty()) {
    const auto number = take_number(memory);
    const bool is_first = rhythm.batches.empty();
    if (number) minute = is_first ? *number / 2 : minute - *number / 2;
    const bool is_possible = number && minute >= earliest && minute <= latest && (is_first || *number / 2 > 0);
    if (!is_possible || rhythm.batches.size() == Rhythm::most) return {};
    rhythm.batches.push_back({minute, *number % 2 == 1});
  }
  std::reverse(rhythm.batches.begin(), rhythm.batches.end());
  return rhythm;
}

std::string write_rhythm(const Rhythm& rhythm) {
  if (rhythm.batches.empty()) return {};
  std::string out(1, version);
  std::int64_t before = 0;
  for (auto batch = rhythm.batches.rbegin(); batch != rhythm.batches.rend(); ++batch) {
    const std::int64_t number = before == 0 ? batch->minute : before - batch->minute;
    append_number(out, number * 2 + (batch->is_exact ? 1 : 0));
    before = batch->minute;
  }
  return out;
}

std::string remember(std::string_view memory, const std::vector<std::optional<Instant>>& stated,
                     std::optional<Instant> last_look, Instant now) {
  if (stated.empty()) return std::string(memory);
  Rhythm rhythm = read_rhythm(memory);
  for (const auto& one : stated)
    if (const auto batch = batch_of(one, last_look, now)) rhythm.batches.push_back(*batch);
  tidy(rhythm.batches, minute_of(now));
  return write_rhythm(rhythm);
}

}  // namespace rapporteur::schedule
