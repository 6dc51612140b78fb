#include "server/store/sqlite/scrubbing_vfs.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/wrapped_file.h"

namespace credlink::sqlite {
namespace {

// Of the database's file only: it is written by whole pages.
int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  const auto* data = static_cast<const unsigned char*>(bytes);
  std::vector<unsigned char> page(data, data + size);
  if (!ScrubPage(absl::MakeSpan(page), at == 0)) {
    return PassOn().xWrite(file, bytes, size, at);
  }
  return PassOn().xWrite(file, page.data(), size, at);
}

sqlite3_vfs* Base(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

const sqlite3_io_methods& ScrubbingMethods() {
  static const sqlite3_io_methods methods = [] {
    sqlite3_io_methods scrubbing = PassOn();
    scrubbing.xWrite = Write;
    return scrubbing;
  }();
  return methods;
}

// All but the database itself, such as the WAL, is the base's file alone.
int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return Base(vfs)->xOpen(Base(vfs), name, file, flags, out_flags);
  }
  return OpenWrapped(Base(vfs), name, file, flags, out_flags, ScrubbingMethods());
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
  vfs_.szOsFile = static_cast<int>(sizeof(WrappedFile)) + original->szOsFile;
  vfs_.pAppData = original;
  vfs_.xOpen = Open;
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
}

ScrubbingVfs::~ScrubbingVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace credlink::sqlite
