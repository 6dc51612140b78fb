// The figures. README.md tells what each means. An error is a measurement that failed; a goal that
// was missed is none.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/figure.h"
#include "tests/bench/servers.h"

namespace credlink::bench {

struct Setup {
  Programs programs;
  std::string disk_folder;    // on the disk that data is kept on
  std::string memory_folder;  // on a file system in memory
};

absl::StatusOr<Figure> MeasureBridge(const Setup& setup);
absl::StatusOr<Figure> MeasureList(const Setup& setup);
absl::StatusOr<Figure> MeasureLink(const Setup& setup);
absl::StatusOr<Figure> MeasureLatency(const Setup& setup);          // data on the disk
absl::StatusOr<Figure> MeasureLatencyInMemory(const Setup& setup);  // data in memory

absl::StatusOr<Figure> MeasureListScale(const Setup& setup);
absl::StatusOr<Figure> MeasureStartScale(const Setup& setup);
absl::StatusOr<Figure> MeasureImport(const Setup& setup);
absl::StatusOr<Figure> MeasureWatchers(const Setup& setup);

// A data folder with that many accounts, made by fill_store at the first call and kept in the disk
// folder for the calls after it. One credlinkd at a time may use it.
absl::StatusOr<std::string> FilledFolder(const Setup& setup, int64_t accounts);

inline constexpr int64_t kManyAccounts = 1000000;
inline constexpr int64_t kFewAccounts = 1000;

}  // namespace credlink::bench
