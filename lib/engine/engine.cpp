#include "engine/engine.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <thread>

#include "config/read.h"
#include "engine/control.h"
#include "engine/digest.h"
#include "engine/numbers.h"
#include "engine/orders.h"
#include "engine/pipeline.h"
#include "engine/planner.h"
#include "engine/press.h"
#include "engine/roster.h"
#include "engine/rounds.h"
#include "engine/status.h"
#include "engine/subscriber.h"
#include "engine/threads.h"
#include "engine/tidings.h"
#include "fetch/client.h"
#include "ops/listen_fds.h"
#include "ops/log.h"
#include "ops/memory.h"
#include "ops/notify.h"
#include "ops/signals.h"
#include "serve/server.h"
#include "store/store.h"

namespace rapporteur::engine {

namespace asio = boost::asio;

namespace {

constexpr base::Duration time_to_rest = std::chrono::seconds(2);
constexpr base::Duration grace_of_readers = std::chrono::seconds(2);
constexpr base::Duration grace_of_refreshes = std::chrono::seconds(6);  // in all, an end takes at most 10 s

int exit_status_of(store::OpenCode code) {
  switch (code) {
    case store::OpenCode::cannot_create:
      return 73;
    case store::OpenCode::cannot_write:
      return 74;
    case store::OpenCode::not_a_store:
    case store::OpenCode::damaged:
    case store::OpenCode::newer_schema:
      return 65;
    default:
      return 69;
  }
}

// A machine without a battery wakes up in 1970: every story would be from the future, every poll due for ever. Tried
// again by the service manager until the time is known.
std::optional<StartError> object_to_clock(base::Instant now) {
  constexpr std::chrono::sys_days plausible = std::chrono::year{2020} / 1 / 1;
  if (now >= plausible) return std::nullopt;
  return StartError{
      69, "the clock of this machine says " + base::to_rfc3339(now) +
              ", which cannot be; nothing was started. Set it, or wait for its synchronisation (timedatectl shows it)"};
}

std::shared_ptr<const DigestSettings> digest_settings(const config::Settings& settings) {
  auto digest = std::make_shared<DigestSettings>();
  digest->schedule = settings.schedule;
  digest->sanitises = settings.sanitises;
  return digest;
}

std::vector<feed::PackedState> follow(store::Writer* writer, Roster::List sources, base::Instant now) {
  return writer->follow(sources, now);
}

std::vector<feed::Subscription> agreed(store::Writer* writer, base::Instant now) { return writer->subscriptions(now); }
void close_store(store::Writer* writer) { writer->close(); }
void touch_writer(store::Writer*) {}

asio::awaitable<void> nap(asio::steady_timer& timer, base::Duration duration) {
  timer.expires_after(duration);
  boost::system::error_code ignored;
  auto token = asio::redirect_error(asio::use_awaitable, ignored);
  auto pause = timer.async_wait(token);
  co_await std::move(pause);
}

std::size_t worker_count() { return std::max(2u, std::thread::hardware_concurrency()) - 1; }

}  // namespace

struct Engine::Impl {
  Impl(config::Settings taken, const base::Clock& time, ConfigOrigin from, std::unique_ptr<store::Writer> opened,
       std::unique_ptr<store::Readers> lent)
      : settings(std::move(taken)),
        clock(time),
        origin(std::move(from)),
        started(time.now()),
        writer(std::move(opened)),
        readers(std::move(lent)),
        fetcher(io.get_executor(), clock, settings.fetch),
        planner(io, clock, roster, settings.schedule, [this](schedule::Slot slot) { pipeline.start(slot); }),
        press(io, workers.get_executor(), *readers, roster, [this](Printed edition) { deliver(std::move(edition)); }),
        pipeline(stages(), digest_settings(settings)),
        subscriber(stages(), pipeline),
        rounds(clock, roster, planner),
        control(io, control_greeting(settings.store.path),
                [this](std::vector<std::string> words, std::shared_ptr<ControlReply> reply) {
                  obey(words, std::move(reply));
                }) {
    roster.follow(settings.sources, writer->follow(settings.sources, started));
    pipeline.on_poll([this](schedule::Slot slot) { return subscriber.promise_of(slot); });
    pipeline.on_settled([this](schedule::Slot slot, const feed::SourceState& before, const feed::Change& change,
                               By by) { take_settled(slot, before, change, by); });
    configure_stages();
  }
  ~Impl() { join(); }

  Stages stages() {
    return {io,    workers.get_executor(), writing.get_executor(), clock, roster, fetcher, *writer, *readers, planner,
            &press};
  }

