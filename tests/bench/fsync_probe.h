// What the disk alone takes: 4 KiB written and synced.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/target.h"

namespace credlink::bench {

// Each call appends 4 KiB to a file and fdatasyncs it, on the caller's thread.
class FsyncProbe final : public Target {
 public:
  static absl::StatusOr<std::unique_ptr<FsyncProbe>> Create(const std::string& path);
  ~FsyncProbe() override;

  void Call(Done done) override;

 private:
  explicit FsyncProbe(int file) : file_(file) {}

  const int file_;
};

}  // namespace credlink::bench
