#include "server/runtime/background_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/runtime/running_task.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

constexpr absl::Duration kLong = absl::Minutes(5);

// Counts the steps, and lets a test wait for them.
class Steps {
 public:
  void Add() {
    MutexLock lock(mutex_);
    ++count_;
    changed_.NotifyAll();
  }
  void WaitFor(int count) {
    MutexLock lock(mutex_);
    while (count_ < count) changed_.Wait(mutex_);
  }
  int count() {
    MutexLock lock(mutex_);
    return count_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

Task<absl::Duration> CountStep(Steps& steps, absl::Duration pause) {
  steps.Add();
  co_return pause;
}

Task<absl::Duration> WaitAt(Steps& steps, Gate& gate, std::atomic<int>& cancelled) {
  const bool passed = co_await gate.Pass();
  cancelled += passed ? 0 : 1;
  steps.Add();
  co_return kLong;
}

class BackgroundLoopTest : public testing::Test {
 protected:
  std::string LogText() const {
    std::ifstream file(folder_.File("log"));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  TempDirectory folder_;
  Log log_{LogLevel::kInfo, folder_.File("log")};
  Executor executor_{2};
  Steps steps_;
};

TEST_F(BackgroundLoopTest, RunsAgainAndAgain) {
  BackgroundLoop loop("work", executor_, log_);
  loop.Start([this] { return CountStep(steps_, absl::Milliseconds(1)); });
  steps_.WaitFor(20);
  loop.Stop();
  const int count = steps_.count();
  Gate gate;
  gate.Open();
  EXPECT_TRUE(RunningTask<bool>(executor_, gate.Pass()).End());
  EXPECT_EQ(steps_.count(), count) << "and no more after it was stopped";
}

Task<absl::Duration> Throw(Steps& steps) {
  steps.Add();
  throw std::runtime_error("a secret");
  co_return kLong;
}

TEST_F(BackgroundLoopTest, WhatAStepThrowsIsLoggedAndTheNextOneRuns) {
  BackgroundLoop loop("work", executor_, log_);
  loop.Start([this] { return Throw(steps_); });
  for (int i = 1; i <= 3; ++i) {
    steps_.WaitFor(i);
    loop.Ring();  // its pause need not pass
  }
  loop.Stop();
  EXPECT_NE(LogText().find("background work failed"), std::string::npos);
  EXPECT_NE(LogText().find("\"work\":\"work\""), std::string::npos);
  EXPECT_NE(LogText().find("runtime_error"), std::string::npos);
  EXPECT_EQ(LogText().find("a secret"), std::string::npos);
}

TEST_F(BackgroundLoopTest, ARingEndsThePause) {
  BackgroundLoop loop("work", executor_, log_);
  loop.Start([this] { return CountStep(steps_, kLong); });
  for (int i = 1; i < 100; ++i) {
    steps_.WaitFor(i);
    loop.Ring();
  }
  steps_.WaitFor(100);
  loop.Stop();
  EXPECT_EQ(steps_.count(), 100);
}

TEST_F(BackgroundLoopTest, ARingDuringAStepSkipsTheNextPause) {
  BackgroundLoop loop("work", executor_, log_);
  Gate gate;
  std::atomic<int> cancelled{0};
  loop.Start([&] { return WaitAt(steps_, gate, cancelled); });
  gate.WaitForArrived(1);
  loop.Ring();
  loop.Ring();
  gate.Open();
  steps_.WaitFor(2);
  loop.Stop();
  EXPECT_EQ(steps_.count(), 2) << "two rings in one step count as one";
}

TEST_F(BackgroundLoopTest, ARingBeforeTheStartIsHarmless) {
  BackgroundLoop loop("work", executor_, log_);
  loop.Ring();
  loop.Start([this] { return CountStep(steps_, kLong); });
  steps_.WaitFor(2);
  loop.Stop();
  EXPECT_EQ(steps_.count(), 2);
}

// Each step sees what was there before the last ring.
struct Work {
  std::atomic<int> wanted{0};
  Mutex mutex;
  CondVar changed;
  int seen = 0;
};

Task<absl::Duration> See(Work& work) {
  MutexLock lock(work.mutex);
  work.seen = work.wanted;
  work.changed.NotifyAll();
  co_return kLong;
}

TEST_F(BackgroundLoopTest, NoRingIsLost) {
  constexpr int kEach = 5000;
  Work work;
  BackgroundLoop loop("work", executor_, log_);
  loop.Start([&work] { return See(work); });
  auto ring = [&] {
    for (int i = 0; i < kEach; ++i) {
      ++work.wanted;
      loop.Ring();
    }
  };
  std::thread other(ring);
  ring();
  other.join();
  {
    MutexLock lock(work.mutex);
    while (work.seen < 2 * kEach) work.changed.Wait(work.mutex);
  }
  loop.Stop();
  EXPECT_EQ(work.seen, 2 * kEach);
}

TEST_F(BackgroundLoopTest, StopCancelsTheStepThatRuns) {
  BackgroundLoop loop("work", executor_, log_);
  Gate gate;
  std::atomic<int> cancelled{0};
  loop.Start([&] { return WaitAt(steps_, gate, cancelled); });
  gate.WaitForArrived(1);
  loop.Stop();
  EXPECT_EQ(cancelled, 1);
  EXPECT_EQ(steps_.count(), 1);
}

TEST_F(BackgroundLoopTest, StopEndsThePause) {
  BackgroundLoop loop("work", executor_, log_);
  loop.Start([this] { return CountStep(steps_, kLong); });
  steps_.WaitFor(1);
  loop.Stop();
  loop.Stop();
  EXPECT_EQ(steps_.count(), 1);
}

TEST_F(BackgroundLoopTest, StopWithoutStartDoesNothing) {
  BackgroundLoop loop("work", executor_, log_);
  loop.Stop();
  EXPECT_EQ(steps_.count(), 0);
}

TEST_F(BackgroundLoopTest, MayBeStoppedAtAnyTime) {
  for (int i = 0; i < 1000; ++i) {
    BackgroundLoop loop("work", executor_, log_);
    loop.Start([this] { return CountStep(steps_, absl::ZeroDuration()); });
    if (i % 2 == 0) loop.Ring();
    if (i % 3 == 0) steps_.WaitFor(1);
    loop.Stop();
  }
  EXPECT_GT(steps_.count(), 0);
}

}  // namespace
}  // namespace credlink
