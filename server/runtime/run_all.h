// Several tasks at once, as one.
#pragma once

#include <functional>

#include "server/runtime/executor.h"
#include "server/runtime/task.h"

namespace credlink {

// Runs make(0) to make(count - 1), each on a strand of its own, at most `concurrency` at a time,
// and ends when all have ended. When the awaiting call is cancelled, those that run are cancelled,
// and no more begin. `executor` and what `make` refers to must outlive the Task.
Task<void> RunAll(Executor& executor, int concurrency, int count,
                  std::function<Task<void>(int index)> make);

}  // namespace credlink
