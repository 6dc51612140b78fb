// A file of a sqlite3_vfs that stands in front of another one's.
#pragma once

#include <sqlite3.h>

namespace credlink::sqlite {

// SQLite keeps the real file right behind ours, in one piece of memory of its choice: the szOsFile
// of a vfs with such files is sizeof(WrappedFile) and the real one's.
struct WrappedFile {
  sqlite3_file base;
  sqlite3_file* real;
};

inline sqlite3_file* RealFile(sqlite3_file* file) {
  return reinterpret_cast<WrappedFile*>(file)->real;
}

// Methods that pass everything on to the real file. Version 2: without memory mapping, which the
// store does not use.
const sqlite3_io_methods& PassOn();

// Opens the real file with `vfs`, and gives ours those methods, which must last.
int OpenWrapped(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags,
                const sqlite3_io_methods& methods);

}  // namespace credlink::sqlite
