#include "server/store/sqlite/private_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace credlink::sqlite {
namespace {

constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;

absl::Status SystemError(absl::string_view doing, const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot ", doing, " ", path, ": ", std::strerror(errno)));
}

std::string DirectoryOf(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status CheckDirectory(const std::string& directory) {
  struct stat info;
  if (stat(directory.c_str(), &info) != 0) return SystemError("use the directory", directory);
  if ((info.st_mode & S_IWOTH) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the directory ", directory, " can be written by anybody; give it mode 0700"));
  }
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& directory) {
  int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("open", directory);
  absl::Cleanup close_it = [fd] { close(fd); };
  return fsync(fd) == 0 ? absl::OkStatus() : SystemError("sync", directory);
}

}  // namespace

absl::StatusOr<DirectoryLock> DirectoryLock::Acquire(const std::string& path) {
  std::string directory = DirectoryOf(path);
  absl::Status status = CheckDirectory(directory);
  if (!status.ok()) return status;
  std::string name = absl::StrCat(directory, "/lock");
  int fd = open(name.c_str(), kFlags | O_CREAT, 0600);
  if (fd < 0) return SystemError("open", name);
  DirectoryLock lock(fd);
  if (fchmod(fd, 0600) != 0) return SystemError("set the mode of", name);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return SystemError("lock", name);
  return absl::FailedPreconditionError(absl::StrCat(
      "another server uses the data directory ", directory, " (it holds the lock on ", name, ")"));
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) close(fd_);
}

absl::Status MakeFilesPrivate(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::string name = absl::StrCat(path, suffix);
    int fd = open(name.c_str(), *suffix == '\0' ? kFlags | O_CREAT : kFlags, 0600);
    if (fd < 0 && errno == ENOENT && *suffix != '\0') continue;
    if (fd < 0) return SystemError("open", name);
    absl::Cleanup close_it = [fd] { close(fd); };
    struct stat info;
    if (fstat(fd, &info) != 0) return SystemError("look at", name);
    if (!S_ISREG(info.st_mode)) {
      return absl::FailedPreconditionError(absl::StrCat(name, " is not a file"));
    }
    if (fchmod(fd, 0600) != 0) return SystemError("set the mode of", name);
  }
  return SyncDirectory(DirectoryOf(path));
}

}  // namespace credlink::sqlite
