// Server and model side by side, with the memory store: each worker has a tenant of its own, and
// all tenants have the same companies.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/model/fake_world.h"
#include "tests/model/one_server.h"
#include "tests/model/runner.h"
#include "tests/model/settings.h"

namespace credlink::model {
namespace {

constexpr int kWorkers = 6;
constexpr int kRounds = 4;
constexpr int kEnoughToSeeAll = 50'000;

TEST(MemoryModelTest, TheServerDoesWhatTheModelDoes) {
  const uint64_t seed = Seed();
  const int share = OperationCount(100'000) / kWorkers / kRounds + 1;
  TestServer server;
  FakeWorld world(server.provider(), server.clock());
  OneServer line(server);
  std::vector<std::unique_ptr<Runner>> runners;
  for (int i = 0; i < kWorkers; ++i) {
    RunnerOptions options;
    options.seed = seed + static_cast<uint64_t>(i);
    // Every call at a time of its own.
    options.before_call = [&server] { server.clock().Advance(absl::Milliseconds(1)); };
    runners.push_back(std::make_unique<Runner>(line, world, absl::StrCat("tenant-", i), options));
  }
  std::atomic<bool> stop = false;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::thread> threads;
    for (auto& runner : runners) {
      threads.emplace_back([&stop, &runner, share] {
        runner->Run(share, stop);
        runner->CompareAll();
        if (!runner->difference().empty()) stop = true;
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (auto& runner : runners) ASSERT_TRUE(runner->difference().empty()) << runner->difference();
    // From now on every request_id is a new one.
    server.clock().Advance(absl::Hours(25));
    for (auto& runner : runners) runner->model().ForgetRequests();
  }
  Coverage coverage;
  int calls = 0;
  int events = 0;
  int refused = 0;
  for (auto& runner : runners) {
    Add(runner->coverage(), coverage);
    calls += runner->calls();
    events += runner->events();
    refused += runner->refused();
  }
  std::printf("%d calls, %d of them refused, %d events, no difference\n", calls, refused, events);
  EXPECT_GT(events, calls / 5);
  if (calls >= kEnoughToSeeAll) {
    EXPECT_EQ(MissingIn(coverage), std::vector<std::string>());
  }
}

}  // namespace
}  // namespace credlink::model
