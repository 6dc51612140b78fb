// Work that a server does by itself, again and again.
#pragma once

#include <atomic>
#include <boost/asio/cancellation_signal.hpp>
#include <functional>
#include <future>
#include <memory>

#include "absl/time/time.h"
#include "server/ops/log.h"
#include "server/runtime/executor.h"
#include "server/runtime/signal.h"
#include "server/runtime/task.h"

namespace credlink {

// Runs a step, pauses for as long as the step said, and so on, on a strand of its own. A step that
// throws, as when there is no memory, is logged and run again after a pause.
class BackgroundLoop {
 public:
  // `name` is a constant, for the log.
  BackgroundLoop(const char* name, Executor& executor, Log& log)
      : name_(name), log_(log), strand_(executor.NewStrand()), rung_(Signal::Create(strand_)) {}
  ~BackgroundLoop() { Stop(); }

  // Begins, once. `step` and what it refers to live until Stop().
  void Start(std::function<Task<absl::Duration>()> step);
  // Cancels the step that runs, and waits for its end.
  void Stop();

  // Ends the pause; during a step, skips the next one. From any thread, at any time.
  void Ring() { rung_->Raise(); }

 private:
  Task<void> Run();
  Task<absl::Duration> RunStep();

  const char* const name_;
  Log& log_;
  const Strand strand_;
  const std::shared_ptr<Signal> rung_;
  std::function<Task<absl::Duration>()> step_;
  boost::asio::cancellation_signal cancelled_;  // used on the strand
  std::atomic<bool> stopping_{false};
  std::future<void> ended_;  // valid while it runs
};

}  // namespace credlink
