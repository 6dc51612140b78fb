#include "server/store/sqlite/scrubbing_vfs.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace credlink::sqlite {
namespace {

// SQLite keeps the base's own file right behind ours, in one piece of memory of its choice.
struct File {
  sqlite3_file base;
  sqlite3_file* real;
};

sqlite3_file* Real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }
const sqlite3_io_methods* Methods(sqlite3_file* file) { return Real(file)->pMethods; }

int Close(sqlite3_file* file) { return Methods(file)->xClose(Real(file)); }
int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
  return Methods(file)->xRead(Real(file), out, size, at);
}

// Of the database's file only: it is written by whole pages.
int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const auto* data = static_cast<const unsigned char*>(bytes);
  std::vector<unsigned char> page(data, data + size);
  if (!ScrubPage(absl::MakeSpan(page), at == 0)) {
    return Methods(file)->xWrite(Real(file), bytes, size, at);
  }
  return Methods(file)->xWrite(Real(file), page.data(), size, at);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Methods(file)->xTruncate(Real(file), size);
}
int Sync(sqlite3_file* file, int flags) { return Methods(file)->xSync(Real(file), flags); }
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Methods(file)->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) { return Methods(file)->xLock(Real(file), level); }
int Unlock(sqlite3_file* file, int level) { return Methods(file)->xUnlock(Real(file), level); }
int CheckReservedLock(sqlite3_file* file, int* out) {
  return Methods(file)->xCheckReservedLock(Real(file), out);
}
int FileControl(sqlite3_file* file, int op, void* argument) {
  return Methods(file)->xFileControl(Real(file), op, argument);
}
int SectorSize(sqlite3_file* file) { return Methods(file)->xSectorSize(Real(file)); }
int DeviceCharacteristics(sqlite3_file* file) {
  return Methods(file)->xDeviceCharacteristics(Real(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return Methods(file)->xShmMap(Real(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Methods(file)->xShmLock(Real(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) { Methods(file)->xShmBarrier(Real(file)); }
int ShmUnmap(sqlite3_file* file, int erase) { return Methods(file)->xShmUnmap(Real(file), erase); }

// Version 2: without memory mapping, which the store does not use.
const sqlite3_io_methods kMethods = {2,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     ShmMap,
                                     ShmLock,
                                     ShmBarrier,
                                     ShmUnmap,
                                     nullptr,
                                     nullptr};

sqlite3_vfs* Base(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

// All but the database itself, such as the WAL, is the base's file alone.
int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return Base(vfs)->xOpen(Base(vfs), name, file, flags, out_flags);
  }
  auto* ours = reinterpret_cast<File*>(file);
  ours->base.pMethods = nullptr;
  ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
  const int code = Base(vfs)->xOpen(Base(vfs), name, ours->real, flags, out_flags);
  if (ours->real->pMethods != nullptr) ours->base.pMethods = &kMethods;
  return code;
}

size_t Number(absl::Span<unsigned char> page, size_t at) {
  return static_cast<size_t>(page[at]) << 8 | page[at + 1];
}

}  // namespace

// https://www.sqlite.org/fileformat2.html#b_tree_pages
bool ScrubPage(absl::Span<unsigned char> page, bool first) {
  const size_t header = first ? 100 : 0;
  if (page.size() < 512) return false;
  const unsigned char kind = page[header];
  const bool interior = kind == 2 || kind == 5;
  if (!interior && kind != 10 && kind != 13) return false;
  const size_t cells = Number(page, header + 3);
  const size_t content = Number(page, header + 5) == 0 ? 65536 : Number(page, header + 5);
  const size_t free = header + (interior ? 12 : 8) + 2 * cells;
  if (free > content || content > page.size()) return false;
  const absl::Span<unsigned char> unused = page.subspan(free, content - free);
  const auto is_zero = [](unsigned char byte) { return byte == 0; };
  if (std::all_of(unused.begin(), unused.end(), is_zero)) return false;
  std::fill(unused.begin(), unused.end(), 0);
  return true;
}

ScrubbingVfs::ScrubbingVfs(const std::string& base)
    : name_(absl::StrCat("credlink-scrubbing-", absl::Hex(reinterpret_cast<uintptr_t>(this)))) {
  sqlite3_vfs* original = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  vfs_ = *original;
  vfs_.pNext = nullptr;
  vfs_.zName = name_.c_str();
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + original->szOsFile;
  vfs_.pAppData = original;
  vfs_.xOpen = Open;
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

ScrubbingVfs::~ScrubbingVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace credlink::sqlite
