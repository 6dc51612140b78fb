// When the threads of an import may go on.
#pragma once

#include <condition_variable>
#include <mutex>

#include "absl/time/time.h"

namespace credlink::cli {

// Thread-safe.
class Pace {
 public:
  // Waits until nobody holds all back. False when stopped.
  bool WaitForTurn();
  // Nobody gets a turn for so long from now.
  void HoldAllBack(absl::Duration duration);
  // Waits alone.
  void Pause(absl::Duration duration);
  // Ends every wait, now and later.
  void Stop();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  absl::Time not_before_ = absl::InfinitePast();
  bool stopped_ = false;
};

}  // namespace credlink::cli
