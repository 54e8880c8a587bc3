#include <cstdio>
#include <string>
#include <vector>

#include "daemon/commands.h"
#include "engine/engine.h"

namespace rapporteur::daemon {

int run(const Common& common) {
  int exit_status = done;
  auto settings = read_configuration(common, exit_status);
  if (!settings) return exit_status;
  const base::SystemClock clock;
  auto engine = engine::Engine::open(std::move(*settings), clock, {common.config_path, common.overrides});
  if (!engine) {
    std::fprintf(stderr, "rapporteur: %s\n", engine.error().text.c_str());
    return engine.error().exit_status;
  }
  const auto served = (*engine)->serve([](const std::vector<std::string>& urls) {
    for (const std::string& url : urls)
      std::fprintf(stderr, "rapporteur: serving %s/ and %s/feed.atom\n", url.c_str(), url.c_str());
  });
  if (served) return done;
  std::fprintf(stderr, "rapporteur: %s\n", served.error().text.c_str());
  return served.error().exit_status;
}

}  // namespace rapporteur::daemon
