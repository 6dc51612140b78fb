// Something that can be called many times at once.
#pragma once

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"

namespace credlink::bench {

using Done = absl::AnyInvocable<void(absl::Status) &&>;

// Thread-safe. Every call ends within kCallTimeout, and before the target is destroyed.
class Target {
 public:
  virtual ~Target() = default;
  // Starts one call. `done` is called once, on a thread of the target's; OK only for the answer
  // that was expected.
  virtual void Call(Done done) = 0;
};

inline constexpr int kCallTimeoutSeconds = 10;

}  // namespace credlink::bench
