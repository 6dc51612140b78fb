// Work that a server does by itself, again and again.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <functional>
#include <future>

#include "absl/time/time.h"
#include "server/runtime/executor.h"
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
  void Ring();

 private:
  using Timer = boost::asio::basic_waitable_timer<
      std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Strand>;

  Task<void> Run();

  const std::function<Task<absl::Duration>()> step_;
  const Strand strand_;
  // On the strand.
  Timer timer_;
  boost::asio::cancellation_signal cancelled_;
  bool rung_ = false;
  bool stopping_ = false;
  std::promise<void> ended_;
};

}  // namespace credlink
