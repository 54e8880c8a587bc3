#include "support/failing_disk.h"

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <new>

namespace rapporteur::support {

namespace {

std::atomic<std::uint64_t> operation_count{0};
std::atomic<std::uint64_t> failing_operation{0};  // 0: none
std::atomic<bool> fails_on{false};
std::atomic<int> failure_code{SQLITE_FULL};

struct File {
  sqlite3_file base;
  sqlite3_file* real;  // stands right behind this struct
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

// SQLITE_OK, or what the disk says to this operation.
int ask_disk() {
  const std::uint64_t number = ++operation_count;
  const std::uint64_t failing = failing_operation;
  const bool fails = failing != 0 && (number == failing || (fails_on && number > failing));
  return fails ? failure_code.load() : SQLITE_OK;
}

int close_file(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
int read_file(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), out, size, at);
}
int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const int code = ask_disk();
  return code != SQLITE_OK ? code : real(file)->pMethods->xWrite(real(file), bytes, size, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const int code = ask_disk();
  return code != SQLITE_OK ? code : real(file)->pMethods->xTruncate(real(file), size);
}
int sync_file(sqlite3_file* file, int flags) {
  const int code = ask_disk();
  return code != SQLITE_OK ? code : real(file)->pMethods->xSync(real(file), flags);
}
int size_of_file(sqlite3_file* file, sqlite3_int64* size) { return real(file)->pMethods->xFileSize(real(file), size); }
int lock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xLock(real(file), level); }
int unlock_file(sqlite3_file* file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }
int check_lock(sqlite3_file* file, int* out) { return real(file)->pMethods->xCheckReservedLock(real(file), out); }
int control(sqlite3_file* file, int operation, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sector_size(sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); }
int device(sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int n, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}
void shm_barrier(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); }

const sqlite3_io_methods methods{2,         close_file,  read_file,  write_file, truncate_file, sync_file, size_of_file,
                                 lock_file, unlock_file, check_lock, control,    sector_size,   device,    shm_map,
                                 shm_lock,  shm_barrier, shm_unmap,  nullptr,    nullptr};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* below = static_cast<sqlite3_vfs*>(vfs->pAppData);
  auto* wrapped = new (file) File{};
  wrapped->real = reinterpret_cast<sqlite3_file*>(wrapped + 1);
  std::memset(static_cast<void*>(wrapped->real), 0, static_cast<std::size_t>(below->szOsFile));
  const int code = below->xOpen(below, name, wrapped->real, flags, out_flags);
  wrapped->base.pMethods = wrapped->real->pMethods ? &methods : nullptr;
  return code;
}

// Installed once and left in place: connections may outlive the object that armed it.
void install() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs* below = sqlite3_vfs_find(nullptr);
    sqlite3_vfs copy = *below;
    copy.zName = "failing";
    copy.pAppData = below;
    copy.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
    copy.xOpen = open_file;
    copy.pNext = nullptr;
    return copy;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 1);
  static_cast<void>(registered);
}

}  // namespace

FailingDisk::FailingDisk() {
  install();
  heal();
}

FailingDisk::~FailingDisk() { heal(); }

void FailingDisk::fail_after(std::uint64_t n, Kind kind, bool lasting) {
  operation_count = 0;
  fails_on = lasting;
  failure_code = kind == Kind::full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
  failing_operation = n;
}

void FailingDisk::heal() {
  failing_operation = 0;
  operation_count = 0;
}

std::uint64_t FailingDisk::operations() const { return operation_count; }

}  // namespace rapporteur::support
