#include <cstdio>

#include "config/read.h"
#include "daemon/commands.h"

namespace rapporteur::daemon {

namespace {

// Faults are the answer of `check` and go to stdout; these are beside the point, and the configuration is good.
void print_warnings(const config::Settings& settings) {
  for (const config::Fault& warning : settings.warnings)
    std::fprintf(stderr, "%s\n", config::to_string(warning).c_str());
}

}  // namespace

int check(const Common& common) {
  const auto settings = config::read(common.config_path, common.overrides);
  if (settings) {
    print_warnings(*settings);
    return done;
  }
  for (const config::Fault& fault : settings.error().list) std::printf("%s\n", config::to_string(fault).c_str());
  return settings.error().is_missing_file ? no_input : bad_configuration;
}

std::optional<config::Settings> read_configuration(const Common& common, int& exit_status) {
  auto settings = config::read(common.config_path, common.overrides);
  if (settings) return std::move(*settings);
  const config::Faults& faults = settings.error();
  for (const config::Fault& fault : faults.list) std::fprintf(stderr, "%s\n", config::to_string(fault).c_str());
  std::fprintf(stderr, "rapporteur: %zu fault%s in the configuration, nothing was started\n", faults.list.size(),
               faults.list.size() == 1 ? "" : "s");
  exit_status = faults.is_missing_file ? no_input : bad_configuration;
  return std::nullopt;
}

}  // namespace rapporteur::daemon
