#include "server/runtime/run_all.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "tests/runtime/running_task.h"

namespace credlink {
namespace {

using Running = RunningTask<bool>;
using Make = std::function<Task<void>(int)>;

Task<bool> All(Executor& executor, int concurrency, int count, Make make) {
  co_await RunAll(executor, concurrency, count, std::move(make));
  co_return true;
}

Task<bool> AllAfter(Gate& gate, Executor& executor, int count, Make make) {
  co_await gate.Pass();
  co_await RunAll(executor, 2, count, std::move(make));
  co_return true;
}

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

Make WaitingAt(Record& record) {
  return [&record](int) { return WaitAt(record); };
}

Task<void> CountIn(std::vector<std::atomic<int>>& counts, int index) {
  ++counts[index];
  auto later = [](Completion<bool> done) { std::move(done)(true); };
  co_await Await<bool>(std::move(later));
}

TEST(RunAllTest, RunsEachOnce) {
  Executor executor(4);
  for (const int concurrency : {1, 3, 16, 1000}) {
    std::vector<std::atomic<int>> counts(200);
    Make make = [&counts](int index) { return CountIn(counts, index); };
    EXPECT_TRUE(Running(executor, All(executor, concurrency, 200, make)).End());
    for (const auto& count : counts) EXPECT_EQ(count, 1) << concurrency;
  }
}

TEST(RunAllTest, NothingToDoEndsAtOnce) {
  Executor executor(1);
  Record record;
  EXPECT_TRUE(Running(executor, All(executor, 4, 0, WaitingAt(record))).End());
  EXPECT_EQ(record.begun, 0);
}

TEST(RunAllTest, NoMoreThanThatRunAtATime) {
  Executor executor(1);
  Record record;
  Running all(executor, All(executor, 3, 10, WaitingAt(record)));
  record.gate.WaitForArrived(3);
  Flush(executor);
  EXPECT_EQ(record.begun, 3);
  record.gate.Open();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(record.passed, 10);
}

TEST(RunAllTest, CancellingReachesThoseThatRunAndKeepsTheRestFromBeginning) {
  Executor executor(2);
  Record record;
  Running all(executor, All(executor, 3, 10, WaitingAt(record)));
  record.gate.WaitForArrived(3);
  all.Cancel();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(record.begun, 3);
  EXPECT_EQ(record.cancelled, 3);
}

TEST(RunAllTest, WhoWasCancelledBeforeBeginsNothing) {
  Executor executor(2);
  Record record;
  Gate before;
  Running all(executor, AllAfter(before, executor, 10, WaitingAt(record)));
  before.WaitForArrived(1);
  all.Cancel();
  EXPECT_TRUE(all.End());
  EXPECT_EQ(record.begun, 0);
}

TEST(RunAllTest, MayBeCancelledAtAnyTime) {
  Executor executor(4);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::atomic<int>> counts(50);
    Make make = [&counts](int index) { return CountIn(counts, index); };
    Running all(executor, All(executor, 4, 50, make));
    all.Cancel();
    EXPECT_TRUE(all.End());
    for (const auto& count : counts) EXPECT_LE(count, 1);
  }
}

}  // namespace
}  // namespace credlink
