// What the store costs beside SQLite alone. Bars: cold entries at most 2.5 times the CPU of raw inserts into the
// plainest table (20 entries of 4 KB a feed, one transaction each); an answer without news at most 12 microseconds.
// Both sides run with WAL and synchronous NORMAL on a real file; checkpoints are inside the clock.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <cstdlib>
#include <string>

#include "support/store.h"

using namespace rapporteur;

namespace {

constexpr std::size_t entries_per_feed = 20;
constexpr std::size_t body_bytes = 4000;

std::string body_of(std::size_t feed, std::size_t entry) {
  std::string body;
  for (std::size_t word = 0; body.size() < body_bytes; ++word)
    body += std::to_string((feed * 7919 + entry * 104729 + word * 31) % 100003) + " words of a press release, ";
  return body;
}

std::vector<feed::Article> articles_of(std::size_t feed) {
  std::vector<feed::Article> articles;
  for (std::size_t i = 0; i < entries_per_feed; ++i) {
    const std::string name = "https://www.example.int/news/item/2026-" + std::to_string(feed) + "-" + std::to_string(i);
    feed::Article article = support::article_named(name);
    article.atom_id = name;
    article.link = name;
    article.content = body_of(feed, i);
    article.summary = article.content.substr(0, 400);
    article.other_keys = {support::key_of("link " + name)};
    article.published = support::at(-static_cast<std::int64_t>(i) * 600);
    article.authors = {{"World Health Organization", "", ""}};
    article.categories = {{"Health", "", ""}, {"Emergencies", "", ""}};
    article.countries = {"KG"};
    articles.push_back(std::move(article));
  }
  return articles;
}

// The plainest store: no identity but the guid, no revisions, no stories.
class RawStore {
 public:
  explicit RawStore(const std::string& path) {
    sqlite3_open(path.c_str(), &handle_);
    run("pragma journal_mode=wal; pragma synchronous=normal; pragma cache_size=-16384;"
        "create table source(id integer primary key, url text, etag text, modified text, polled integer);"
        "create table entry(id integer primary key, source integer, guid text, link text, title text, date text, body "
        "text);"
        "create unique index entry_guid on entry(source, guid)");
    insert_ = prepare("insert or ignore into entry(source, guid, link, title, date, body) values(?,?,?,?,?,?)");
    source_ = prepare(
        "insert into source(id, url, etag, polled) values(?,?,?,1) "
        "on conflict(id) do update set etag=excluded.etag, polled=polled+1");
  }
  ~RawStore() {
    sqlite3_finalize(insert_);
    sqlite3_finalize(source_);
    sqlite3_close(handle_);
  }
  RawStore(const RawStore&) = delete;
  RawStore& operator=(const RawStore&) = delete;

  void apply(std::size_t feed, const std::vector<feed::Article>& articles) {
    run("begin immediate");
    sqlite3_bind_int64(source_, 1, static_cast<sqlite3_int64>(feed));
    text(source_, 2, "https://www.example.int/feed");
    text(source_, 3, "\"etag\"");
    step(source_);
    for (const feed::Article& article : articles) {
      sqlite3_bind_int64(insert_, 1, static_cast<sqlite3_int64>(feed));
      text(insert_, 2, article.atom_id);
      text(insert_, 3, article.link);
      text(insert_, 4, article.title);
      text(insert_, 5, "Fri, 01 Dec 2017 09:00:00 +0000");
      text(insert_, 6, article.content);
      step(insert_);
    }
    run("commit");
  }

