// What Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP) do to a command that takes long.
#pragma once

#include <functional>
#include <thread>

namespace credlink::cli {

// While it lives, the first of the signals calls `stop`, on a thread of its own; the second
// ends the process. Make it before anything that starts threads, for only those that are started
// later leave the signals to it. One a process. A reader that has gone ends nothing any more: the
// write fails.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> stop);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

 private:
  std::thread thread_;
};

}  // namespace credlink::cli
