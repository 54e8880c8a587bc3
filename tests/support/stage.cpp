#include "support/stage.h"

#include <algorithm>
#include <ctime>
#include <memory>

#include "support/setting.h"

namespace rapporteur::test {

namespace {

std::string http_date(int seconds_from_now) {
  const std::time_t then = std::time(nullptr) + seconds_from_now;
  std::tm parts{};
  gmtime_r(&then, &parts);
  char text[64];
  return std::string(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
}

std::optional<milliseconds> seconds_or_none(int seconds) {
  return seconds > 0 ? std::optional<milliseconds>(std::chrono::seconds(seconds)) : std::nullopt;
}

std::optional<milliseconds> span_or_none(milliseconds span) {
  return span.count() > 0 ? std::optional(span) : std::nullopt;
}

std::optional<std::string> text_or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

bool is_known(const Step& step, const Seen& seen) {
  if (!step.etag.empty()) return seen.header("If-None-Match") == step.etag;
  return !step.last_modified.empty() && seen.header("If-Modified-Since") == step.last_modified;
}

std::string document(const Step& step, const std::string& name) {
  if (!step.is_readable) return "nothing that anybody could read as a feed";
  std::string text = rss_document(name, 1, 3);
  const std::string mark = "<description>x</description>";
  return text.insert(text.find(mark) + mark.size(), step.channel);
}

}  // namespace

void Stage::play(const std::string& host, const std::string& target, std::vector<Step> steps) {
  if (!hosts_.contains(host)) origin.listen(host);
  hosts_.insert({host, true});
  auto turn = std::make_shared<std::size_t>(0);
  origin.route(target, [this, target, steps = std::move(steps), turn](const Seen& seen) {
    const std::scoped_lock lock(guard_);
    const Step& step = steps[std::min((*turn)++, steps.size() - 1)];
    return answer(seen, target, step);
  });
  manners.targets.push_back(target);
}

std::string Stage::source(const std::string& host, const std::string& target, std::vector<Step> steps) {
  play(host, target, std::move(steps));
  return source_table(target.substr(1), origin.url(target, host));
}

void Stage::asker_is_gone() {
  const std::scoped_lock lock(guard_);
  constexpr milliseconds grouping{500};  // answers without news are written 200 ms later, together; and some slack
  for (Exchange& one : log_) {
    one.is_forgotten = one.is_forgotten || (one.end + grouping > leaving_ && one.at > last_gone_);
    one.end = std::min(one.end, since_start());
  }
  last_gone_ = since_start();
}

Log Stage::log() {
  const std::scoped_lock lock(guard_);
  return log_;
}

milliseconds Stage::since_start() const {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_);
}

Answer Stage::answer(const Seen& seen, const std::string& target, const Step& step) {
  Exchange one;
  one.at = std::chrono::duration_cast<milliseconds>(seen.time - start_);
  one.end = one.at + step.delay;
  one.host = seen.address;
  one.target = seen.target;
  one.headers = seen.headers;
  one.status = step.status == 200 && is_known(step, seen) ? 304 : step.status;
  one.etag = text_or_none(step.etag);
  one.last_modified = text_or_none(step.last_modified);
  one.max_age = seconds_or_none(step.max_age);
  one.retry_after = seconds_or_none(step.retry_after);
  one.expires = seconds_or_none(step.expires);
  one.stated = span_or_none(step.stated);
  one.skipped = span_or_none(step.skipped);
  one.leads_to = step.leads_to;
  one.is_readable = step.is_readable;
  one.demands_https = step.demands_https;
  log_.push_back(one);
  return in_words(step, one, target.substr(1));
}

Answer Stage::in_words(const Step& step, const Exchange& one, const std::string& name) const {
  if (one.status == 0) return Answer::raw("", End::reset);
  Answer told(one.status, one.status == 200 ? document(step, name) : "", "application/rss+xml");
  told.delay(step.delay);
  const auto say = [&](const char* field, const std::string& value) {
    if (!value.empty()) told.header(field, value);
  };
  say("ETag", step.etag);
  say("Last-Modified", step.last_modified);
  const std::size_t path = step.leads_to.find('/');
  if (path != std::string::npos) say("Location", origin.url(step.leads_to.substr(path), step.leads_to.substr(0, path)));
  if (step.max_age > 0) say("Cache-Control", "max-age=" + std::to_string(step.max_age));
  if (step.retry_after > 0) say("Retry-After", std::to_string(step.retry_after));
  if (step.expires > 0) {
    // Counted from the server's own clock, by the second (RFC 9111 4.2.1).
    say("Date", http_date(0));
    say("Expires", http_date(step.expires));
  }
  if (step.demands_https) say("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload");
  return told;
}

}  // namespace rapporteur::test
