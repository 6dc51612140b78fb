// The figures. README.md tells what each means. An error is a measurement that failed; a goal that
// was missed is none.
#pragma once

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

}  // namespace credlink::bench
