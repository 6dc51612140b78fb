#include "tests/store/fault_vfs.h"

#include <sqlite3.h>

#include <cstdlib>

#include "server/store/sqlite/wrapped_file.h"

namespace credlink {
namespace {

using sqlite::OpenWrapped;
using sqlite::PassOn;

sqlite3_vfs vfs;
sqlite3_vfs* original = nullptr;
FaultVfs* faults = nullptr;

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const int code = faults->OnWrite();
  return code != SQLITE_OK ? code : PassOn().xWrite(file, bytes, size, at);
}
int Sync(sqlite3_file* file, int flags) {
  const int code = faults->OnSync();
  return code != SQLITE_OK ? code : PassOn().xSync(file, flags);
}

const sqlite3_io_methods& FaultyMethods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods faulty = PassOn();
    faulty.xWrite = Write;
    faulty.xSync = Sync;
    return faulty;
  }();
  return methods;
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  return OpenWrapped(original, name, file, flags, out_flags, FaultyMethods());
}

}  // namespace

const int FaultVfs::kWriteFailed = SQLITE_IOERR_WRITE;
const int FaultVfs::kSyncFailed = SQLITE_IOERR_FSYNC;

FaultVfs::FaultVfs() {
  if (faults != nullptr) abort();
  faults = this;
  original = sqlite3_vfs_find(nullptr);
  vfs = *original;
  vfs.pNext = nullptr;
  vfs.zName = name();
  vfs.szOsFile = static_cast<int>(sizeof(sqlite::WrappedFile)) + original->szOsFile;
  vfs.xOpen = Open;
  sqlite3_vfs_register(&vfs, /*makeDflt=*/0);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&vfs);
  faults = nullptr;
}

}  // namespace credlink
