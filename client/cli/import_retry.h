// Which lines of an import are worth another attempt, and what a line's failure means to the
// others.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace credlink::cli {

// What an answer to one line tells of the other lines.
enum class Bearing {
  kNone,   // it is about this line alone
  kMany,   // the others probably meet the same
  kEvery,  // every other one will: this caller may not link
};

struct ImportRetry {
  absl::optional<absl::Duration> again;  // after so long; nullopt: that was the last attempt
  Bearing bearing = Bearing::kNone;
};

// After the `attempt`th attempt, counted from 1. What may pass is tried eight times, with pauses as
// long as the server asks for, longer each time. An answer of LastPass's that nobody understands is
// tried twice: each attempt holds a worker and asks LastPass live.
ImportRetry RetryOf(const absl::Status& status, int attempt);

}  // namespace credlink::cli
