#include "support/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace rapporteur::test {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "rapporteur-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return (path_ / name).string();
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Program::Program(const TemporaryFolder& folder, std::vector<std::string> words, std::vector<std::string> environment) {
  static std::atomic<int> count{0};
  const std::string number = std::to_string(count++);
  output_ = folder / ("stdout-" + number);
  errors_ = folder / ("stderr-" + number);
  std::vector<char*> arguments = {const_cast<char*>(RAPPORTEUR_PROGRAM)};
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::vector<char*> variables;
  for (std::string& variable : environment) variables.push_back(variable.data());  // first, so that they win
  for (char** variable = environ; *variable; ++variable) variables.push_back(*variable);
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, errors_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int trouble = ::posix_spawn(&pid_, RAPPORTEUR_PROGRAM, &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (trouble != 0) throw std::runtime_error(std::string("cannot start ") + RAPPORTEUR_PROGRAM);
}

Program::~Program() {
  if (!is_running()) return;
  signal(SIGKILL);
  wait();
}

void Program::signal(int number) const {
  if (!has_ended_) ::kill(pid_, number);
}

bool Program::is_running() {
  if (has_ended_) return false;
  int raw = 0;
  if (::waitpid(pid_, &raw, WNOHANG) != pid_) return true;
  has_ended_ = true;
  status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  return false;
}

int Program::wait(std::chrono::milliseconds patience) {
  return eventually([this] { return !is_running(); }, patience) ? status_ : -1;
}

std::string Program::output() const { return read_file(output_); }
std::string Program::errors() const { return read_file(errors_); }

bool Program::wait_for_error(const std::string& part, std::chrono::milliseconds patience) {
  return eventually([&] { return errors().find(part) != std::string::npos || !is_running(); }, patience) &&
         errors().find(part) != std::string::npos;
}

Finished run_program(const TemporaryFolder& folder, std::vector<std::string> words) {
  Program program(folder, std::move(words));
  Finished finished;
  finished.status = program.wait(std::chrono::seconds(120));
  finished.output = program.output();
  finished.errors = program.errors();
  return finished;
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return condition();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace rapporteur::test
