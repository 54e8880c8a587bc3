#include "engine/press.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "engine/threads.h"
#include "ops/log.h"

namespace rapporteur::engine {

namespace {
constexpr base::Duration shortest_pause = std::chrono::milliseconds(200);
constexpr base::Duration longest_pause = std::chrono::seconds(10);
constexpr int rest_factor = 10;  // while news pours in, printing takes at most a tenth of one core
}  // namespace

Printed print_edition(const store::Readers* readers, PrintOrder order) {
  Printed printed;
  publish::View whole;
  whole.stories = readers->latest_stories(order.limit);
  whole.updated = readers->last_issued();
  auto edition = std::make_shared<publish::Edition>();
  publish::compose(whole, order.sources, order.site, edition->pages);
  printed.views.push_back({whole.name, whole.stories.size(), whole.stories.empty() ? std::nullopt : std::optional(whole.updated)});
  printed.counts = readers->counts();
  printed.edition = std::move(edition);
  return printed;
}

Press::Press(boost::asio::io_context& io, boost::asio::any_io_executor workers, const store::Readers& readers, const Roster& roster,
             Deliver deliver)
    : io_(io),
      timer_(io),
      workers_(std::move(workers)),
      readers_(readers),
      roster_(roster),
      deliver_(std::move(deliver)),
      pause_(shortest_pause) {}

void Press::configure(const publish::Settings& site, std::size_t limit) {
  site_ = site;
  limit_ = limit;
}

void Press::touch(const feed::Change& change, feed::State state_before) {
  if (change.is_news() || change.state.state != state_before) touch_all();
}

void Press::touch_all() {
  is_touched_ = true;
  if (is_waiting_ || is_printing_ || is_stopped_) return;
  is_waiting_ = true;
  boost::asio::co_spawn(io_, print_later(), boost::asio::detached);
}

boost::asio::awaitable<void> Press::print_now() {
  const auto began = std::chrono::steady_clock::now();
  is_printing_ = true;
  is_touched_ = false;
  PrintOrder wanted = order();
  const store::Readers* readers = &readers_;
  auto printing = run_on(workers_, print_edition, readers, std::move(wanted));
  Printed printed = co_await std::move(printing);
  is_printing_ = false;
  const auto took = std::chrono::duration_cast<base::Duration>(std::chrono::steady_clock::now() - began);
  pause_ = std::clamp(took * rest_factor, shortest_pause, longest_pause);
  if (!is_stopped_) deliver_(std::move(printed));
}

boost::asio::awaitable<void> Press::print_later() {
  do {
    is_waiting_ = true;
    timer_.expires_after(pause_);
    boost::system::error_code error;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, error);
    auto pause = timer_.async_wait(token);
    co_await std::move(pause);
    is_waiting_ = false;
    if (is_stopped_) co_return;
    try {
      co_await print_now();
    } catch (const std::exception& failure) {  // the last edition stays on the shelf
      is_printing_ = false;
      is_touched_ = true;
      pause_ = longest_pause;
      ops::log_error("the pages could not be rebuilt; readers keep getting the last ones, next try in 10 s",
                     {{"reason", failure.what()}});
    }
  } while (is_touched_ && !is_stopped_);
}

void Press::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

PrintOrder Press::order() const {
  PrintOrder wanted;
  wanted.site = site_;
  wanted.limit = limit_;
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    if (!roster_.is_followed(slot)) continue;
    const feed::Source& source = roster_.at(slot);
    const feed::SourceSettings& settings = *source.settings;
    publish::FollowedSource line;
    line.id = settings.id;
    line.agency = feed::agency_of(settings, source.state);
    line.title = settings.title.empty() ? source.state.feed_title : settings.title;
    line.link = source.state.feed_link;
    line.url = settings.url;
    line.state = source.state.state;
    line.reason = source.state.reason;
    wanted.sources.push_back(std::move(line));
  }
  return wanted;
}

}  // namespace rapporteur::engine
