#include "server/runtime/completion.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <thread>

#include "absl/status/statusor.h"
#include "server/runtime/executor.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

Task<absl::StatusOr<int>> FromAnotherThread(std::thread& thread) {
  absl::StatusOr<int> value =
      co_await Await<absl::StatusOr<int>>([&thread](Completion<absl::StatusOr<int>> done) {
        thread = std::thread([done = std::move(done)]() mutable { std::move(done)(42); });
      });
  co_return value;
}

TEST(CompletionTest, ResumesWithTheValue) {
  Executor executor(2);
  std::thread thread;
  EXPECT_EQ(*RunTask(executor, FromAnotherThread(thread)), 42);
  thread.join();
}

TEST(CompletionTest, MayCompleteBeforeTheCoroutineWaits) {
  Executor executor(1);
  auto task = []() -> Task<int> {
    int value = co_await Await<int>([](Completion<int> done) { std::move(done)(7); });
    co_return value;
  };
  EXPECT_EQ(RunTask(executor, task()), 7);
}

TEST(CompletionTest, CancellingAsksTheWorkToStopAndStillWaitsForIt) {
  Executor executor(2);
  Strand strand = executor.NewStrand();
  boost::asio::cancellation_signal signal;
  std::promise<void> started;
  std::promise<int> result;
  Completion<int> pending;
  auto task = [](Completion<int>& pending, std::promise<void>& started) -> Task<int> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    int value = co_await AwaitCancellable<int>(
        [&](Completion<int> done) {
          pending = std::move(done);
          started.set_value();
        },
        [&] { std::move(pending)(-1); });
    co_return value;
  };
  boost::asio::co_spawn(
      strand, task(pending, started),
      boost::asio::bind_cancellation_slot(
          signal.slot(), [&](std::exception_ptr, int value) { result.set_value(value); }));
  started.get_future().wait();
  boost::asio::post(strand, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  EXPECT_EQ(result.get_future().get(), -1);
}

TEST(ExecutorTest, StrandNeverRunsOnTwoThreadsAtOnce) {
  int unguarded = 0;
  {
    Executor executor(4);
    Strand strand = executor.NewStrand();
    for (int i = 0; i < 10000; ++i) boost::asio::post(strand, [&] { ++unguarded; });
  }
  EXPECT_EQ(unguarded, 10000);
}

}  // namespace
}  // namespace credlink
