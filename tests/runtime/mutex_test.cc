#include "server/runtime/mutex.h"

#include <gtest/gtest.h>

#include <deque>
#include <thread>
#include <vector>

namespace credlink {
namespace {

TEST(MutexTest, LetsOneInAtATime) {
  Mutex mutex;
  int unguarded = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 10'000; ++k) {
        MutexLock lock(mutex);
        ++unguarded;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(unguarded, 40'000);
}

// Numbers go through a queue of three places, so both sides wait again and again.
TEST(CondVarTest, HandsOverEveryNumberInOrder) {
  constexpr int kNumbers = 10'000;
  Mutex mutex;
  CondVar changed;
  std::deque<int> queue;
  std::thread producer([&] {
    for (int i = 0; i < kNumbers; ++i) {
      MutexLock lock(mutex);
      while (queue.size() == 3) changed.Wait(mutex);
      queue.push_back(i);
      changed.NotifyOne();
    }
  });
  int wrong = 0;
  for (int i = 0; i < kNumbers; ++i) {
    MutexLock lock(mutex);
    while (queue.empty()) changed.Wait(mutex);
    wrong += queue.front() != i;
    queue.pop_front();
    changed.NotifyOne();
  }
  producer.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_TRUE(queue.empty());
}

TEST(CondVarTest, NotifyAllWakesEveryone) {
  Mutex mutex;
  CondVar changed;
  bool go = false;
  int waiting = 0;
  int woken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      MutexLock lock(mutex);
      ++waiting;
      changed.NotifyAll();
      while (!go) changed.Wait(mutex);
      ++woken;
    });
  }
  {
    MutexLock lock(mutex);
    while (waiting < 8) changed.Wait(mutex);
    EXPECT_EQ(woken, 0);
    go = true;
    changed.NotifyAll();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(woken, 8);
}

}  // namespace
}  // namespace credlink
