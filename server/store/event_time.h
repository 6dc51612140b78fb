// When events are forgotten.
#pragma once

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"

namespace credlink {

// The time by which an event is kept, where the one before it is kept by `before_us`: not before
// that one, even if the clock was set back, so that what is forgotten is the beginning. But a clock
// that was wrong by more than a day, once, must not keep for years what comes after.
inline int64_t EventTime(int64_t before_us, int64_t event_us) {
  const int64_t most_us = event_us + absl::ToInt64Microseconds(absl::Hours(24));
  return before_us > most_us ? event_us : std::max(before_us, event_us);
}

}  // namespace credlink
