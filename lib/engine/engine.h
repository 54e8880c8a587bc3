// Owns every stage, starts them in order, reloads, and stops them in the reverse order. The only place that knows them
// all. Threads: io (the caller of run()), workers, one writer. See README, "Threads".
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/settings.h"
#include "feed/change.h"

namespace rapporteur::engine {

// Why it did not start; the exit status is one of sysexits.
struct StartError {
  int exit_status = 1;
  std::string text;
};

// Where the configuration came from, so that SIGHUP can read it again.
struct ConfigOrigin {
  std::string path;  // "" : nothing to reload (demo)
  std::vector<std::pair<std::string, std::string>> overrides;
};

struct PollRequest {
  bool is_now = false;               // --now
  std::vector<std::string> sources;  // empty: all
};

// One line of `poll`.
struct PollLine {
  std::string source;
  bool is_skipped = false;  // not due, or held back: `text` says why
  bool is_good = false;
  std::string text;
};

class Engine {
 public:
  // Opens and migrates the store, takes its lock, brings the sources in line. Nothing listens and nothing is asked yet.
  [[nodiscard]] static Result<std::unique_ptr<Engine>, StartError> open(config::Settings settings,
                                                                        const base::Clock& clock, ConfigOrigin origin);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // The daemon: listens, prints the first edition, says READY, polls until SIGTERM or SIGINT (or stop()).
  // `ready` is told the addresses. Waits until everything is written and closed.
  [[nodiscard]] Result<void, StartError> serve(const std::function<void(const std::vector<std::string>& urls)>& ready);
  // Polls what is due (or named) once and returns when all of it is recorded.
  void poll(const PollRequest& request, const std::function<void(std::size_t total)>& begin,
            const std::function<void(const PollLine&)>& line);
  // Ends serve() or poll(). Any thread.
  void stop();

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rapporteur::engine
