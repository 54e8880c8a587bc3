// Judges of patience: who asks again when, after which answer.
#include <algorithm>

#include "support/bench.h"

namespace rapporteur::test {

namespace {

constexpr milliseconds hours_of_rest = std::chrono::hours(4), for_the_day = std::chrono::hours(24);

bool is_one_of(int status, const std::vector<int>& statuses) {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

// What is wrong with the way rather than with us: backs off (P26). Refusals have rules of their own.
bool is_failure(const Exchange& one) {
  return one.status == 0 || one.status == 404 || (one.status >= 500 && one.status != 503) ||
         (one.status == 200 && !one.is_readable);
}

}  // namespace

void Bench::silence(const char* name, const std::function<Wait(const Exchange&)>& wait,
                    const std::function<bool(const Exchange&, const Exchange&)>& binds) {
  rule(name);
  for (std::size_t i = 0; i < log_.size(); ++i) {
    const auto span = wait(log_[i]);
    if (!span) continue;
    const milliseconds until = log_[i].at + *span - manners_.slack;
    const auto later = std::find_if(log_.begin() + static_cast<std::ptrdiff_t>(i) + 1, log_.end(),
                                    [&](const Exchange& other) { return binds(log_[i], other); });
    expect(later == log_.end() || later->at >= until,
           later == log_.end() ? std::string() : place(*later) + " comes too soon after " + place(log_[i]));
  }
}

// The same for waits that an answer asks for: one that nobody remembers binds nobody.
void Bench::silence_asked(const char* name, const std::function<Wait(const Exchange&)>& wait,
                          const std::function<bool(const Exchange&, const Exchange&)>& binds) {
  silence(
      name, [&](const Exchange& one) { return one.is_forgotten ? std::nullopt : wait(one); }, binds);
}

void Bench::judge_patience() {
  const auto if_status = [](std::vector<int> statuses, milliseconds span) {
    return [statuses = std::move(statuses), span](const Exchange& one) {
      return is_one_of(one.status, statuses) ? Wait(span) : std::nullopt;
    };
  };
  const auto capped = [this](Wait wish) { return wish ? Wait(std::min(*wish, manners_.cap)) : std::nullopt; };
  silence(
      "P13 one request per interval, restarts and kills included",
      [&](const Exchange&) { return Wait(manners_.interval); }, is_same_address);
  silence_asked(
      "P14 without validators the longer interval",
      [&](const Exchange& one) {
        const bool is_costly = one.status == 200 && one.is_readable && !one.etag && !one.last_modified;
        return is_costly ? Wait(manners_.no_validator_interval) : std::nullopt;
      },
      is_same_address);
  silence_asked(
      "P16 nobody asks before max-age is over", [&](const Exchange& one) { return capped(one.max_age); },
      is_same_address);
  silence_asked(
      "P17 nobody asks before Expires where max-age is not said",
      [&](const Exchange& one) { return one.max_age ? std::nullopt : capped(one.expires); }, is_same_address);
  come_back();
  silence_asked(
      "P19 what a feed states as its interval is waited out", [&](const Exchange& one) { return capped(one.stated); },
      is_same_address);
  silence_asked(
      "P20 nobody asks within the hours that a feed skips", [](const Exchange& one) { return one.skipped; },
      is_same_address);
  silence_asked(
      "P21 Retry-After is waited out", [](const Exchange& one) { return one.retry_after; }, is_same_address);
  silence_asked(
      "P22 429 and 503 without a time rest for hours",
      [](const Exchange& one) {
        return is_one_of(one.status, {429, 503}) && !one.retry_after ? Wait(hours_of_rest) : std::nullopt;
      },
      is_same_address);
  silence_asked(
      "P23 429 speaks for the host, after a restart too",
      [](const Exchange& one) { return one.status == 429 ? one.retry_after : std::nullopt; }, is_same_host);
  silence_asked("P24 a 403 rests for hours", if_status({401, 403}, hours_of_rest), is_same_address);
  silence_asked("P25 nothing is asked again at once after an error", if_status({0, 404, 500, 502}, manners_.interval),
                is_same_address);
  back_off();
  silence_asked("P28 a 410 is asked once more a day later", if_status({410}, for_the_day), is_same_address);
}

// An absurd wish is cut: who stated one is asked again, some time after the cap.
void Bench::come_back() {
  rule("P18 a max-age beyond all measure is cut to the longest interval");
  for (std::size_t i = 0; i < log_.size(); ++i) {
    const Exchange& one = log_[i];
    if (!one.max_age || *one.max_age <= manners_.cap || one.is_forgotten) continue;
    // The first answer is set apart from its successors by up to an interval more (P34).
    const milliseconds latest = one.at + manners_.cap + manners_.interval + manners_.patience;
    const auto later = std::find_if(log_.begin() + static_cast<std::ptrdiff_t>(i) + 1, log_.end(),
                                    [&](const Exchange& other) { return is_same_address(one, other); });
    if (later == log_.end() && log_.back().at < latest) continue;  // the log ends before anything shows
    expect(later != log_.end() && later->at <= latest, place(one) + " is not asked again in time");
  }
}

// The nth failure in a row waits twice as long as the one before, restarts and kills between them or not.
void Bench::back_off() {
  rule("P26 each further failure in a row waits twice as long, restarts included");
  struct Row {
    const Exchange* last = nullptr;
    milliseconds wait{0};
  };
  std::map<std::string, Row> rows;
  for (const Exchange& one : log_) {
    Row& row = rows[one.address()];
    if (row.last)
      expect(one.at >= row.last->at + row.wait - manners_.slack, place(one) + " comes too soon after " +
                                                                     place(*row.last) + ", it should wait " +
                                                                     std::to_string(row.wait.count()) + " ms");
    if (one.is_forgotten) {  // counted or not: the waits that follow are at least those of the row before it
      row = {nullptr, is_failure(one) ? row.wait : milliseconds(0)};
      continue;
    }
    row.last = is_failure(one) ? &one : nullptr;
    row.wait = is_failure(one) ? std::min(std::max(row.wait * 2, manners_.interval), manners_.cap) : milliseconds(0);
  }
}

}  // namespace rapporteur::test
