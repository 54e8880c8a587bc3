// One function per subcommand; main.cpp reads the command line and calls one of them. Each returns its exit status
// (sysexits). Results go to stdout, everything else to stderr.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"

namespace rapporteur::daemon {

// sysexits.h, by the names the manual uses.
enum Exit {
  done = 0,
  bad_usage = 64,
  bad_data = 65,
  no_input = 66,
  unavailable = 69,
  cannot_create = 73,
  bad_configuration = 78
};

struct Common {
  std::string config_path = "/etc/rapporteur/rapporteur.toml";
  std::vector<std::pair<std::string, std::string>> overrides;  // --set KEY=VALUE
  bool wants_json = false;
};

struct PollOptions {
  bool is_now = false;
  std::vector<std::string> sources;
};

struct ParseOptions {
  std::string base, content_type;
  std::vector<std::string> files;  // "-" is stdin
};

struct DemoOptions {
  int port = 8480;  // 0: the system chooses
};

int run(const Common& common);
int poll(const Common& common, const PollOptions& options);
int check(const Common& common);
int status(const Common& common);
int parse(const Common& common, const ParseOptions& options);
int demo(const Common& common, const DemoOptions& options);

// Reads the configuration; prints every fault to stderr and sets the exit status when there are any.
std::optional<config::Settings> read_configuration(const Common& common, int& exit_status);

}  // namespace rapporteur::daemon
