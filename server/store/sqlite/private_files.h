// The files of the store on disk: who may read them, and who has them open.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace credlink::sqlite {

// Keeps a second server away from a data directory, as long as it lives. The kernel lets go of the
// lock when the process dies, however it dies.
class DirectoryLock {
 public:
  // Locks the file `lock` in the directory of `path`, making it if need be.
  static absl::StatusOr<DirectoryLock> Acquire(const std::string& path);

  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

// Makes the database file if it is not there, in a directory that must be, and gives it and what
// SQLite keeps beside it mode 0600, whatever the umask is. SQLite makes its files with the mode of
// the database. Only before SQLite has the file open: closing a descriptor drops SQLite's locks.
absl::Status MakeFilesPrivate(const std::string& path);

}  // namespace credlink::sqlite
