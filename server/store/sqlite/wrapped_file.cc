#include "server/store/sqlite/wrapped_file.h"

namespace credlink::sqlite {
namespace {

const sqlite3_io_methods* Methods(sqlite3_file* file) { return RealFile(file)->pMethods; }

int Close(sqlite3_file* file) { return Methods(file)->xClose(RealFile(file)); }
int Read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
  return Methods(file)->xRead(RealFile(file), out, size, at);
}
int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  return Methods(file)->xWrite(RealFile(file), bytes, size, at);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Methods(file)->xTruncate(RealFile(file), size);
}
int Sync(sqlite3_file* file, int flags) { return Methods(file)->xSync(RealFile(file), flags); }
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Methods(file)->xFileSize(RealFile(file), size);
}
int Lock(sqlite3_file* file, int level) { return Methods(file)->xLock(RealFile(file), level); }
int Unlock(sqlite3_file* file, int level) { return Methods(file)->xUnlock(RealFile(file), level); }
int CheckReservedLock(sqlite3_file* file, int* out) {
  return Methods(file)->xCheckReservedLock(RealFile(file), out);
}
int FileControl(sqlite3_file* file, int op, void* argument) {
  return Methods(file)->xFileControl(RealFile(file), op, argument);
}
int SectorSize(sqlite3_file* file) { return Methods(file)->xSectorSize(RealFile(file)); }
int DeviceCharacteristics(sqlite3_file* file) {
  return Methods(file)->xDeviceCharacteristics(RealFile(file));
}
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return Methods(file)->xShmMap(RealFile(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Methods(file)->xShmLock(RealFile(file), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) { Methods(file)->xShmBarrier(RealFile(file)); }
int ShmUnmap(sqlite3_file* file, int erase) {
  return Methods(file)->xShmUnmap(RealFile(file), erase);
}

constexpr sqlite3_io_methods kPassOn = {2,
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

}  // namespace

const sqlite3_io_methods& PassOn() { return kPassOn; }

int OpenWrapped(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags,
                const sqlite3_io_methods& methods) {
  auto* ours = reinterpret_cast<WrappedFile*>(file);
  ours->base.pMethods = nullptr;
  ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
  const int code = vfs->xOpen(vfs, name, ours->real, flags, out_flags);
  if (ours->real->pMethods != nullptr) ours->base.pMethods = &methods;
  return code;
}

}  // namespace credlink::sqlite
