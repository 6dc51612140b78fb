// Work that a server does by itself, again and again.
#pragma once

#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <future>
#include <memory>

#include "absl/time/time.h"
#include "server/runtime/executor.h"
#include "server/runtime/signal.h"
#include "server/runtime/task.h"

namespace credlink {

// Runs a step, pauses for as long as the step said, and so on, on a strand of its own.
class BackgroundLoop {
 public:
  // `step` and what it refers to outlive the loop.
  BackgroundLoop(Executor& executor, std::function<Task<absl::Duration>()> step);
  // Cancels the step that runs, and waits for its end.
  ~BackgroundLoop();

  // Ends the pause; during a step, skips the next one. From any thread.
  void Ring() { rung_->Raise(); }

 private:
  Task<void> Run();

  const std::function<Task<absl::Duration>()> step_;
  const Strand strand_;
  const std::shared_ptr<Signal> rung_;
  boost::asio::cancellation_signal cancelled_;  // used on the strand
  std::atomic<bool> stopping_{false};
  std::promise<void> ended_;
};

}  // namespace credlink
