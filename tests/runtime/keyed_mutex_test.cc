#include "server/runtime/keyed_mutex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/runtime/running_task.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;

using Running = RunningTask<bool>;

class KeyedMutexTest : public testing::Test {
 protected:
  // Takes the lock, says so, and keeps it until the gate is open. Whether it got it.
  Task<bool> Take(std::string key, int number, Gate& gate) {
    const absl::optional<KeyedMutex::Held> held = co_await mutex_.Lock(std::move(key));
    if (!held) co_return false;
    order_.push_back(number);
    co_await gate.Pass();
    co_return true;
  }

  // Comes to the lock only when it has been cancelled.
  Task<bool> TakeLate(Gate& before, Gate& gate) {
    co_await before.Pass();
    const bool got = co_await Take("a", 9, gate);
    co_return got;
  }

  // One after the other in the queue.
  std::unique_ptr<Running> Start(Task<bool> task) {
    auto running = std::make_unique<Running>(executor_, std::move(task));
    Flush(executor_);
    return running;
  }

  KeyedMutex mutex_;
  std::vector<int> order_;  // used on the executor's only thread until the tasks have ended
  Gate closed_;
  Gate open_;
  Executor executor_{1};

  void SetUp() override { open_.Open(); }
};

TEST_F(KeyedMutexTest, AFreeKeyIsLockedAtOnce) {
  EXPECT_TRUE(Start(Take("a", 1, open_))->End());
  EXPECT_TRUE(Start(Take("a", 2, open_))->End()) << "and given back";
  EXPECT_THAT(order_, ElementsAre(1, 2));
}

TEST_F(KeyedMutexTest, WhoWaitsGetsItInTurn) {
  std::vector<std::unique_ptr<Running>> tasks;
  tasks.push_back(Start(Take("a", 1, closed_)));
  for (int i = 2; i <= 5; ++i) tasks.push_back(Start(Take("a", i, open_)));
  EXPECT_TRUE(Start(Take("b", 6, open_))->End()) << "another key is free";
  closed_.Open();
  for (const auto& task : tasks) EXPECT_TRUE(task->End());
  EXPECT_THAT(order_, ElementsAre(1, 6, 2, 3, 4, 5));
}

TEST_F(KeyedMutexTest, ACancelledWaiterLeavesTheQueue) {
  const auto first = Start(Take("a", 1, closed_));
  const auto second = Start(Take("a", 2, open_));
  const auto third = Start(Take("a", 3, open_));
  second->Cancel();
  EXPECT_FALSE(second->End());
  closed_.Open();
  EXPECT_TRUE(first->End());
  EXPECT_TRUE(third->End());
  EXPECT_THAT(order_, ElementsAre(1, 3));
  EXPECT_TRUE(Start(Take("a", 4, open_))->End());
}

TEST_F(KeyedMutexTest, TheOnlyWaiterMayLeave) {
  const auto first = Start(Take("a", 1, closed_));
  const auto second = Start(Take("a", 2, open_));
  second->Cancel();
  EXPECT_FALSE(second->End());
  closed_.Open();
  EXPECT_TRUE(first->End());
  EXPECT_TRUE(Start(Take("a", 3, open_))->End());
}

TEST_F(KeyedMutexTest, WhoWasCancelledBeforeDoesNotEvenQueue) {
  const auto first = Start(Take("a", 1, closed_));
  Gate before;
  const auto late = Start(TakeLate(before, open_));
  late->Cancel();
  EXPECT_FALSE(late->End()) << "while the first one still holds the lock";
  closed_.Open();
  EXPECT_TRUE(first->End());
  EXPECT_THAT(order_, ElementsAre(1));
}

TEST_F(KeyedMutexTest, AHolderThatIsCancelledGivesItBack) {
  const auto first = Start(Take("a", 1, closed_));
  const auto second = Start(Take("a", 2, open_));
  first->Cancel();
  EXPECT_TRUE(first->End());
  EXPECT_TRUE(second->End());
}

struct Tally {
  KeyedMutex mutex;
  int inside = 0;  // guarded by the key's lock
  int total = 0;
};

Task<bool> Count(Tally& tally) {
  const absl::optional<KeyedMutex::Held> held = co_await tally.mutex.Lock("a");
  if (!held) co_return false;
  EXPECT_EQ(++tally.inside, 1);
  ++tally.total;
  // Lets others come in, if they could.
  auto later = [](Completion<bool> done) { std::move(done)(true); };
  co_await Await<bool>(std::move(later));
  EXPECT_EQ(--tally.inside, 0);
  co_return true;
}

TEST(KeyedMutexThreadsTest, OnlyOneIsInside) {
  Tally tally;
  Executor executor(4);
  constexpr int kTasks = 2000;
  std::vector<std::unique_ptr<Running>> tasks;
  for (int i = 0; i < kTasks; ++i) {
    tasks.push_back(std::make_unique<Running>(executor, Count(tally)));
  }
  int locked = 0;
  for (int i = 0; i < kTasks; i += 3) tasks[i]->Cancel();
  for (const auto& task : tasks) locked += task->End() ? 1 : 0;
  EXPECT_EQ(tally.total, locked);
  EXPECT_GE(locked, kTasks - kTasks / 3 - 1);
  EXPECT_TRUE(Running(executor, Count(tally)).End()) << "nobody holds it any more";
}

}  // namespace
}  // namespace credlink
