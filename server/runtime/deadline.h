// When a call's answer must be there, on a clock that never jumps.
#pragma once

#include <algorithm>
#include <chrono>

#include "absl/time/time.h"

namespace credlink {

class Deadline {
 public:
  using Steady = std::chrono::steady_clock;

  // A year is as good as for ever, and keeps the sum from overflowing.
  static Deadline In(absl::Duration time) {
    constexpr absl::Duration kYear = absl::Hours(24 * 365);
    return Deadline(Steady::now() +
                    absl::ToChronoNanoseconds(std::max(-kYear, std::min(time, kYear))));
  }

  absl::Duration Left() const { return absl::FromChrono(time_ - Steady::now()); }
  bool Passed() const { return Steady::now() >= time_; }

  // The same, `margin` earlier: what a step may use so that the steps after it still have time.
  Deadline Before(absl::Duration margin) const {
    return Deadline(time_ - absl::ToChronoNanoseconds(margin));
  }

  // The earlier of the two.
  Deadline Or(Deadline other) const { return Deadline(std::min(time_, other.time_)); }

 private:
  explicit Deadline(Steady::time_point time) : time_(time) {}
  Steady::time_point time_;
};

}  // namespace credlink
