// Server and model side by side, with SQLite, and with kill -9 at any moment: every call that got
// no answer is made again, and what it answers then must be right.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/model/dying_server.h"
#include "tests/model/runner.h"
#include "tests/model/settings.h"
#include "tests/model/simulator_world.h"
#include "tests/store/temp_directory.h"

namespace credlink::model {
namespace {

constexpr int kWorkers = 8;

// Lets one thread wait for the others' calls.
class Counter {
 public:
  void Add() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  void WorkerEnds() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++ended_;
    changed_.notify_all();
  }
  // Waits for so many more; false when the workers have ended before.
  bool WaitForMore(int more) {
    std::unique_lock<std::mutex> lock(mutex_);
    const int wanted = count_ + more;
    changed_.wait(lock, [&] { return count_ >= wanted || ended_ == kWorkers; });
    return ended_ < kWorkers;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
  int ended_ = 0;
};

TEST(SqliteModelTest, TheServerDoesWhatTheModelDoesHoweverOftenItIsKilled) {
  const uint64_t seed = Seed();
  const int share = OperationCount(12'000) / kWorkers + 1;
  const TempDirectory folder(std::getenv("TEST_TMPDIR"));
  auto simulator = simulator::Simulator::Start({});
  ASSERT_TRUE(simulator.ok()) << simulator.status();
  SimulatorWorld world(**simulator);
  DyingServer server(folder.path(), **simulator);
  ASSERT_TRUE(server.Start().ok());

  Counter counter;
  std::vector<std::unique_ptr<Runner>> runners;
  for (int i = 0; i < kWorkers; ++i) {
    RunnerOptions options;
    options.seed = seed + static_cast<uint64_t>(i);
    options.always_with_id = true;
    options.before_call = [&counter] { counter.Add(); };
    runners.push_back(std::make_unique<Runner>(server, world, absl::StrCat("tenant-", i), options));
  }
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (auto& runner : runners) {
    threads.emplace_back([&, share] {
      runner->Run(share, stop);
      if (!runner->difference().empty()) stop = true;
      counter.WorkerEnds();
    });
  }
  Random random(seed);
  bool started = true;
  while (started && counter.WaitForMore(50 + random.Below(600))) {
    // Not always as a call begins.
    std::this_thread::sleep_for(std::chrono::microseconds(random.Below(8000)));
    server.Kill();
    started = server.Start().ok();
  }
  if (!started) server.End();
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(started) << "it does not start any more";
  int calls = 0;
  int lost = 0;
  int events = 0;
  int repeated = 0;
  for (auto& runner : runners) {
    runner->CompareAll();
    ASSERT_TRUE(runner->difference().empty()) << runner->difference();
    calls += runner->calls();
    lost += runner->lost();
    events += runner->events();
    repeated += runner->watch().repeated();
  }
  std::printf("%d calls, %d kills, %d answers lost, %d events (%d twice), no difference\n", calls,
              server.started() - 1, lost, events, repeated);
  EXPECT_GT(lost, server.started() - 1);
}

}  // namespace
}  // namespace credlink::model
