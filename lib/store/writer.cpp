// The writing side of store.h. One object, one connection; opened on the main thread, then the writer thread's alone.
#include <algorithm>
#include <cassert>
#include <cstddef>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "store/articles.h"
#include "store/database.h"
#include "store/failure.h"
#include "store/lock.h"
#include "store/migrations.h"
#include "store/sources.h"
#include "store/store.h"
#include "store/stories.h"
#include "store/subscriptions.h"
#include "store/upkeep.h"

namespace rapporteur::store {

namespace {

OpenError explain(const Failure& failure) {
  std::string text = failure.what();
  if (failure.is_damage())
    return {OpenCode::damaged, text + ". The file is damaged: restore a backup, or move it away to begin anew"};
  if (failure.is_disk_full())
    return {OpenCode::cannot_write,
            text + ". Make room there (df -h shows it) and start again; what was committed is safe"};
  return {OpenCode::cannot_open, text + ". Nothing was started"};
}

}  // namespace

struct Writer::Impl {
  Impl(LockFile&& held, std::unique_ptr<Database> opened)
      : lock(std::move(held)),
        database(std::move(opened)),
        sources(*database),
        articles(*database),
        stories(*database),
        subscriptions(*database) {}

  // Answers without news wait here, not in an open transaction: should the disk fill up while they are written they are
  // still known, and the next attempt brings them. At most one per source.
  using Waiting = std::unordered_map<base::SourceId, feed::SourceState>;

  void assert_home() {
    if (home == std::thread::id()) home = std::this_thread::get_id();
    assert(home == std::this_thread::get_id() && "the writer has one thread");
  }
  using Sources = std::unordered_set<base::SourceId>;
  void write(std::vector<Harvested>& group, std::vector<Committed>& committed);
  void write_one(Harvested& harvested, feed::Change& change);
  void write_waiting();
  void write_kept(const Sources& newer = {});
  void write_articles(const std::string& source, feed::Change& change, std::vector<feed::Article>& harvested,
                      base::Instant at);
  void add(feed::Article& article, feed::SourceState& state);
  void forget();

