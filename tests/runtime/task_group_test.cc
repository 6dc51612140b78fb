#include "server/runtime/task_group.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/this_coro.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/runtime/running_task.h"

namespace credlink {
namespace {

using Running = RunningTask<bool>;

// What the tasks did. Each waits at the gate.
struct Record {
  Gate gate;
  std::atomic<int> begun{0};
  std::atomic<int> passed{0};
  std::atomic<int> cancelled{0};
};

Task<void> WaitAt(Record& record) {
  ++record.begun;
  const bool passed = co_await record.gate.Pass();
  ++(passed ? record.passed : record.cancelled);
}

// Starts `count` tasks, at most `most` at a time, after the gate `before`.
Task<bool> All(Executor& executor, Gate& before, int most, int count, Record& record) {
  co_await before.Pass();
  const Strand strand = co_await boost::asio::this_coro::executor;
  TaskGroup group(executor, strand);
  for (int i = 0; i < count; ++i) {
    const Signal::End end = co_await group.WaitForFewer(most, Deadline::In(absl::Minutes(1)));
    if (end != Signal::End::kRaised) break;
    group.Start(WaitAt(record));
  }
  co_await group.Finish();
  co_return group.running() == 0;
}

struct TaskGroupTest : testing::Test {
  TaskGroupTest() { open.Open(); }

  Gate open;
  Record record;
};

TEST_F(TaskGroupTest, NothingToDoEndsAtOnce) {
  Executor executor(1);
  EXPECT_TRUE(Running(executor, All(executor, open, 4, 0, record)).End());
}

TEST_F(TaskGroupTest, RunsEachOnce) {
  Executor executor(4);
  record.gate.Open();
  for (const int most : {1, 3, 1000}) {
    record.passed = 0;
    EXPECT_TRUE(Running(executor, All(executor, open, most, 200, record)).End());
    EXPECT_EQ(record.passed, 200) << most;
  }
}

TEST_F(TaskGroupTest, NoMoreThanThatRunAtATime) {
  Executor executor(1);
  Running all(executor, All(executor, open, 3, 10, record));
  record.gate.WaitForArrived(3);
  Flush(executor);
  EXPECT_EQ(record.begun, 3);
  record.gate.Open();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(record.passed, 10);
}

TEST_F(TaskGroupTest, CancellingReachesThoseThatRun) {
  Executor executor(2);
  Running all(executor, All(executor, open, 3, 10, record));
  record.gate.WaitForArrived(3);
  all.Cancel();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(record.begun, 3);
  EXPECT_EQ(record.cancelled, 3);
}

TEST_F(TaskGroupTest, CancellingReachesThemWhileTheEndIsWaitedFor) {
  Executor executor(2);
  Running all(executor, All(executor, open, 4, 3, record));
  record.gate.WaitForArrived(3);
  all.Cancel();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(record.cancelled, 3);
}

TEST_F(TaskGroupTest, WhoWasCancelledBeforeFinishesAtOnce) {
  Executor executor(2);
  Gate before;
  Running all(executor, All(executor, before, 1000, 10, record));
  before.WaitForArrived(1);
  all.Cancel();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(record.passed, 0);
}

TEST_F(TaskGroupTest, MayBeCancelledAtAnyTime) {
  Executor executor(4);
  record.gate.Open();
  for (int round = 0; round < 300; ++round) {
    Running all(executor, All(executor, open, 4, 50, record));
    all.Cancel();
    EXPECT_TRUE(all.End());
  }
}

Task<void> Throw() {
  throw std::runtime_error("broken");
  co_return;
}

Task<bool> ThrowInOne(Executor& executor, Record& record, std::string& what) {
  const Strand strand = co_await boost::asio::this_coro::executor;
  TaskGroup group(executor, strand);
  group.Start(Throw());
  group.Start(WaitAt(record));
  try {
    co_await group.Finish();
  } catch (const std::runtime_error& error) {
    what = error.what();
  }
  co_return group.running() == 0;
}

TEST_F(TaskGroupTest, WhatOneThrowsIsThrownWhenAllHaveEnded) {
  Executor executor(2);
  std::string what;
  Running all(executor, ThrowInOne(executor, record, what));
  record.gate.WaitForArrived(1);
  record.gate.Open();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(what, "broken");
  EXPECT_EQ(record.passed, 1);
}

}  // namespace
}  // namespace credlink