 private:
  static void check(bool is_good) {
    if (!is_good) std::abort();
  }
  void run(const char* sql) { check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK); }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) == SQLITE_OK);
    return statement;
  }
  static void text(sqlite3_stmt* statement, int at, const std::string& value) {
    sqlite3_bind_text(statement, at, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  }
  static void step(sqlite3_stmt* statement) {
    check(sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_reset(statement);
  }

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* source_ = nullptr;
};

void raw_cold_entries(benchmark::State& state) {
  support::TemporaryDirectory directory;
  RawStore raw(directory.file("raw.db"));
  std::size_t feed = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const std::vector<feed::Article> articles = articles_of(++feed);
    state.ResumeTiming();
    raw.apply(feed, articles);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(feed * entries_per_feed));
}
BENCHMARK(raw_cold_entries)->Iterations(1000)->Unit(benchmark::kMicrosecond);

void cold_entries(benchmark::State& state) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  std::size_t feed = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const auto source = support::source_named("s" + std::to_string(++feed));
    feed::SourceState known;
    known.validators = {{source->url, {"\"etag\"", std::nullopt}}};
    feed::Harvest harvest = support::harvest_of(known, articles_of(feed), support::at(0));
    state.ResumeTiming();
    benchmark::DoNotOptimize(writer->apply(*source, std::move(harvest)));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(feed * entries_per_feed));
}
BENCHMARK(cold_entries)->Iterations(1000)->Unit(benchmark::kMicrosecond);

struct ManySources {
  support::TemporaryStore temporary;
  std::unique_ptr<store::Writer> writer = temporary.writer();
  std::vector<std::shared_ptr<const feed::SourceSettings>> sources;
  std::vector<feed::SourceState> states;

  explicit ManySources(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) sources.push_back(support::source_named("source-" + std::to_string(i)));
    states = support::follow(*writer, sources, support::at(0));
    for (feed::SourceState& state : states) {
      state.validators = {{state.effective_url, {"W/\"0123456789abcdef\"", "Fri, 01 Dec 2017 09:00:00 GMT"}}};
      state.feed_id = state.feed_link = state.effective_url;
      state.feed_title = "The news of a programme of the United Nations";
      state.next_poll_reason = "max-age until 12:00";
    }
  }
};

void answers_without_news(benchmark::State& state) {
  ManySources many(1000);
  std::size_t i = 0;
  for (auto _ : state) {
    feed::SourceState& source = many.states[i % many.states.size()];
    ++source.polls;
    source.last_attempt = source.last_ok = support::at(static_cast<std::int64_t>(i));
    source.next_poll = support::at(static_cast<std::int64_t>(i) + 60);
    many.writer->keep({source});
    if (++i % 100 == 0) many.writer->flush();
  }
  many.writer->flush();
}
BENCHMARK(answers_without_news)->Iterations(100000)->Unit(benchmark::kMicrosecond);

void known_entries(benchmark::State& state) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  base::SourceId row{};
  for (std::size_t feed = 0; feed < 50; ++feed) {
    const auto source = support::source_named("s" + std::to_string(feed % 5));
    row = writer->apply(*source, support::harvest_of({}, articles_of(feed), support::at(0))).state.row;
  }
  const auto readers = temporary.readers();
  for (auto _ : state) benchmark::DoNotOptimize(readers->known_entries(row));
}
BENCHMARK(known_entries)->Unit(benchmark::kMicrosecond);

void fifty_latest_stories(benchmark::State& state) {
  support::TemporaryStore temporary;
  const auto writer = temporary.writer();
  for (std::size_t feed = 0; feed < 50; ++feed)
    writer->apply(*support::source_named("s" + std::to_string(feed)),
                  support::harvest_of({}, articles_of(feed), support::at(0)));
  const auto readers = temporary.readers();
  for (auto _ : state) benchmark::DoNotOptimize(readers->latest_stories(50));
}
BENCHMARK(fifty_latest_stories)->Unit(benchmark::kMicrosecond);

void following_ten_thousand_sources(benchmark::State& state) {
  ManySources many(10000);
  for (auto _ : state) benchmark::DoNotOptimize(support::follow(*many.writer, many.sources, support::at(1)));
}
BENCHMARK(following_ten_thousand_sources)->Unit(benchmark::kMillisecond);

}  // namespace