  LockFile lock;
  std::unique_ptr<Database> database;
  SourceTable sources;
  ArticleTable articles;
  StoryTable stories;
  SubscriptionTable subscriptions;
  Waiting waiting;
  std::thread::id home;
};

Result<std::unique_ptr<Writer>, OpenError> Writer::open(const Settings& settings) {
  auto lock = LockFile::take(settings.path);
  if (!lock) return lock.error();
  if (auto refusal = refuse_by_header(settings.path)) return *std::move(refusal);
  try {
    auto database = std::make_unique<Database>(settings.path, Database::Access::create);
    database->leave_untouched_on_close(true);
    if (auto refusal = refuse_by_schema(*database)) return *std::move(refusal);
    database->leave_untouched_on_close(false);
    database->prepare_for_writing();
    migrate(*database);
    auto impl = std::make_unique<Impl>(std::move(*lock), std::move(database));
    return std::unique_ptr<Writer>(new Writer(std::move(impl)));
  } catch (const Failure& failure) {
    return explain(failure);
  }
}

Writer::Writer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Writer::~Writer() {
  try {
    close();
  } catch (const Failure&) {
    // The WAL keeps what was committed, and the next open brings it in; who wants to hear of it calls close().
  }
}

void Writer::close() {
  if (!impl_) return;
  const std::unique_ptr<Impl> closing = std::move(impl_);
  closing->write_waiting();
  closing->database->doing("closing");
  tidy_for_close(*closing->database);
}

std::vector<feed::PackedState> Writer::follow(const std::vector<std::shared_ptr<const feed::SourceSettings>>& sources,
                                              base::Instant now) {
  impl_->write_waiting();
  impl_->database->doing("storing the list of sources");
  try {
    Transaction transaction(*impl_->database);
    std::vector<feed::PackedState> states = impl_->sources.follow(sources, now);
    transaction.commit();
    return states;
  } catch (...) {
    impl_->forget();
    throw;
  }
}

feed::Change Writer::apply(const feed::SourceSettings& source, feed::Harvest harvest) {
  impl_->assert_home();
  std::vector<Harvested> one(1);
  one.front().source = std::make_shared<feed::SourceSettings>(source);
  one.front().harvest = std::move(harvest);
  std::vector<Committed> committed(1);
  impl_->write(one, committed);
  return std::move(committed.front().change);
}

std::vector<Committed> Writer::apply(std::vector<Harvested>& group) {
  impl_->assert_home();
  std::vector<Committed> committed(group.size());
  std::vector<std::vector<base::EntryId>> rows;  // as they came; an attempt overwrites them
  for (const Harvested& each : group) {
    auto& list = rows.emplace_back();
    for (const feed::Article& article : each.harvest.articles) list.push_back(article.row);
  }
  try {
    impl_->write(group, committed);
    return committed;
  } catch (const Failure&) {
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    for (std::size_t k = 0; k < rows[i].size(); ++k) group[i].harvest.articles[k].row = rows[i][k];
    std::vector<Harvested> alone(1);
    alone.front() = std::move(group[i]);
    std::vector<Committed> one(1);
    try {
      impl_->write(alone, one);
      committed[i] = std::move(one.front());
    } catch (const Failure&) {
      committed[i] = {{}, std::current_exception()};
    }
  }
  return committed;
}

void Writer::keep(std::vector<feed::SourceState> answers) {
  impl_->assert_home();
  for (feed::SourceState& answer : answers) impl_->waiting.insert_or_assign(answer.row, std::move(answer));
}

// What waits goes first, or it would be written over this later.
void Writer::note(const std::vector<Attempt>& attempts) {
  Impl& all = *impl_;
  all.assert_home();
  all.database->doing("noting who is asked");
  try {
    Transaction transaction(*all.database);
    all.write_kept();
    all.sources.note(attempts);
    transaction.commit();
  } catch (...) {
    all.forget();
    throw;
  }
  all.waiting.clear();
}

void Writer::flush() { impl_->write_waiting(); }

void Writer::rest() {
  if (impl_) impl_->database->drop_cache();
}

std::vector<feed::Subscription> Writer::subscriptions(base::Instant now) {
  impl_->database->doing("reading the subscriptions");
  Transaction transaction(*impl_->database);
  impl_->subscriptions.forget(now);
  transaction.commit();
  return impl_->subscriptions.read();
}

void Writer::write(const feed::Subscription& subscription) {
  impl_->database->doing("storing a subscription");
  Transaction transaction(*impl_->database);
  impl_->subscriptions.write(subscription);
  transaction.commit();
}

bool Writer::has_unflushed() const { return !impl_->waiting.empty(); }

Counts Writer::counts() {
  Counts counts;
  counts.entries = static_cast<std::uint64_t>(impl_->database->integer_of("select sum(entries) from poll"));
  counts.stories = static_cast<std::uint64_t>(impl_->database->integer_of("select stories from whole"));
  counts.bytes = bytes_on_disk(impl_->database->path());
  return counts;
}

// Harvests and whatever waited, in one transaction: entries and the validators they came with stand or fall together.
void Writer::Impl::write(std::vector<Harvested>& group, std::vector<Committed>& committed) {
  database->doing("storing a harvest");
  Sources newer;
  for (const Harvested& each : group) newer.insert(each.harvest.state.row);
  try {
    Transaction transaction(*database);
    write_kept(newer);
    for (std::size_t i = 0; i < group.size(); ++i) write_one(group[i], committed[i].change);
    transaction.commit();
  } catch (...) {
    forget();
    throw;
  }
  waiting.clear();
}

void Writer::Impl::write_one(Harvested& harvested, feed::Change& change) {
  const feed::SourceSettings& source = *harvested.source;
  feed::Harvest& harvest = harvested.harvest;
  change = {};
  change.outcome = harvest.outcome;
  change.state = harvest.state;
  feed::SourceState& state = change.state;
  state.row = sources.row_of(source, state, harvest.at);
  const SourceTable::Tally& tally = sources.tally(state.row);
  state.entries = tally.entries;
  state.newest = tally.newest;
  if (!harvest.articles.empty()) write_articles(source.id, change, harvest.articles, harvest.at);
  sources.write(state);
}

void Writer::Impl::write_articles(const std::string& source, feed::Change& change,
                                  std::vector<feed::Article>& harvested, base::Instant at) {
  articles.begin_harvest(change.state.row, source, at, change.state.entries == 0);
  base::Instant issued{};
  for (feed::Article& article : harvested) {
    const ArticleTable::Match match = articles.find(article);
    if (match.is_repeat) continue;
    if (!match.row) {
      add(article, change.state);
      ++change.added;
      issued = std::max(issued, article.issued);
      continue;
    }
    base::StoryId story{};
    const Applied applied = articles.update(article, *match.row, story);
    if (applied == Applied::nothing) continue;
    ++(applied == Applied::revised ? change.revised : change.touched);
    stories.relabel(story);
    issued = std::max(issued, article.issued);
  }
  if (change.is_news()) stories.note(issued, at, change.added);
}

void Writer::Impl::add(feed::Article& article, feed::SourceState& state) {
  const base::EntryId row = articles.next_row();
  const base::StoryId story = stories.found(article, row, articles.order_key_of(article));
  articles.add(article, story);
  ++state.entries;
  state.newest = std::max(state.newest.value_or(article.order_key), article.order_key);
}

void Writer::Impl::write_waiting() {
  if (waiting.empty()) return;
  database->doing("storing answers without news");
  try {
    Transaction transaction(*database);
    write_kept();
    transaction.commit();
  } catch (...) {
    forget();
    throw;
  }
  waiting.clear();
}

// What is on record of their entries is known here best. `newer`: of these a newer answer is at hand.
void Writer::Impl::write_kept(const Sources& newer) {
  for (auto& [row, answer] : waiting) {
    if (newer.contains(row)) continue;
    const SourceTable::Tally& tally = sources.tally(row);
    answer.entries = tally.entries;
    answer.newest = tally.newest;
    sources.write(answer);
  }
}

void Writer::Impl::forget() {
  sources.forget();
  articles.forget();
}

}  // namespace rapporteur::store
