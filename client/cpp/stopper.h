// Ends a Watch from another thread.
#pragma once

#include <condition_variable>
#include <mutex>

#include "absl/time/time.h"

namespace grpc {
class ClientContext;
}

namespace credlink::client {

// Thread-safe. For one Watch at a time; must outlive it.
class Stopper {
 public:
  // The watch ends soon, and so does every later one with this stopper.
  void Stop();
  bool stopped() const;

 private:
  friend class Client;
  // Says which stream to cancel; nullptr when there is none. False when it is too late for one.
  bool Hold(grpc::ClientContext* context);
  // Waits for so long; returns early when stopped.
  void Pause(absl::Duration duration);

  mutable std::mutex mutex_;
  std::condition_variable stop_;
  bool stopped_ = false;
  grpc::ClientContext* context_ = nullptr;
};

}  // namespace credlink::client
