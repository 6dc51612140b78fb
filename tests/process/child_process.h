// A child process of a test: started with its arguments, watched through its log, never left
// behind.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace credlink {

struct Command {
  std::vector<std::string> argv;         // argv[0] is the program's path
  std::string stderr_file;               // made anew
  std::string stdout_file;               // the same; empty: where stderr goes
  std::string stdin_file = "/dev/null";  // read
  std::vector<std::string> environment;  // "NAME=value", beside what this process has
};

// How a process ended: by exit(code), or killed by a signal.
struct Exit {
  int code = -1;
  int signal = 0;
};

// Not thread-safe. Start it on a thread that outlives it, best on main's: the kernel kills the
// child when the thread that started it ends, so that not even a crashed test leaves one behind.
class ChildProcess {
 public:
  // A program that cannot be run ends at once, with code 127.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(const Command& command);
  // Kills it if it still runs, and reaps it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  // What it has written to stderr so far.
  std::string Log() const;

  // Waits until done() holds; asks every few milliseconds. DEADLINE_EXCEEDED, or UNAVAILABLE when
  // the process has ended without it; both with the log's end in their text.
  absl::Status WaitUntil(absl::FunctionRef<bool()> done, absl::Duration at_most);
  // Waits for the first whole line of the log that contains `part`; that line.
  absl::StatusOr<std::string> WaitForLine(absl::string_view part, absl::Duration at_most);

  // Does nothing when the process has been reaped.
  void Signal(int signal_number);
  // Waits for its end and reaps it. DEADLINE_EXCEEDED when it still runs.
  absl::StatusOr<Exit> WaitForExit(absl::Duration at_most);
  // SIGTERM, then WaitForExit.
  absl::StatusOr<Exit> Stop(absl::Duration at_most);

 private:
  ChildProcess(pid_t pid, int pidfd, std::string log_file);
  // Whether it has ended; waits for that at most so long.
  bool EndsWithin(absl::Duration time) const;
  std::string LogEnd() const;

  const pid_t pid_;
  const int pidfd_;
  const std::string log_file_;
  bool reaped_ = false;
  Exit exit_;
};

}  // namespace credlink
