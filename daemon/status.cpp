#include "engine/status.h"

#include <cstdio>
#include <filesystem>
#include <unordered_map>

#include "daemon/commands.h"
#include "engine/control.h"

namespace rapporteur::daemon {

namespace {

bool ask_daemon(const config::Settings& settings, bool wants_json) {
  auto daemon = engine::ControlClient::connect(settings.store.path);
  if (!daemon) return false;
  return daemon->ask({"status", wants_json ? "json" : "table"}, [](std::string_view, std::string_view text) {
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
  });
}

// Without a daemon the store is read as it lies there; what is configured but unknown to it was never polled.
int read_store(const config::Settings& settings, bool wants_json) {
  engine::Status status;
  status.now = base::SystemClock().now();
  std::unordered_map<std::string, feed::SourceState> known;
  if (std::filesystem::exists(settings.store.path)) {
    auto readers = store::Readers::open(settings.store);
    if (!readers) {
      std::fprintf(stderr, "rapporteur: %s\n", readers.error().text.c_str());
      return unavailable;
    }
    for (feed::Source& source : (*readers)->sources()) known.emplace(source.settings->id, std::move(source.state));
    status.counts = (*readers)->counts();
  }
  const feed::SourceState never_polled;
  for (const auto& source : settings.sources) {
    const auto place = known.find(source->id);
    const feed::SourceState& state = place == known.end() ? never_polled : place->second;
    status.sources.push_back({{source, feed::PackedState(state, source->url)}, {}});
  }
  const std::string text = wants_json ? engine::to_json(status) : engine::to_table(status);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? done : 74;
}

}  // namespace

int status(const Common& common) {
  int exit_status = done;
  const auto settings = read_configuration(common, exit_status);
  if (!settings) return exit_status;
  if (ask_daemon(*settings, common.wants_json)) return done;
  return read_store(*settings, common.wants_json);
}

}  // namespace rapporteur::daemon
