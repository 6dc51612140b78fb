#include "client/cli/pace.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace credlink::cli {

bool Pace::WaitForTurn() {
  std::unique_lock<std::mutex> lock(mutex_);
  // What is due may have moved while it waited.
  while (!stopped_ && absl::Now() < not_before_) {
    changed_.wait_until(lock, absl::ToChronoTime(not_before_));
  }
  return !stopped_;
}

void Pace::HoldAllBack(absl::Duration duration) {
  const std::lock_guard<std::mutex> lock(mutex_);
  not_before_ = std::max(not_before_, absl::Now() + duration);
}

void Pace::Pause(absl::Duration duration) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(duration), [this] { return stopped_; });
}

void Pace::Stop() {
  const std::lock_guard<std::mutex> lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace credlink::cli
