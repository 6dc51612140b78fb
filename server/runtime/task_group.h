// Several tasks at once, begun one by one.
#pragma once

#include <memory>

#include "server/runtime/deadline.h"
#include "server/runtime/executor.h"
#include "server/runtime/signal.h"
#include "server/runtime/task.h"

namespace credlink {

// Belongs to one coroutine, on the strand that it was made for. What its tasks refer to must live
// until Finish() has ended, and Finish() must be awaited before the group goes.
class TaskGroup {
 public:
  TaskGroup(Executor& executor, const Strand& strand);
  ~TaskGroup();

  // Runs the task on a strand of its own.
  void Start(Task<void> task);

  int running() const;

  // Until fewer than `count` run: kRaised; or the time is there, or the waiting call is cancelled
  // or was before.
  Task<Signal::End> WaitForFewer(int count, Deadline until);

  // Until all have ended. When the waiting call is cancelled, or was before, so are those that run.
  // Throws what the first of them threw that did.
  Task<void> Finish();

 private:
  class State;
  Executor& executor_;
  const std::shared_ptr<State> state_;
};

}  // namespace credlink
