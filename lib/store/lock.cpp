#include "store/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace rapporteur::store {

namespace {

// The holder writes its number into the file: only for the sentence, nothing decides by it.
std::string holder(int descriptor) {
  std::array<char, 24> digits{};
  const ssize_t size = ::pread(descriptor, digits.data(), digits.size() - 1, 0);
  if (size <= 0) return "another process";
  const std::string number(digits.data(), std::strspn(digits.data(), "0123456789"));
  return number.empty() ? "another process" : "process " + number;
}

void write_number(int descriptor) {
  const std::string number = std::to_string(::getpid()) + "\n";
  const bool is_written = ::ftruncate(descriptor, 0) == 0 &&
                          ::pwrite(descriptor, number.data(), number.size(), 0) == static_cast<ssize_t>(number.size());
  static_cast<void>(is_written);  // on a full disk the lock holds without its number
}

OpenError cannot_create(const std::string& lock_path, int reason) {
  std::string text = "store lock " + lock_path + ": cannot be created: " + std::strerror(reason) + ". ";
  text += reason == ENOENT ? "Create its directory" : "Let the user of this process write to its directory";
  return {OpenCode::cannot_create, text + ", or set [store] path"};
}

}  // namespace

// A store has one lock however its path is spelled: SQLite, too, follows a link to the file before it names the log.
Result<LockFile, OpenError> LockFile::take(const std::string& store_path) {
  std::error_code unknown;
  const std::filesystem::path file = std::filesystem::weakly_canonical(store_path, unknown);
  const std::string lock_path = (unknown ? store_path : file.string()) + ".lock";
  const int descriptor = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) return cannot_create(lock_path, errno);
  LockFile lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
    return OpenError{OpenCode::locked, "store " + store_path + ": " + holder(descriptor) + " is writing it (it holds " +
                                           lock_path + "). Stop that process first, or ask it instead"};
  write_number(descriptor);
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile::~LockFile() {
  // The file stays: removing it would let two processes hold locks on two files of one name.
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace rapporteur::store
