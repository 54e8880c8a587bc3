// The program itself, as a test sees it: started with arguments in a folder of its own, its outputs in files, its end
// awaited or forced. Real signals, real exit statuses.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rapporteur::test {

// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  std::string write(const std::string& name, const std::string& text) const;  // returns the path

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& path);

class Program {
 public:
  // `rapporteur` with these words; extra environment as NAME=VALUE. Outputs go into files of `folder`.
  Program(const TemporaryFolder& folder, std::vector<std::string> words, std::vector<std::string> environment = {});
  ~Program();  // kill -9 when it still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const;
  // The exit status; 128 + signal when one ended it; -1 when it still runs after `patience`.
  int wait(std::chrono::milliseconds patience = std::chrono::seconds(30));
  bool is_running();
  pid_t pid() const { return pid_; }
  std::string output() const;  // stdout so far
  std::string errors() const;  // stderr so far
  bool wait_for_error(const std::string& part, std::chrono::milliseconds patience = std::chrono::seconds(20));

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  bool has_ended_ = false;
  std::filesystem::path output_, errors_;
};

struct Finished {
  int status = -1;
  std::string output, errors;
};
Finished run_program(const TemporaryFolder& folder, std::vector<std::string> words);

// Asks again and again until it is true; false after `patience`.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace rapporteur::test
