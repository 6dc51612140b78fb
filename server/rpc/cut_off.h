// Lets go of answers that nobody reads.
#pragma once

#include <grpcpp/server_context.h>

#include <memory>

#include "absl/time/time.h"
#include "server/runtime/mutex.h"
#include "server/runtime/signal.h"
#include "server/runtime/task.h"

namespace credlink {

// gRPC keeps a finished call, and what it sends, for as long as the client does not read. Part of
// the object that gRPC calls back.
class CutOff {
 public:
  CutOff(const Strand& strand, grpc::CallbackServerContext* context)
      : strand_(strand), released_(Signal::Create(strand)), context_(context) {}

  // Once, on the strand, before the call is finished: cancels it when gRPC has not let go of it
  // after `timeout`. `self` is what this is part of.
  void Arm(std::shared_ptr<void> self, absl::Duration timeout);

  // gRPC has let go of the call (OnDone).
  void Released();

 private:
  Task<void> Watch(std::shared_ptr<void> self, absl::Duration timeout);

  const Strand strand_;
  const std::shared_ptr<Signal> released_;
  Mutex mutex_;
  grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(mutex_);  // null once gRPC has let go
};

}  // namespace credlink
