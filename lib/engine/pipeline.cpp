#include "engine/pipeline.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "base/url.h"
#include "engine/threads.h"
#include "ops/log.h"
#include "schedule/interval.h"

namespace rapporteur::engine {

namespace {

constexpr base::Duration grouping_time = std::chrono::milliseconds(200);  // of answers without news
constexpr base::Duration trouble_pause = std::chrono::minutes(1);         // before a sick store is tried again

fetch::Request ask(const feed::Source& followed) {
  fetch::Request request;
  const feed::SourceSettings& settings = *followed.settings;
  request.url = address_of(followed);
  for (const feed::UrlValidators& known : followed.state.validators)
    request.known.push_back({known.url, known.validators});
  // What the operator entrusted to the configured origin stays there when another address was adopted.
  if (base::is_same_origin(settings.url, request.url)) {
    request.username = settings.username;
    request.password = settings.password;
    request.headers = settings.headers;
  }
  return request;
}

feed::KnownEntries read_known_entries(const store::Readers* readers, base::SourceId source) {
  return readers->known_entries(source);
}

feed::Change commit(store::Writer* writer, std::shared_ptr<const feed::SourceSettings> source, feed::Harvest harvest) {
  if (harvest.outcome != base::Outcome::cancelled) return writer->apply(*source, std::move(harvest));
  feed::Change nothing;
  nothing.outcome = harvest.outcome;
  nothing.state = std::move(harvest.state);
  return nothing;
}

void note(store::Writer* writer, std::vector<store::Attempt> attempts) { writer->note(attempts); }

Contacts contacts_of(const fetch::Reply& reply) {
  Contacts contacts;
  for (const fetch::Hop& hop : reply.hops) contacts.push_back({host_key(hop.url), hop.peer, hop.crawl_delay});
  return contacts;
}

void write_group(store::Writer* writer) { writer->flush(); }

}  // namespace

Pipeline::Pipeline(Stages stages, std::shared_ptr<const DigestSettings> settings)
    : stages_(std::move(stages)), settings_(std::move(settings)), flush_timer_(stages_.io) {}

void Pipeline::configure(std::shared_ptr<const DigestSettings> settings) { settings_ = std::move(settings); }

void Pipeline::start(schedule::Slot slot) {
  ++in_flight_;
  starting_.push_back(slot);
  if (std::exchange(is_setting_out_, true)) return;
  boost::asio::post(stages_.io, [this] { boost::asio::co_spawn(stages_.io, set_out(), boost::asio::detached); });
}

// Whoever is asked is on record before the request goes out: killed before the answer, the next process keeps the
// interval all the same (POLITENESS P13). One small transaction for all that started meanwhile.
boost::asio::awaitable<void> Pipeline::set_out() {
  while (!starting_.empty()) {
    const std::vector<schedule::Slot> slots = std::exchange(starting_, {});
    const base::Instant now = stages_.clock.now();
    std::vector<store::Attempt> attempts;
    for (const schedule::Slot slot : slots) {
      const feed::Source& source = stages_.roster.at(slot);
      attempts.push_back(
          {source.state.row, now, schedule::due_unanswered(*source.settings, source.state, settings_->schedule, now)});
    }
    bool is_noted = false;
    try {
      store::Writer* writer = &stages_.writer;
      co_await run_on(stages_.writing, note, writer, std::move(attempts));
      is_noted = true;
    } catch (const std::exception& failure) {
      for (const schedule::Slot slot : slots)
        take_trouble(slot, now + trouble_pause, "a source was not asked, since that could not be noted", failure);
      in_flight_ -= slots.size();
    }
    for (const schedule::Slot slot : slots)
      if (is_noted) boost::asio::co_spawn(stages_.io, refresh(slot), boost::asio::detached);
  }
  is_setting_out_ = false;
}

boost::asio::awaitable<void> Pipeline::refresh(schedule::Slot slot) {
  const feed::Source followed = stages_.roster.at(slot);
  const base::Instant started = stages_.clock.now();
  stages_.planner.set_out(slot);
  try {
    fetch::Request request = ask(followed);
    fetch::Reply reply = co_await stages_.fetcher.get(std::move(request));
    const Contacts contacts = contacts_of(reply);
    const Reach reach = reach_of(reply);
    feed::KnownEntries known = co_await known_entries(followed, reply);
    feed::Harvest harvest = co_await digested(followed, std::move(known), std::move(reply));
    feed::Change change =
        co_await run_on(stages_.writing, commit, &stages_.writer, followed.settings, std::move(harvest));
    co_await excuse(slot, followed, reach, change);
    settle(slot, change, contacts);
  } catch (const std::exception& failure) {
    const base::Instant due =
        schedule::due_unanswered(*followed.settings, followed.state, settings_->schedule, started);
    take_trouble(slot, due, "a refresh could not be recorded; nothing of it was kept", failure);
  }
  --in_flight_;
}

// Only an answer with a body needs to know what is on record.
boost::asio::awaitable<feed::KnownEntries> Pipeline::known_entries(const feed::Source& followed,
                                                                   const fetch::Reply& reply) {
  feed::KnownEntries known;
  if (reply.outcome != base::Outcome::fresh) co_return known;
  const store::Readers* readers = &stages_.readers;
  const base::SourceId row = followed.state.row;
  known = co_await run_on(stages_.workers, read_known_entries, readers, row);
  co_return known;
}

// Without a body there is nothing to parse: two thread changes would cost more than the digest.
boost::asio::awaitable<feed::Harvest> Pipeline::digested(const feed::Source& followed, feed::KnownEntries known,
                                                         fetch::Reply reply) {
  const base::Instant now = stages_.clock.now();
  if (reply.outcome != base::Outcome::fresh) co_return digest(followed, known, std::move(reply), settings_, now);
  feed::Source source = followed;
  feed::Harvest harvest =
      co_await run_on(stages_.workers, digest, std::move(source), std::move(known), std::move(reply), settings_, now);
  co_return harvest;
}

// What our own network did is no failure of a source (POLITENESS P27): this one, and those before it that showed the
// outage, are as they were, and due again soon.
boost::asio::awaitable<void> Pipeline::excuse(schedule::Slot slot, const feed::Source& followed, Reach reach,
                                              feed::Change& change) {
  std::vector<Network::Excused> excused = stages_.planner.judge(slot, followed, reach);
  for (Network::Excused& one : excused) {
    if (stages_.roster.at(one.slot).settings != one.before.settings) continue;  // configured anew meanwhile
    feed::Harvest harvest;
    harvest.at = stages_.clock.now();
    harvest.state = one.before.state;
    harvest.state.next_poll = stages_.planner.next_after_outage(one.before);
    harvest.state.next_poll_reason = "the network of this machine was down";
    harvest.state.next_poll_is_binding = false;
    feed::Change restored =
        co_await run_on(stages_.writing, commit, &stages_.writer, one.before.settings, std::move(harvest));
    if (one.slot == slot) {
      change = std::move(restored);
      continue;
    }
    feed::Source& other = stages_.roster.at(one.slot);
    if (other.settings != one.before.settings) continue;
    const feed::State before = other.state.state;
    other.state = restored.state;
    stages_.planner.plan_at(one.slot, restored.state.next_poll);
    if (stages_.press) stages_.press->touch(restored, before);
  }
}

void Pipeline::settle(schedule::Slot slot, const feed::Change& change, const Contacts& contacts) {
  if (!store_trouble_.empty()) ops::log_info("the store takes entries again", {});
  store_trouble_.clear();
  if (change.outcome == base::Outcome::cancelled) {  // we are stopping
    stages_.planner.drop(slot);
    return;
  }
  feed::Source& source = stages_.roster.at(slot);
  const feed::SourceState before = std::exchange(source.state, change.state);
  stages_.planner.settle(slot, change, contacts);
  if (stages_.press) stages_.press->touch(change, before.state);
  if (!change.is_news()) flush_soon();
  if (settled_) settled_(slot, before, change);
}

void Pipeline::take_trouble(schedule::Slot slot, base::Instant due, const char* what, const std::exception& failure) {
  store_trouble_ = failure.what();
  const feed::Source& followed = stages_.roster.at(slot);
  ops::log_error(std::string(what) + "; it is tried again at " + base::to_rfc3339(due),
                 {{"source", followed.settings->id}, {"reason", failure.what()}});
  stages_.planner.postpone(slot, due);
  if (settled_) {
    feed::Change nothing;
    nothing.state = followed.state;
    nothing.state.reason = store_trouble_;
    settled_(slot, followed.state, nothing);
  }
}

boost::asio::awaitable<void> Pipeline::flush() {
  store::Writer* writer = &stages_.writer;
  co_await run_on(stages_.writing, write_group, writer);
}

void Pipeline::flush_soon() {
  if (is_flush_due_ || is_stopped_) return;
  is_flush_due_ = true;
  flush_timer_.expires_after(grouping_time);
  flush_timer_.async_wait([this](const boost::system::error_code& error) {
    is_flush_due_ = false;
    if (error) return;
    boost::asio::co_spawn(stages_.io, flush(), [this](std::exception_ptr failure) {
      if (!failure) return;
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& reason) {
        store_trouble_ = reason.what();
        ops::log_error("poll times could not be written; they are written with the next answer",
                       {{"reason", reason.what()}});
      }
    });
  });
}

void Pipeline::stop() {
  is_stopped_ = true;
  flush_timer_.cancel();
}

}  // namespace rapporteur::engine
