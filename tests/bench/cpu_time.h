// How much processor time a process has used.
#pragma once

#include <sys/types.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace credlink::bench {

// User and system time of all its threads so far, to the clock tick (10 ms).
absl::StatusOr<absl::Duration> CpuTimeOf(pid_t pid);

}  // namespace credlink::bench
