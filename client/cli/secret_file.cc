#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "client/cli/secret_input.h"

namespace credlink::cli {
namespace {

constexpr size_t kFirstSize = 64 << 10;

absl::Status Cannot(const char* what, const std::string& file) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot ", what, " ", file, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<Secret> ReadSecretFile(const std::string& file, size_t max_size,
                                      bool* open_to_others) {
  const bool is_standard_input = file == "-";
  const int fd = is_standard_input ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Cannot("open", file);
  const auto close_file = absl::MakeCleanup([fd, is_standard_input] {
    if (!is_standard_input) close(fd);
  });
  struct stat info = {};
  if (fstat(fd, &info) != 0) return Cannot("read", file);
  *open_to_others = S_ISREG(info.st_mode) && (info.st_mode & (S_IRGRP | S_IROTH)) != 0;

  // One byte more than the file has, so that its end shows without growing.
  Secret bytes = Secret::OfSize(std::max<size_t>(
      S_ISREG(info.st_mode) ? std::min<size_t>(info.st_size, max_size) + 1 : 0, kFirstSize));
  size_t size = 0;
  while (true) {
    const ssize_t got = read(fd, bytes.mutable_data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Cannot("read", file);
    if (got == 0) break;
    size += got;
    if (size > max_size) {
      return absl::InvalidArgumentError(absl::StrCat(file, " has more than ", max_size, " bytes"));
    }
    if (size < bytes.size()) continue;
    Secret larger = Secret::OfSize(bytes.size() * 2);
    std::memcpy(larger.mutable_data(), bytes.data(), size);
    bytes = std::move(larger);
  }
  bytes.Truncate(size);
  return bytes;
}

}  // namespace credlink::cli
