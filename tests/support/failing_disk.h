// A disk that fails on demand: SQLite's own file system with a switch. Installed as the process's default when first
// used; while nothing is armed it only counts. For tests of store and engine; one thread writes at a time.
#pragma once

#include <cstdint>

namespace rapporteur::support {

class FailingDisk {
 public:
  enum class Kind { full, io_error };

  FailingDisk();
  ~FailingDisk();  // disarms
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // The n-th write, truncation or sync from now on fails (1: the next), and `lasting` all that follow.
  void fail_after(std::uint64_t n, Kind kind, bool lasting);
  void heal();
  std::uint64_t operations() const;  // since the last fail_after or heal
};

}  // namespace rapporteur::support
