// The threads on which coroutines run. They only compute and pass on: nothing may block them.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <vector>

#include "server/runtime/task.h"

namespace credlink {

class Executor {
 public:
  explicit Executor(int threads);
  // Runs what is still queued, then joins. Every coroutine must have ended or be able to end.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // A strand for one call.
  Strand NewStrand() { return Strand(PoolExecutor(context_.get_executor())); }

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

}  // namespace credlink
