// What the disk alone takes: 4 KiB written and synced. The file has its length before, and is
// written round and round, as SQLite's WAL is: a file that grows costs the file system more.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/target.h"

namespace credlink::bench {

// Each call writes 4 KiB and fdatasyncs, on the caller's thread. Not thread-safe.
class FsyncProbe final : public Target {
 public:
  static absl::StatusOr<std::unique_ptr<FsyncProbe>> Create(const std::string& path);
  ~FsyncProbe() override;

  void Call(Done done) override;

 private:
  explicit FsyncProbe(int file) : file_(file) {}

  const int file_;
  int64_t next_page_ = 0;
};

}  // namespace credlink::bench
