#include "server/runtime/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "server/runtime/completion.h"

namespace credlink {
namespace {

TEST(ExecutorTest, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> done{0};
  {
    Executor executor(2);
    for (int i = 0; i < 1000; ++i) {
      Strand strand = executor.NewStrand();
      // What comes of it is run as well.
      boost::asio::post(strand,
                        [strand, &done] { boost::asio::post(strand, [&done] { ++done; }); });
    }
  }
  EXPECT_EQ(done, 1000);
}

TEST(ExecutorTest, AStrandKeepsItsOrder) {
  std::vector<int> order;
  {
    Executor executor(4);
    Strand strand = executor.NewStrand();
    for (int i = 0; i < 10'000; ++i) boost::asio::post(strand, [&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 10'000u);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(order[i], i);
}

// Each waits for the other, so both must run at once.
TEST(ExecutorTest, StrandsRunBesideEachOther) {
  Executor executor(2);
  std::promise<std::thread::id> first, second;
  std::promise<bool> met;
  boost::asio::post(executor.NewStrand(), [&] {
    first.set_value(std::this_thread::get_id());
    met.set_value(second.get_future().get() != std::this_thread::get_id());
  });
  boost::asio::post(executor.NewStrand(), [&] {
    first.get_future().wait();
    second.set_value(std::this_thread::get_id());
  });
  EXPECT_TRUE(met.get_future().get());
}

// The wait is not queued work, yet it must not be dropped.
TEST(ExecutorTest, WaitsForACoroutineThatWaits) {
  auto executor = std::make_unique<Executor>(1);
  Completion<int> pending;
  std::promise<void> waits;
  std::atomic<int> result{0};
  const auto task = [&]() -> Task<void> {
    const int value = co_await Await<int>([&](Completion<int> done) {
      pending = std::move(done);
      waits.set_value();
    });
    result = value;
  };
  boost::asio::co_spawn(executor->NewStrand(), task(), boost::asio::detached);
  waits.get_future().wait();
  std::thread ending([&executor] { executor.reset(); });
  std::move(pending)(42);
  ending.join();
  EXPECT_EQ(result, 42);
}

}  // namespace
}  // namespace credlink
