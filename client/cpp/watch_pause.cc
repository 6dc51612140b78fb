#include "client/cpp/watch_pause.h"

#include <algorithm>

#include "client/cpp/error.h"

namespace credlink::client {

bool WatchPause::MayPass(const absl::Status& ended) {
  return ended.ok() || absl::IsUnavailable(ended) || DetailsOf(ended).reason == "SERVER_OVERLOADED";
}

absl::Duration WatchPause::Next(const absl::Status& ended, double random) {
  const absl::Duration asked = DetailsOf(ended).retry_after.value_or(absl::ZeroDuration());
  const absl::Duration pause = std::max(next_, asked);
  next_ = std::min(next_ * 2, kLongest);
  return pause * (1 + random / 2);
}

void WatchPause::Reset() { next_ = kFirst; }

}  // namespace credlink::client
