// Rebuilds the edition when something changed, never per request: touched by commits, debounced, composed on a worker,
// handed over on the io thread. io thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/roster.h"
#include "engine/status.h"
#include "feed/change.h"
#include "publish/edition.h"
#include "store/store.h"

namespace rapporteur::engine {

// What one printing needs, as values, so that it can run anywhere.
struct PrintOrder {
  PrintOrder() = default;
  publish::Settings site;
  std::size_t limit = 50;
  std::size_t followed = 0;
  std::vector<RestingSource> sources;              // of these, what the front page lists
  std::shared_ptr<const publish::Edition> before;  // the last one; null: this is the first
};

struct Printed {
  Printed() = default;
  std::shared_ptr<const publish::Edition> edition;
  store::Counts counts;
  std::vector<ViewStatus> views;
};

// Reads the store and composes every page. Worker; waits for nothing but the disk.
Printed print_edition(const store::Readers* readers, PrintOrder order);

class Press {
 public:
  using Deliver = std::function<void(Printed)>;
  Press(boost::asio::io_context& io, boost::asio::any_io_executor workers, const store::Readers& readers,
        const Roster& roster, Deliver deliver);

  void configure(const publish::Settings& site, std::size_t limit);
  // News, or a source whose health changed: its line stands on the page.
  void touch(const feed::Change& change, feed::State state_before);
  void touch_all();
  // The first edition, before the doors open. Throws store::Failure.
  boost::asio::awaitable<void> print_now();
  // A page that no edition holds, made for whoever asks: of a day, of a story, of the sources. In an edition of its
  // own; without pages when there is nothing to show. Throws store::Failure.
  static bool is_made(std::string_view path);
  boost::asio::awaitable<std::shared_ptr<const publish::Edition>> print_page(std::string path, base::Instant now);
  void stop();

 private:
  boost::asio::awaitable<void> print_later();
  PrintOrder order() const;

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  boost::asio::any_io_executor workers_;
  const store::Readers& readers_;
  const Roster& roster_;
  Deliver deliver_;
  std::shared_ptr<const publish::Edition> last_;
  publish::Settings site_;
  std::size_t limit_ = 50;
  base::Duration pause_;
  bool is_waiting_ = false;
  bool is_printing_ = false;
  bool is_touched_ = false;
  bool is_stopped_ = false;
};

}  // namespace rapporteur::engine
