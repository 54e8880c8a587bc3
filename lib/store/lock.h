// One process writes a store: it holds an advisory lock on `path + ".lock"` for as long as it lives. The kernel lets go
// of it when the process dies, however it dies, so a lock file that is left behind means nothing.
#pragma once

#include <string>

#include "base/result.h"
#include "store/store.h"

namespace rapporteur::store {

class LockFile {
 public:
  // Does not wait. The error names the process that holds it, when it can be told.
  [[nodiscard]] static Result<LockFile, OpenError> take(const std::string& store_path);
  ~LockFile();
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace rapporteur::store
