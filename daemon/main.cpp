// The command line: CLI11 lives here alone, so that one translation unit pays for it.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "daemon/commands.h"
#include "ops/memory.h"

namespace {

using namespace rapporteur;  // this file is the program's edge

constexpr const char* description =
    "rapporteur polls the news of UN agencies, keeps each story once, and republishes them as one merged feed.\n"
    "\n"
    "A first look, without any configuration:   rapporteur demo\n"
    "As a service:                              rapporteur -c FILE run\n";
constexpr const char* footer =
    "The configuration is described in rapporteur.toml(5), this program in rapporteur(8).\n"
    "Exit status: 0 done, 64 bad usage, 65 bad data, 66 no such input, 69 unavailable, 73/74 cannot write, 78 bad "
    "configuration.";

bool take_overrides(const std::vector<std::string>& settings, daemon::Common& common) {
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos) {
      std::fprintf(stderr, "rapporteur: --set %s: write KEY=VALUE, for example --set fetch.interval=30m\n",
                   setting.c_str());
      return false;
    }
    common.overrides.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return true;
}

int dispatch(int count, char** words) {
  daemon::Common common;
  daemon::PollOptions poll;
  daemon::ParseOptions parse;
  daemon::DemoOptions demo;
  std::vector<std::string> settings;

  CLI::App app{description, "rapporteur"};
  app.footer(footer);
  app.require_subcommand(1);
  app.set_version_flag("--version", "rapporteur " RAPPORTEUR_VERSION);
  app.add_option("-c,--config", common.config_path, "the configuration file")->capture_default_str()->type_name("FILE");
  app.add_option("--set", settings, "override one setting, for example --set fetch.interval=30m")
      ->type_name("KEY=VALUE");
  app.add_flag("--json", common.wants_json, "where a table is printed: JSON instead");
  app.fallthrough();

  CLI::App* run_command = app.add_subcommand("run", "run the daemon in the foreground (what systemd starts)");
  CLI::App* demo_command =
      app.add_subcommand("demo", "show it at work on sample feeds, without configuration or network; Ctrl-C ends it");
  demo_command->add_option("--port", demo.port, "where to serve; 0 lets the system choose")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  CLI::App* poll_command =
      app.add_subcommand("poll", "poll the sources that are due (or the named ones) once, a line each");
  poll_command->add_flag("--now", poll.is_now,
                         "although they are not due; what a server asked for and the hard floor still hold");
  poll_command->add_option("SOURCE", poll.sources, "ids of sources");
  CLI::App* check_command =
      app.add_subcommand("check", "print every fault of the configuration; nothing when it is good");
  CLI::App* status_command = app.add_subcommand("status", "a line per source: state, last success, next poll and why");
  CLI::App* parse_command = app.add_subcommand("parse", "print what a feed document says, as JSON");
  parse_command->add_option("--base", parse.base, "the address the document came from")->type_name("URL");
  parse_command->add_option("--content-type", parse.content_type, "the Content-Type it came with")->type_name("TYPE");
  parse_command->add_option("FILE", parse.files, "documents; - is standard input")->required();

  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& error) {
    const bool is_question = error.get_exit_code() == 0;  // --help, --version
    app.exit(error);
    return is_question ? daemon::done : daemon::bad_usage;
  }
  if (!take_overrides(settings, common)) return daemon::bad_usage;
  if (*run_command) return daemon::run(common);
  if (*demo_command) return daemon::demo(common, demo);
  if (*poll_command) return daemon::poll(common, poll);
  if (*check_command) return daemon::check(common);
  if (*status_command) return daemon::status(common);
  if (*parse_command) return daemon::parse(common, parse);
  return daemon::bad_usage;
}

}  // namespace

int main(int count, char** words) {
  ops::keep_freed_memory();
  try {
    return dispatch(count, words);
  } catch (const std::exception& failure) {  // our ground gave way: disk, memory, descriptors
    std::fprintf(stderr, "rapporteur: %s; the program ends, what was committed is safe\n", failure.what());
    return 74;
  }
}
