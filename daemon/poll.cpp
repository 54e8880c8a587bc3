#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "daemon/commands.h"
#include "engine/control.h"
#include "engine/engine.h"

namespace rapporteur::daemon {

namespace {

constexpr auto between_flushes = std::chrono::milliseconds(100);  // who watches sees it go on

// Lines on stdout; on a terminal also how far we are, on stderr, wiped before each line.
class Progress {
 public:
  explicit Progress(bool wants_json) : wants_json_(wants_json), is_terminal_(::isatty(STDERR_FILENO) != 0) {}

  void begin(std::size_t total) {
    total_ = total;
    show();
  }
  void line(const engine::PollLine& line) {
    wipe();
    if (!line.is_skipped) ++ended_;
    if (line.is_skipped) ++skipped_;
    if (!line.is_good && !line.is_skipped) ++bad_;
    print(line);
    show();
  }
  void end() {
    wipe();
    std::fflush(stdout);
    std::fprintf(stderr, "%zu polled, %zu of them without a usable answer, %zu not asked\n", ended_, bad_, skipped_);
  }

 private:
  void print(const engine::PollLine& line) {
    const char* mark = line.is_skipped ? "-" : line.is_good ? "ok" : "!";
    if (wants_json_) {
      std::string json = "{\"source\": ";
      base::append_json_string(json, line.source);
      json += ", \"asked\": " + std::string(line.is_skipped ? "false" : "true");
      json += ", \"ok\": " + std::string(line.is_good ? "true" : "false") + ", \"text\": ";
      base::append_json_string(json, line.text);
      std::printf("%s}\n", json.c_str());
    } else {
      std::printf("%-2s %s: %s\n", mark, line.source.c_str(), line.text.c_str());
    }
    if (const auto now = std::chrono::steady_clock::now(); now - flushed_ >= between_flushes) {
      std::fflush(stdout);
      flushed_ = now;
    }
  }
  void show() {
    if (is_terminal_) std::fprintf(stderr, "\r%zu of %zu polled ", ended_, total_);
  }
  void wipe() {
    if (is_terminal_) std::fprintf(stderr, "\r\033[K");
  }

  bool wants_json_;
  bool is_terminal_;
  std::size_t total_ = 0, ended_ = 0, bad_ = 0, skipped_ = 0;
  std::chrono::steady_clock::time_point flushed_{};
};

// "result good|bad|skipped SOURCE TEXT" as the daemon's control socket says it.
engine::PollLine read_line(std::string_view text) {
  engine::PollLine line;
  const auto word = [&text] {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view first = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    return first;
  };
  const std::string_view kind = word();
  line.is_good = kind == "good";
  line.is_skipped = kind == "skipped";
  line.source = std::string(word());
  line.text = std::string(text);
  return line;
}

int ask_daemon(engine::ControlClient& daemon, const PollOptions& options, Progress& progress) {
  std::vector<std::string> words = {"poll"};
  if (options.is_now) words.emplace_back("--now");
  words.insert(words.end(), options.sources.begin(), options.sources.end());
  const bool is_whole = daemon.ask(words, [&](std::string_view tag, std::string_view text) {
    if (tag == "total") progress.begin(std::strtoull(std::string(text).c_str(), nullptr, 10));
    if (tag == "result") progress.line(read_line(text));
    if (tag == "error") std::fprintf(stderr, "rapporteur: %.*s\n", static_cast<int>(text.size()), text.data());
  });
  progress.end();
  if (is_whole) return done;
  std::fprintf(
      stderr,
      "rapporteur: the daemon went away before all sources were polled; `rapporteur status` says what it did\n");
  return unavailable;
}

bool are_known(const config::Settings& settings, const std::vector<std::string>& ids) {
  bool all = true;
  for (const std::string& id : ids) {
    bool is_known = false;
    for (const auto& source : settings.sources) is_known = is_known || source->id == id;
    if (!is_known)
      std::fprintf(stderr, "rapporteur: no source '%s' is configured; `rapporteur status` lists them\n", id.c_str());
    all = all && is_known;
  }
  return all;
}

}  // namespace

int poll(const Common& common, const PollOptions& options) {
  int exit_status = done;
  auto settings = read_configuration(common, exit_status);
  if (!settings) return exit_status;
  if (!are_known(*settings, options.sources)) return bad_usage;
  Progress progress(common.wants_json);
  if (auto daemon = engine::ControlClient::connect(settings->store.path)) return ask_daemon(*daemon, options, progress);
  const base::SystemClock clock;
  auto engine = engine::Engine::open(std::move(*settings), clock, {common.config_path, common.overrides});
  if (!engine) {
    std::fprintf(stderr, "rapporteur: %s\n", engine.error().text.c_str());
    return engine.error().exit_status;
  }
  (*engine)->poll(
      {options.is_now, options.sources}, [&](std::size_t total) { progress.begin(total); },
      [&](const engine::PollLine& line) { progress.line(line); });
  progress.end();
  return done;
}

}  // namespace rapporteur::daemon
