// How long a watch waits before it begins anew. Not for others.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace credlink::client {

// Longer after each stream that ended without a response, up to 5 s.
class WatchPause {
 public:
  // Whether another stream might do better: the connection broke, the server stops, or it has as
  // many calls as it takes. OK is a stream that something between here and the server closed.
  static bool MayPass(const absl::Status& ended);

  // The next pause: at least what the server asks for. `random`, from 0 to 1, makes it up to half
  // as long again, so that the watchers of a server that comes back do not come all at once.
  absl::Duration Next(const absl::Status& ended, double random);
  // The stream has answered.
  void Reset();

 private:
  static constexpr absl::Duration kFirst = absl::Milliseconds(100);
  static constexpr absl::Duration kLongest = absl::Seconds(5);

  absl::Duration next_ = kFirst;
};

}  // namespace credlink::client
