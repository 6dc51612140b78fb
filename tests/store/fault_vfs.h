// A disk that fails on demand: a sqlite3_vfs in front of SQLite's own.
#pragma once

#include <atomic>
#include <string>

namespace credlink {

// Registered while it lives; one at a time. Thread-safe.
class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();

  static const char* name() { return "credlink-faults"; }

  // Every write from now on answers with this SQLite code, such as SQLITE_FULL, until SQLITE_OK is
  // set.
  void FailWrites(int code) { write_code_ = code; }
  // The same for syncs.
  void FailSyncs(int code) { sync_code_ = code; }
  // The n-th write or sync from now on (0: the next) answers SQLITE_IOERR_WRITE or
  // SQLITE_IOERR_FSYNC, once.
  void FailNth(int n) { countdown_ = n + 1; }

  // How many writes FailWrites has made fail.
  int refused_writes() const { return refused_writes_; }

  // Used by the files.
  int OnWrite() {
    if (write_code_ != 0) ++refused_writes_;
    return CountDown() ? kWriteFailed : write_code_.load();
  }
  int OnSync() { return CountDown() ? kSyncFailed : sync_code_.load(); }

 private:
  static const int kWriteFailed, kSyncFailed;
  bool CountDown() { return countdown_ > 0 && --countdown_ == 0; }

  std::atomic<int> write_code_{0};
  std::atomic<int> refused_writes_{0};
  std::atomic<int> sync_code_{0};
  std::atomic<int> countdown_{0};
};

}  // namespace credlink
