// The kinds of load. All stop at the first call that fails: its status is the result then.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/target.h"

namespace credlink::bench {

struct ClosedLoopResult {
  int64_t calls = 0;              // all of them, those that ended after the time included
  double calls_per_second = 0.0;  // of those that ended in time
};

// Keeps that many calls outstanding for so long, then waits for those still out.
absl::StatusOr<ClosedLoopResult> RunClosedLoop(Target& target, int outstanding,
                                               absl::Duration time);

// Starts a call every 1/rate seconds, however long the others take. The latency of each, counted
// from when it was due: a call that starts late because the machine is busy is a slow call.
absl::StatusOr<std::vector<absl::Duration>> RunOpenLoop(Target& target, double rate,
                                                        absl::Duration time);

// One call, and how long it took.
absl::StatusOr<absl::Duration> TimeOneCall(Target& target);

}  // namespace credlink::bench
