// Where a watch writes.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "server/runtime/task.h"

namespace credlink {

class WatchSink {
 public:
  virtual ~WatchSink() = default;

  // Sends a serialised response; done when the next may be written. CANCELLED when there is nobody
  // to write to any more, WATCH_TOO_SLOW when the reader does not read; nothing may be written
  // after either.
  virtual Task<absl::Status> Write(std::shared_ptr<const std::string> response) = 0;
};

}  // namespace credlink
