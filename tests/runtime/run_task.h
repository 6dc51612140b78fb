// Runs one Task to its end on an Executor, for tests.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <future>
#include <utility>

#include "server/runtime/executor.h"
#include "server/runtime/task.h"

namespace credlink {

template <typename T>
std::future<T> StartTask(Executor& executor, Task<T> task) {
  auto promise = std::make_shared<std::promise<T>>();
  std::future<T> result = promise->get_future();
  boost::asio::co_spawn(executor.NewStrand(), std::move(task),
                        [promise](std::exception_ptr error, T value) {
                          if (error) {
                            promise->set_exception(error);
                          } else {
                            promise->set_value(std::move(value));
                          }
                        });
  return result;
}

template <typename T>
T RunTask(Executor& executor, Task<T> task) {
  return StartTask(executor, std::move(task)).get();
}

}  // namespace credlink
