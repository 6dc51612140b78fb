#include "tests/bench/fsync_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace credlink::bench {

absl::StatusOr<std::unique_ptr<FsyncProbe>> FsyncProbe::Create(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::InternalError(absl::StrCat("cannot make ", path, ": ", std::strerror(errno)));
  }
  return std::unique_ptr<FsyncProbe>(new FsyncProbe(file));
}

FsyncProbe::~FsyncProbe() { close(file_); }

void FsyncProbe::Call(Done done) {
  constexpr size_t kPage = 4096;
  const std::array<char, kPage> page{};
  const bool synced = write(file_, page.data(), page.size()) == static_cast<ssize_t>(kPage) &&
                      fdatasync(file_) == 0;
  std::move(done)(synced ? absl::OkStatus() : absl::InternalError("fdatasync failed"));
}

}  // namespace credlink::bench