  void configure_stages();
  serve::Live live();
  using Write = std::string (*)(const Status&);
  asio::awaitable<void> write_elsewhere(Write write, serve::Live::Written done);
  asio::awaitable<void> make_page(std::string path, serve::Live::Made done);
  void deliver(Printed printed);
  SubscriberSettings subscriber_settings() const {
    return {settings.websub, settings.publish.base_url, settings.schedule, fetch::address_policy(settings.fetch)};
  }
  void take_settled(schedule::Slot slot, const feed::SourceState& before, const feed::Change& change, By by);
  void obey(const std::vector<std::string>& words, std::shared_ptr<ControlReply> reply);
  Status status() const;
  void rest_later();
  void announce();
  void log_warnings() const;
  void take_real_address();
  asio::awaitable<void> open_doors();
  asio::awaitable<void> feed_watchdog();
  asio::awaitable<void> reload();
  asio::awaitable<void> take_over(config::Settings fresh);
  asio::awaitable<void> shut_down();
  void begin_shut_down();
  void run_io();
  void join();

  config::Settings settings;
  const base::Clock& clock;
  ConfigOrigin origin;
  base::Instant started;
  asio::io_context io{1};
  asio::thread_pool workers{worker_count()};
  asio::thread_pool writing{1};
  std::unique_ptr<store::Writer> writer;
  std::unique_ptr<store::Readers> readers;
  Roster roster;
  fetch::Client fetcher;
  Planner planner;
  Press press;
  Pipeline pipeline;
  Numbers numbers;
  Subscriber subscriber;
  Rounds rounds;
  ControlServer control;
  std::unique_ptr<serve::Server> server;
  std::unique_ptr<ops::Signals> signals;
  asio::steady_timer rest_timer{io};
  Printed shelf;
  std::exception_ptr failure;
  bool is_ready = false;
  bool is_reloading = false;
  bool is_shutting_down = false;
};

void Engine::Impl::configure_stages() {
  settings.publish.generator_version = RAPPORTEUR_VERSION;
  planner.configure(settings.schedule);
  fetcher.configure(settings.fetch);
  press.configure(settings.publish, static_cast<std::size_t>(settings.view_limit));
  pipeline.configure(digest_settings(settings));
  if (server) server->configure(settings.serve);
}

// "127.0.0.1:0" listens where the system chose: self links must say where.
void Engine::Impl::take_real_address() {
  if (!settings.publish.base_url.ends_with(":0") || server->urls().empty()) return;
  settings.publish.base_url = server->urls().front();
  configure_stages();
}

serve::Live Engine::Impl::live() {
  serve::Live live;
  live.status_json = [this](serve::Live::Written done) {
    asio::co_spawn(io, write_elsewhere(&to_json, std::move(done)), asio::detached);
  };
  live.metrics_text = [this](serve::Live::Written done) {
    asio::co_spawn(io, write_elsewhere(&Numbers::text_of, std::move(done)), asio::detached);
  };
  live.health = [this] { return pipeline.store_trouble(); };
  live.is_made = Press::is_made;
  live.make = [this](const std::string& path, serve::Live::Made done) {
    asio::co_spawn(io, make_page(path, std::move(done)), asio::detached);
  };
  live.callbacks = subscriber.callbacks();
  live.ready = [this] { return is_ready ? std::string() : std::string("the first pages are being made"); };
  return live;
}

asio::awaitable<void> Engine::Impl::make_page(std::string path, serve::Live::Made done) {
  std::shared_ptr<const publish::Edition> edition;
  try {
    edition = co_await press.print_page(path, clock.now());
  } catch (const std::exception& trouble) {
    ops::log_error("a page could not be made; the reader was told 500", {{"path", path}, {"reason", trouble.what()}});
  }
  done(std::move(edition));
}

// With many sources a status takes longer to write than anybody may hold the loop.
asio::awaitable<void> Engine::Impl::write_elsewhere(Write write, serve::Live::Written done) {
  std::string text;
  try {
    Status now = status();
    text = co_await run_on(workers.get_executor(), write, std::move(now));
  } catch (const std::exception& trouble) {
    ops::log_error("the status could not be written", {{"reason", trouble.what()}});
  }
  done(std::move(text));
  rest_later();
}

void Engine::Impl::deliver(Printed printed) {
  shelf = std::move(printed);
  if (server) server->shelve(shelf.edition);
}

void Engine::Impl::take_settled(schedule::Slot slot, const feed::SourceState& before, const feed::Change& change,
                                By by) {
  const feed::SourceSettings& source = *roster.settings_of(slot);
  tell_move(source, before, change.state);
  if (server) {  // `poll` prints a line for each source itself
    tell_news(source, change);
    if (by == By::poll) tell_health(source, before, change.state);
  }
  if (change.outcome == base::Outcome::fresh) rest_later();
  shelf.counts.entries += change.added;
  shelf.counts.stories += change.added;
  numbers.count(before, change);
  if (by == By::poll) rounds.settled(slot, change);
  subscriber.settled(slot, before, change, by);
}

// When nothing comes in and nobody asks, what was needed for it goes back to the system.
void Engine::Impl::rest_later() {
  rest_timer.expires_after(time_to_rest);
  rest_timer.async_wait([this](const boost::system::error_code& error) {
    if (error || pipeline.in_flight() > 0) return;
    asio::post(writing, [this] {
      writer->rest();
      readers->rest();
      ops::give_back_memory();
    });
  });
}

Status Engine::Impl::status() const {
  Status status;
  status.now = clock.now();
  status.started = started;
  status.store_reason = pipeline.store_trouble();
  status.counts = shelf.counts;
  status.in_flight = pipeline.in_flight();
  status.numbers = &numbers;
  status.sources.reserve(roster.size());
  for (schedule::Slot slot = 0; slot < roster.size(); ++slot)
    if (roster.is_configured(slot))
      status.sources.push_back({roster.resting(slot), planner.outlook(slot), subscriber.objection_to_hub(slot)});
  status.views = shelf.views;
  return status;
}

void Engine::Impl::obey(const std::vector<std::string>& words, std::shared_ptr<ControlReply> reply) {
  const std::string command = words.empty() ? std::string() : words.front();
  if (command == "poll") return start_round(rounds, words, std::move(reply));
  if (command == "status") {
    const bool wants_json = words.size() > 1 && words[1] == "json";
    const auto tell = [reply](const std::string& text) { tell_text(*reply, text); };
    return asio::co_spawn(io, write_elsewhere(wants_json ? &to_json : &to_table, tell), asio::detached);
  }
  reply->line("error unknown command '" + command + "'; this daemon knows status and poll");
  reply->end();
}

// STATUS= for `systemctl status`: one line that says whether all is well.
void Engine::Impl::announce() {
  std::size_t followed = 0, well = 0;
  for (schedule::Slot slot = 0; slot < roster.size(); ++slot) {
    if (!roster.is_followed(slot)) continue;
    ++followed;
    well += roster.glance(slot).state == feed::State::ok ? 1u : 0u;
  }
  ops::notify_status(std::to_string(well) + " of " + std::to_string(followed) + " sources are well, " +
                     std::to_string(shelf.counts.entries) + " entries");
}

asio::awaitable<void> Engine::Impl::feed_watchdog() {
  asio::steady_timer timer(io);
  const base::Duration limit = ops::watchdog_interval().value_or(std::chrono::seconds(30));
  store::Writer* hands = writer.get();
  while (!is_shutting_down) {
    // Through the writer and back: a hung writer shows as much as a hung loop.
    co_await run_on(writing.get_executor(), touch_writer, hands);
    ops::notify_watchdog();
    announce();
    co_await nap(timer, limit / 2);
  }
}

// SIGHUP: the new configuration is taken whole or not at all.
asio::awaitable<void> Engine::Impl::reload() {
  if (is_reloading || is_shutting_down || origin.path.empty()) co_return;
  is_reloading = true;
  ops::notify_reloading();
  const ConfigOrigin from = origin;
  auto fresh = co_await run_on(workers.get_executor(), config::read, from.path, from.overrides);
  if (!fresh) {
    for (const config::Fault& fault : fresh.error().list) ops::log_error(config::to_string(fault), {});
    ops::log_error("the configuration has faults; the old one stays in force",
                   {{"faults", std::to_string(fresh.error().list.size())}});
  } else {
    try {
      co_await take_over(std::move(*fresh));
    } catch (const std::exception& trouble) {
      ops::log_error("the store does not take the new list of sources; the old configuration stays in force",
                     {{"reason", trouble.what()}});
    }
  }
  is_reloading = false;
  ops::notify_ready();
  announce();
}

asio::awaitable<void> Engine::Impl::take_over(config::Settings fresh) {
  if (fresh.store.path != settings.store.path || fresh.serve.listen != settings.serve.listen)
    ops::log_warning("store.path and server.listen take effect after a restart only", {});
  fresh.store = settings.store;
  fresh.serve.listen = settings.serve.listen;
  co_await pipeline.flush();
  Roster::List sources = fresh.sources;
  store::Writer* hands = writer.get();
  const base::Instant now = clock.now();
  auto states = co_await run_on(writing.get_executor(), follow, hands, std::move(sources), now);
  settings = std::move(fresh);
  roster.follow(settings.sources, std::move(states));
  configure_stages();
  log_warnings();
  planner.plan_all();
  subscriber.configure(subscriber_settings());
  press.touch_all();
  ops::log_info("the configuration was read again", {{"sources", std::to_string(settings.sources.size())}});
}

void Engine::Impl::log_warnings() const {
  for (const config::Fault& warning : settings.warnings) ops::log_warning(config::to_string(warning), {});
}

asio::awaitable<void> Engine::Impl::open_doors() {
  log_warnings();
  co_await press.print_now();
  server->open();  // not before there is something to hand out: who comes during a restart waits instead of hearing 503
  is_ready = true;
  ops::notify_ready();
  announce();
  planner.plan_all();
  store::Writer* hands = writer.get();
  auto subscriptions = co_await run_on(writing.get_executor(), agreed, hands, started);
  subscriber.start(subscriber_settings(), std::move(subscriptions));
  asio::co_spawn(io, feed_watchdog(), asio::detached);
  rest_later();  // what the configuration and the first pages needed goes back
}

void Engine::Impl::begin_shut_down() {
  if (is_shutting_down) return;
  is_shutting_down = true;
  asio::co_spawn(io, shut_down(), [this](std::exception_ptr error) {
    if (error && !failure) failure = error;
    io.stop();
  });
}

asio::awaitable<void> Engine::Impl::shut_down() {
  ops::notify_stopping();
  control.stop();
  planner.stop();
  subscriber.stop();
  press.stop();
  rest_timer.cancel();
  if (server) server->stop(grace_of_readers);
  fetcher.stop();
  asio::steady_timer timer(io);
  const auto deadline = std::chrono::steady_clock::now() + grace_of_refreshes;
  const auto has_time = [deadline] { return std::chrono::steady_clock::now() < deadline; };
  while (pipeline.in_flight() > 0 && has_time()) co_await nap(timer, std::chrono::milliseconds(5));
  while (server && server->connections() > 0 && has_time()) co_await nap(timer, std::chrono::milliseconds(5));
  pipeline.stop();
  co_await pipeline.flush();
  store::Writer* hands = writer.get();
  co_await run_on(writing.get_executor(), close_store, hands);
}

void Engine::Impl::run_io() {
  const auto guard = asio::make_work_guard(io);
  run_measured(io, numbers.loop_held);
  join();
  if (failure) std::rethrow_exception(failure);
}

void Engine::Impl::join() {
  workers.join();
  writing.join();
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>, StartError> Engine::open(config::Settings settings, const base::Clock& clock,
                                                         ConfigOrigin origin) {
  if (const auto fault = object_to_clock(clock.now())) return *fault;
  auto writer = store::Writer::open(settings.store);
  if (!writer) return StartError{exit_status_of(writer.error().code), writer.error().text};
  auto readers = store::Readers::open_beside(**writer, settings.store);
  if (!readers) return StartError{exit_status_of(readers.error().code), readers.error().text};
  auto impl =
      std::make_unique<Impl>(std::move(settings), clock, std::move(origin), std::move(*writer), std::move(*readers));
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Result<void, StartError> Engine::serve(const std::function<void(const std::vector<std::string>&)>& ready) {
  Impl& engine = *impl_;
  engine.server =
      std::make_unique<serve::Server>(engine.io.get_executor(), engine.clock, engine.settings.serve, engine.live());
  const std::vector<int> passed = ops::passed_descriptors();
  if (const auto listening = engine.server->listen(passed); !listening) return StartError{69, listening.error().text};
  engine.take_real_address();
  const std::string control_socket = control_path(engine.settings.store.path);
  if (const auto listening = engine.control.listen(control_socket); !listening) ops::log_warning(listening.error(), {});
  engine.signals = std::make_unique<ops::Signals>(
      engine.io.get_executor(), [&engine] { engine.begin_shut_down(); },
      [&engine] { asio::co_spawn(engine.io, engine.reload(), asio::detached); });
  asio::co_spawn(engine.io, engine.open_doors(), [&engine, &ready](std::exception_ptr error) {
    if (!error) return ready(engine.server->urls());
    engine.failure = error;
    engine.begin_shut_down();
  });
  engine.run_io();
  return {};
}

void Engine::poll(const PollRequest& request, const std::function<void(std::size_t)>& begin,
                  const std::function<void(const PollLine&)>& line) {
  Impl& engine = *impl_;
  engine.planner.set_single_round(true);
  engine.press.stop();
  engine.signals = std::make_unique<ops::Signals>(
      engine.io.get_executor(), [&engine] { engine.begin_shut_down(); }, [] {});
  asio::post(engine.io, [&] { engine.rounds.start(request, begin, line, [&engine] { engine.begin_shut_down(); }); });
  engine.run_io();
}

void Engine::stop() {
  asio::post(impl_->io, [engine = impl_.get()] { engine->begin_shut_down(); });
}

}  // namespace rapporteur::engine
