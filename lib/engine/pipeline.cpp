#include "engine/pipeline.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <utility>
#include <vector>

#include "base/url.h"
#include "engine/threads.h"
#include "feed/asked_with.h"
#include "ops/log.h"
#include "schedule/interval.h"

namespace rapporteur::engine {

namespace {

constexpr base::Duration grouping_time = std::chrono::milliseconds(200);  // of answers without news
constexpr std::size_t group_size = 512;                                   // of them
// Harvests in one transaction, and articles of them: others wait for the writer too, and its cache holds what they
// write.
constexpr std::size_t most_together = 48, most_articles = 1500;
// A crowd that starts is noted in as many transactions: of 256 connections none waits for it in a way that shows.
constexpr base::Duration between_notes = std::chrono::milliseconds(20);
constexpr std::size_t most_pushed_bytes = std::size_t{32} << 20;   // hubs that are told to wait come again
constexpr base::Duration trouble_pause = std::chrono::minutes(1);  // before a sick store is tried again

fetch::Request ask(const feed::Source& followed) {
  fetch::Request request;
  const feed::SourceSettings& settings = *followed.settings;
  request.url = address_of(followed);
  for (const feed::UrlValidators& known : followed.state.validators)
    request.known.push_back({known.url, known.validators});
  // What the operator entrusted to the configured origin stays there when another address was adopted.
  if (settings.url == request.url || base::is_same_origin(settings.url, request.url)) {
    request.username = settings.extras->username;
    request.password = settings.extras->password;
    request.headers = settings.extras->headers;
  }
  return request;
}

// With the keys on record; a source without entries has none.
feed::Harvest read_and_digest(const store::Readers* readers, feed::Source source, fetch::Reply reply,
                              std::shared_ptr<const DigestSettings> settings, base::Instant now) {
  feed::KnownEntries known;
  if (source.state.entries > 0) known = readers->known_entries(source.state.row);
  return digest(source, known, std::move(reply), std::move(settings), now);
}

void commit(store::Writer* writer, Pipeline::Sheaf* sheaf, std::vector<feed::SourceState> answers) {
  writer->keep(std::move(answers));
  sheaf->committed = writer->apply(sheaf->harvested);
}

// An answer without news waits for others to be written with, and is known here meanwhile: a transaction and two
// changes of thread of its own would cost more than the rest of its poll.
feed::Change unwritten(feed::Harvest harvest) {
  feed::Change change;
  change.outcome = harvest.outcome;
  change.state = std::move(harvest.state);
  change.is_written = false;
  return change;
}

void note(store::Writer* writer, std::vector<store::Attempt> attempts, std::vector<feed::SourceState> answers) {
  writer->keep(std::move(answers));
  writer->note(attempts);
}

void write_group(store::Writer* writer, std::vector<feed::SourceState> answers) {
  writer->keep(std::move(answers));
  writer->flush();
}

Contacts contacts_of(const fetch::Reply& reply) {
  Contacts contacts;
  for (const fetch::Hop& hop : reply.hops)
    contacts.push_back({host_key(hop.url), hop.peer, hop.crawl_delay, hop.retry_after});
  return contacts;
}

}  // namespace

Pipeline::Pipeline(Stages stages, std::shared_ptr<const DigestSettings> settings)
    : stages_(std::move(stages)),
      settings_(std::move(settings)),
      flush_timer_(stages_.io),
      set_out_timer_(stages_.io) {}

void Pipeline::configure(std::shared_ptr<const DigestSettings> settings) { settings_ = std::move(settings); }

void Pipeline::start(schedule::Slot slot) {
  ++in_flight_;
  starting_.push_back(slot);
  set_out_soon();
}

void Pipeline::set_out_soon() {
  if (std::exchange(is_setting_out_, true)) return;
  set_out_timer_.expires_at(noted_at_ + between_notes);  // long past, unless a crowd is under way
  set_out_timer_.async_wait([this](const boost::system::error_code&) {
    boost::asio::co_spawn(stages_.io, set_out(), boost::asio::detached);
  });
}

// Whoever is asked is on record before the request goes out: killed before the answer, the next process keeps the
// interval all the same (POLITENESS P13). One small transaction for all that started meanwhile, and for what was
// answered meanwhile.
boost::asio::awaitable<void> Pipeline::set_out() {
  const std::vector<schedule::Slot> slots = std::exchange(starting_, {});
  std::vector<Noted> noted;
  const base::Instant now = stages_.clock.now();
  bool is_noted = false;
  try {
    std::vector<store::Attempt> attempts;
    for (const schedule::Slot slot : slots) {
      noted.push_back(std::make_shared<Lookup>(Lookup{stages_.roster.resting(slot), stages_.roster.at(slot)}));
      const feed::Source& source = noted.back()->source;
      attempts.push_back(
          {source.state.row, now, schedule::due_unanswered(*source.settings, source.state, settings_->schedule, now)});
    }
    store::Writer* writer = &stages_.writer;
    Answers answers = std::exchange(answers_, {});
    co_await run_on(stages_.writing, note, writer, std::move(attempts), std::move(answers));
    is_noted = true;
    take_relief();
  } catch (const std::exception& failure) {
    for (const schedule::Slot slot : slots)
      take_trouble(slot, now + trouble_pause, "a source was not asked, since that could not be noted", failure,
                   By::poll);
    in_flight_ -= slots.size();
  }
  noted_at_ = std::chrono::steady_clock::now();
  for (std::size_t i = 0; is_noted && i < slots.size(); ++i) begin_poll(slots[i], std::move(noted[i]));
  is_setting_out_ = false;
  if (!starting_.empty()) set_out_soon();
}

void Pipeline::begin_poll(schedule::Slot slot, Noted noted) {
  const auto [lane, is_free] = lanes_.try_emplace(slot);
  lane->second.has_poll = !is_free;
  if (is_free) run(slot, nullptr, std::move(noted));
}

bool Pipeline::push(schedule::Slot slot, Pushed pushed) {
  const auto busy = lanes_.find(slot);
  const bool has_room = busy == lanes_.end() || !busy->second.push;
  if (is_stopped_ || !has_room || pushed_bytes_ + pushed.body.size() > most_pushed_bytes) return false;
  ++in_flight_;
  pushed_bytes_ += pushed.body.size();
  auto brought = std::make_shared<Pushed>(std::move(pushed));
  const auto [lane, is_free] = lanes_.try_emplace(slot);
  if (is_free)
    run(slot, std::move(brought));
  else
    lane->second.push = std::move(brought);
  return true;
}

void Pipeline::keep(schedule::Slot slot, feed::SourceState state) {
  stages_.roster.remember(slot, state);
  answers_.push_back(std::move(state));
  flush_soon();
}

void Pipeline::run(schedule::Slot slot, Brought pushed, Noted noted) {
  boost::asio::co_spawn(stages_.io, refresh(slot, std::move(pushed), std::move(noted)), boost::asio::detached);
}

boost::asio::awaitable<void> Pipeline::refresh(schedule::Slot slot, Brought pushed, Noted noted) {
  const By by = pushed ? By::push : By::poll;
  const std::size_t pushed_bytes = pushed ? pushed->body.size() : 0;
  const base::Instant started = stages_.clock.now();
  if (by == By::poll) stages_.planner.set_out(slot);
  try {
    const bool is_as_noted = noted && stages_.roster.is_as(slot, noted->at_rest);
    feed::Source followed = is_as_noted ? std::move(noted->source) : stages_.roster.at(slot);
    noted.reset();
    const RestingSource asked = stages_.roster.resting(slot);
    fetch::Reply reply = co_await obtain(slot, followed, std::move(pushed));
    if (!is_still_asked(slot, followed)) {
      set_aside(slot, by);
      co_return finish(slot, pushed_bytes);
    }
    if (!stages_.roster.is_as(slot, asked)) followed = stages_.roster.at(slot);  // reloaded, or a lease ended
    const Contacts contacts = contacts_of(reply);
    const Reach reach = reach_of(reply);
    feed::Change change;
    if (reply.outcome == base::Outcome::fresh)
      change = co_await digested(followed, std::move(reply));
    else
      change = unwritten(digest(followed, {}, std::move(reply), settings_, stages_.clock.now()));
    std::vector<Network::Excused> excused;
    if (by == By::poll) excused = stages_.planner.judge(slot, followed, reach);
    if (!excused.empty()) co_await excuse(slot, std::move(excused), change);
    if (is_still_asked(slot, followed))
      settle(slot, std::move(followed), std::move(change), contacts, by);
    else
      set_aside(slot, by);
  } catch (const std::exception& failure) {
    const feed::Source followed = stages_.roster.at(slot);
    const base::Instant due =
        by == By::push ? started + trouble_pause
                       : schedule::due_unanswered(*followed.settings, followed.state, settings_->schedule, started);
    if (by == By::poll) remember_attempt(slot, started, due);
    take_trouble(slot, due, "a refresh could not be recorded; nothing of it was kept", failure, by);
  }
  finish(slot, pushed_bytes);
}

// The answer of the source, or what a hub brought in its place.
boost::asio::awaitable<fetch::Reply> Pipeline::obtain(schedule::Slot slot, const feed::Source& followed,
                                                      Brought pushed) {
  fetch::Reply reply;
  if (pushed) {
    const base::Instant now = stages_.clock.now();
    reply = co_await run_on(stages_.workers, open_push, std::move(pushed), now);
    co_return reply;
  }
  fetch::Request request = ask(followed);
  request.gate = &stages_.planner;
  const std::optional<base::Instant> promised = promise_ ? promise_(slot) : std::nullopt;
  reply = co_await stages_.fetcher.get(std::move(request));
  reply.pushed_until = promised;
  co_return reply;
}

void Pipeline::finish(schedule::Slot slot, std::size_t pushed_bytes) {
  --in_flight_;
  pushed_bytes_ -= pushed_bytes;
  const auto lane = lanes_.find(slot);
  if (lane->second.push)
    run(slot, std::exchange(lane->second.push, nullptr));
  else if (std::exchange(lane->second.has_poll, false))
    run(slot, nullptr);
  else
    lanes_.erase(lane);
}

// What a document brought, on a worker, and into the store. Only here are threads changed.
boost::asio::awaitable<feed::Change> Pipeline::digested(const feed::Source& followed, fetch::Reply reply) {
  const store::Readers* readers = &stages_.readers;
  feed::Source source = followed;
  const base::Instant now = stages_.clock.now();
  feed::Harvest harvest =
      co_await run_on(stages_.workers, read_and_digest, readers, std::move(source), std::move(reply), settings_, now);
  feed::Change change;
  if (harvest.articles.empty() && base::to_number(followed.state.row) != 0)
    change = unwritten(std::move(harvest));
  else
    change = co_await written(followed.settings, std::move(harvest));
  co_return change;
}

// Those that come while the writer is busy wait for each other, and are written together.
boost::asio::awaitable<feed::Change> Pipeline::written(std::shared_ptr<const feed::SourceSettings> source,
                                                       feed::Harvest harvest) {
  if (sheaves_.empty() || sheaves_.back()->harvested.size() == most_together ||
      sheaves_.back()->articles + harvest.articles.size() > most_articles)
    sheaves_.push_back(std::make_shared<Sheaf>(stages_.io));
  const std::shared_ptr<Sheaf> sheaf = sheaves_.back();
  const std::size_t place = sheaf->harvested.size();
  sheaf->articles += harvest.articles.size();
  sheaf->harvested.push_back({std::move(source), std::move(harvest)});
  if (!std::exchange(is_writing_, true)) boost::asio::co_spawn(stages_.io, write_sheaves(), boost::asio::detached);
  boost::system::error_code ignored;
  auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
  auto written = sheaf->written.async_wait(token);
  co_await std::move(written);
  if (sheaf->failure) std::rethrow_exception(sheaf->failure);
  store::Committed& committed = sheaf->committed[place];
  if (committed.failure) std::rethrow_exception(committed.failure);
  take_relief();
  co_return std::move(committed.change);
}

// Takes the waiting answers along: an older one of the same source must not come later.
boost::asio::awaitable<void> Pipeline::write_sheaves() {
  while (!sheaves_.empty()) {
    const std::shared_ptr<Sheaf> sheaf = sheaves_.front();
    sheaves_.pop_front();
    store::Writer* writer = &stages_.writer;
    Answers answers = std::exchange(answers_, {});
    try {
      Sheaf* written = sheaf.get();
      co_await run_on(stages_.writing, commit, writer, written, std::move(answers));
    } catch (...) {
      sheaf->failure = std::current_exception();
    }
    sheaf->written.cancel();
    // Their memory goes back on the worker, which took it: freed by another thread, it costs both dearly.
    boost::asio::post(stages_.workers, [spent = std::move(sheaf->harvested)] {});
  }
  is_writing_ = false;
}

void Pipeline::take_relief() {
  if (!store_trouble_.empty()) ops::log_info("the store takes entries again", {});
  store_trouble_.clear();
}

// What our own network did is no failure of a source (POLITENESS P27): this one, and those before it that showed the
// outage, are as they were, and due again soon.
boost::asio::awaitable<void> Pipeline::excuse(schedule::Slot slot, std::vector<Network::Excused> excused,
                                              feed::Change& change) {
  for (Network::Excused& one : excused) {
    const feed::Source followed = stages_.roster.at(one.slot);
    if (followed.settings != one.before.settings) continue;  // configured anew meanwhile
    feed::Harvest harvest;
    harvest.at = stages_.clock.now();
    harvest.state = one.before.state;
    harvest.state.rhythm = followed.state.rhythm;  // a hub may have pushed in between
    harvest.state.last_news = followed.state.last_news;
    harvest.state.pushed_until = followed.state.pushed_until;
    harvest.state.next_poll = stages_.planner.next_after_outage(one.before);
    harvest.state.next_poll_reason = "the network of this machine was down";
    harvest.state.next_poll_is_binding = false;
    feed::Change restored = co_await written(one.before.settings, std::move(harvest));
    if (one.slot == slot) {
      change = std::move(restored);
      continue;
    }
    if (stages_.roster.settings_of(one.slot) != one.before.settings) continue;
    const feed::State before = stages_.roster.glance(one.slot).state;
    stages_.roster.remember(one.slot, restored.state);
    stages_.planner.plan_at(one.slot, restored.state.next_poll);
    if (stages_.press) stages_.press->touch(restored, before);
  }
}

void Pipeline::settle(schedule::Slot slot, feed::Source before, feed::Change change, const Contacts& contacts, By by) {
  if (change.outcome == base::Outcome::cancelled) {
    if (by == By::poll) return stages_.planner.drop(slot);  // we are stopping
    ops::log_warning("what came in the name of a hub was ignored: it is no feed, or not signed with our secret",
                     {{"source", before.settings->id}, {"hub", before.state.hub}});
    return;
  }
  stages_.roster.remember(slot, change.state);
  if (by == By::poll) stages_.planner.settle(slot, change, contacts);
  if (stages_.press) stages_.press->touch(change, before.state.state);
  if (settled_) settled_(slot, before.state, change, by);
  if (change.is_written) return;
  if (answers_.empty()) answers_.reserve(group_size);  // a state is large: none is moved to make room
  answers_.push_back(std::move(change.state));
  if (change.outcome == base::Outcome::refused)
    flush_now();  // what its server asked for must outlive a kill (P21)
  else
    flush_soon();
}

// The configuration was read again while a source was asked under the old one: of what is asked now it says nothing.
bool Pipeline::is_still_asked(schedule::Slot slot, const feed::Source& asked) const {
  const auto now = stages_.roster.settings_of(slot);
  return now == asked.settings || feed::is_asked_alike(*asked.settings, *now);
}

// What was noted before the request is known here too: whoever asks for a poll meets the floor (P13).
void Pipeline::remember_attempt(schedule::Slot slot, base::Instant started, base::Instant due) {
  feed::SourceState state = stages_.roster.state_of(slot);
  state.last_attempt = started;
  state.next_poll = due;
  state.next_poll_reason = "the store did not take its answer";
  state.next_poll_is_binding = false;
  stages_.roster.remember(slot, state);
}

void Pipeline::set_aside(schedule::Slot slot, By by) {
  const feed::Source followed = stages_.roster.at(slot);
  ops::log_info("an answer to a question of the old configuration counts for nothing; the source is asked anew at " +
                    base::to_rfc3339(followed.state.next_poll),
                {{"source", followed.settings->id}});
  if (by == By::push) return;
  stages_.planner.postpone(slot, followed.state.next_poll);
  tell_nothing(slot, followed, base::Outcome::cancelled, "its configuration changed while it was asked");
}

void Pipeline::tell_nothing(schedule::Slot slot, const feed::Source& followed, base::Outcome outcome,
                            std::string reason) {
  if (!settled_) return;
  feed::Change nothing;
  nothing.outcome = outcome;
  nothing.state = followed.state;
  nothing.state.reason = std::move(reason);
  settled_(slot, followed.state, nothing, By::poll);
}

void Pipeline::take_trouble(schedule::Slot slot, base::Instant due, const char* what, const std::exception& failure,
                            By by) {
  store_trouble_ = failure.what();
  const feed::Source followed = stages_.roster.at(slot);
  ops::log_error(std::string(what) + "; it is tried again at " + base::to_rfc3339(due),
                 {{"source", followed.settings->id}, {"reason", failure.what()}});
  if (by == By::push) return stages_.planner.bring_forward(slot, trouble_pause);  // nobody pushes it a second time
  stages_.planner.postpone(slot, due);
  tell_nothing(slot, followed, feed::Change().outcome, store_trouble_);
}

boost::asio::awaitable<void> Pipeline::flush() {
  store::Writer* writer = &stages_.writer;
  Answers answers = std::exchange(answers_, {});
  co_await run_on(stages_.writing, write_group, writer, std::move(answers));
  take_relief();
}

void Pipeline::flush_soon() {
  if (answers_.size() == group_size) flush_now();
  if (is_flush_due_ || is_stopped_) return;
  is_flush_due_ = true;
  flush_timer_.expires_after(grouping_time);
  flush_timer_.async_wait([this](const boost::system::error_code& error) {
    is_flush_due_ = false;
    if (!error) flush_now();
  });
}

void Pipeline::flush_now() {
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
}

void Pipeline::stop() {
  is_stopped_ = true;
  flush_timer_.cancel();
}

}  // namespace rapporteur::engine
