#include "tests/bench/fsync_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace credlink::bench {

namespace {

constexpr int64_t kPageBytes = 4096;
constexpr int64_t kPages = 1024;

bool WritePage(int file, int64_t page) {
  const std::array<char, kPageBytes> bytes{};
  return pwrite(file, bytes.data(), bytes.size(), page * kPageBytes) == kPageBytes;
}

bool WriteAll(int file) {
  for (int64_t page = 0; page < kPages; ++page) {
    if (!WritePage(file, page)) return false;
  }
  return fsync(file) == 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FsyncProbe>> FsyncProbe::Create(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::InternalError(absl::StrCat("cannot make ", path, ": ", std::strerror(errno)));
  }
  std::unique_ptr<FsyncProbe> probe(new FsyncProbe(file));
  if (!WriteAll(file)) return absl::InternalError(absl::StrCat("cannot write ", path));
  return probe;
}

FsyncProbe::~FsyncProbe() { close(file_); }

void FsyncProbe::Call(Done done) {
  const bool synced = WritePage(file_, next_page_++ % kPages) && fdatasync(file_) == 0;
  std::move(done)(synced ? absl::OkStatus() : absl::InternalError("fdatasync failed"));
}

}  // namespace credlink::bench
