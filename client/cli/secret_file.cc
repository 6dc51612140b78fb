#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iostream>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "client/cli/secret_input.h"
#include "client/cli/table.h"

namespace credlink::cli {
namespace {

constexpr size_t kFirstSize = 64 << 10;

// Without the file's name: it may be the secret itself, put where its file's name belongs.
absl::Status Cannot(const char* what) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot ", what, " the file: ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<Secret> ReadSecretFile(const std::string& file, size_t max_size) {
  const bool is_standard_input = file == "-";
  const int fd = is_standard_input ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Cannot("open");
  const auto close_file = absl::MakeCleanup([fd, is_standard_input] {
    if (!is_standard_input) close(fd);
  });
  struct stat info = {};
  if (fstat(fd, &info) != 0) return Cannot("read");
  if (S_ISREG(info.st_mode) && (info.st_mode & (S_IRGRP | S_IROTH)) != 0) {
    std::cerr << "warning: others can read " << Printable(file)
              << ", and the secrets in it: chmod 600 it, and remove it in the end\n";
  }

  // One byte more than the file has, so that its end shows without growing.
  Secret bytes = Secret::OfSize(std::max<size_t>(
      S_ISREG(info.st_mode) ? std::min<size_t>(info.st_size, max_size) + 1 : 0, kFirstSize));
  size_t size = 0;
  while (true) {
    const ssize_t got = read(fd, bytes.mutable_data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Cannot("read");
    if (got == 0) break;
    size += got;
    if (size > max_size) {
      return absl::InvalidArgumentError(
          absl::StrCat("the file has more than ", max_size, " bytes"));
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
