#include "engine/press.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/url.h"
#include "engine/threads.h"
#include "ops/log.h"

namespace rapporteur::engine {

namespace {
// Editions are at least a second apart, so that each has a Last-Modified of its own that is not in the future.
constexpr base::Duration pause_after_edition = std::chrono::seconds(1);
constexpr base::Duration longest_pause = std::chrono::seconds(10);
constexpr std::size_t most_stories_of_a_day = 500;
constexpr int rest_factor = 10;  // while news pours in, printing takes at most a tenth of one core

std::chrono::sys_days day_of(base::Instant instant) { return std::chrono::floor<std::chrono::days>(instant); }

std::optional<std::chrono::sys_days> day_of(const std::optional<base::Instant>& instant) {
  return instant ? std::optional(day_of(*instant)) : std::nullopt;
}

publish::Page page_of_day(const store::Readers& readers, std::chrono::sys_days day, publish::View view,
                          const publish::Settings& site) {
  view.older = day_of(readers.order_key_before(day));
  view.newer = day_of(readers.order_key_from(day + std::chrono::days(1)));
  return publish::compose_day(view, day, site);
}

publish::FollowedSource line_of(const RestingSource& source) {
  const feed::SourceSettings& settings = *source.settings;
  feed::SourceState state = source.state.unpack(settings.url);
  publish::FollowedSource line;
  line.id = settings.id;
  line.agency = feed::agency_of(settings, state);
  line.title = settings.labels->title.empty() ? std::move(state.feed_title) : settings.labels->title;
  line.link = std::move(state.feed_link);
  line.url = base::without_userinfo(settings.url);
  line.state = state.state;
  line.reason = std::move(state.reason);
  return line;
}

std::vector<publish::FollowedSource> lines_of(const std::vector<RestingSource>& sources) {
  std::vector<publish::FollowedSource> lines;
  lines.reserve(sources.size());
  for (const RestingSource& source : sources) lines.push_back(line_of(source));
  return lines;
}

std::shared_ptr<const publish::Edition> print_sources(std::vector<RestingSource> sources, base::Instant now,
                                                      publish::Settings site) {
  auto edition = std::make_shared<publish::Edition>();
  edition->pages.emplace(publish::path_of_sources, publish::compose_sources(lines_of(sources), now, site));
  return edition;
}

std::shared_ptr<const publish::Edition> print_one_page(const store::Readers* readers, std::string path,
                                                       publish::Settings site) {
  auto edition = std::make_shared<publish::Edition>();
  if (const auto day = publish::day_of_path(path)) {
    publish::View view;
    view.stories = readers->stories_between(*day, *day + std::chrono::days(1), most_stories_of_a_day);
    if (!view.stories.empty()) edition->pages.emplace(path, page_of_day(*readers, *day, std::move(view), site));
  } else if (const auto id = publish::story_of_path(path)) {
    const auto story = readers->story(*id);
    if (story) edition->pages.emplace(path, publish::compose_story(*story, readers->revisions(story->lead.row), site));
  }
  return edition;
}

}  // namespace

Printed print_edition(const store::Readers* readers, PrintOrder order) {
  Printed printed;
  publish::View whole;
  whole.stories = readers->latest_stories(order.limit);
  whole.updated = readers->last_issued();
  whole.changed = readers->last_changed();
  if (!whole.stories.empty()) whole.older = day_of(readers->order_key_before(whole.stories.back().lead.order_key));
  auto edition = std::make_shared<publish::Edition>();
  publish::compose(whole, {order.followed, lines_of(order.sources)}, order.site, edition->pages);
  publish::keep_dates_apart(order.before.get(), edition->pages);
  printed.views.push_back(
      {whole.name, whole.stories.size(), whole.stories.empty() ? std::nullopt : std::optional(whole.updated)});
  printed.counts = readers->counts();
  printed.edition = std::move(edition);
  return printed;
}

Press::Press(boost::asio::io_context& io, boost::asio::any_io_executor workers, const store::Readers& readers,
             const Roster& roster, Deliver deliver)
    : io_(io),
      timer_(io),
      workers_(std::move(workers)),
      readers_(readers),
      roster_(roster),
      deliver_(std::move(deliver)),
      pause_(pause_after_edition) {}

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
  last_ = printed.edition;
  const auto took = std::chrono::duration_cast<base::Duration>(std::chrono::steady_clock::now() - began);
  pause_ = std::clamp(took * rest_factor, pause_after_edition, longest_pause);
  if (!is_stopped_) deliver_(std::move(printed));
}

bool Press::is_made(std::string_view path) {
  return path == publish::path_of_sources || publish::day_of_path(path).has_value() ||
         publish::story_of_path(path).has_value();
}

boost::asio::awaitable<std::shared_ptr<const publish::Edition>> Press::print_page(std::string path, base::Instant now) {
  const store::Readers* readers = &readers_;
  publish::Settings site = site_;
  if (path == publish::path_of_sources) {
    std::vector<RestingSource> sources = roster_.followed();
    auto listing = run_on(workers_, print_sources, std::move(sources), now, std::move(site));
    auto list = co_await std::move(listing);
    co_return list;
  }
  auto printing = run_on(workers_, print_one_page, readers, std::move(path), std::move(site));
  auto edition = co_await std::move(printing);
  co_return edition;
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
  wanted.before = last_;
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) wanted.followed += roster_.is_followed(slot) ? 1u : 0u;
  const bool is_whole = wanted.followed <= publish::most_listed_sources;
  for (schedule::Slot slot = 0; slot < roster_.size(); ++slot) {
    if (!roster_.is_followed(slot)) continue;
    const bool is_well = publish::is_well(roster_.glance(slot).state);
    if (!is_whole && (is_well || wanted.sources.size() == publish::most_listed_sources)) continue;
    wanted.sources.push_back(roster_.resting(slot));
  }
  return wanted;
}

}  // namespace rapporteur::engine
