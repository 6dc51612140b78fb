#include "server/runtime/pool_executor.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/runtime/completion.h"
#include "server/runtime/executor.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using ThreadId = std::thread::id;

Task<ThreadId> WhereItRuns() { co_return std::this_thread::get_id(); }

TEST(PoolExecutorTest, ATaskRunsOnThePool) {
  Executor executor(1);
  EXPECT_NE(RunTask(executor, WhereItRuns()), std::this_thread::get_id());
}

TEST(RunHereTest, ATaskWithoutAWaitEndsWithTheScopeOnItsThread) {
  Executor executor(1);
  std::future<ThreadId> where;
  {
    const RunHere here;
    where = StartTask(executor, WhereItRuns());
  }
  ASSERT_EQ(where.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(where.get(), std::this_thread::get_id());
}

struct Places {
  ThreadId before;
  ThreadId after;
};

Task<Places> Wait(Completion<int>& pending) {
  Places places;
  places.before = std::this_thread::get_id();
  co_await Await<int>([&pending](Completion<int> done) { pending = std::move(done); });
  places.after = std::this_thread::get_id();
  co_return places;
}

TEST(RunHereTest, AfterAWaitATaskGoesOnOnThePool) {
  Executor executor(1);
  Completion<int> pending;
  std::future<Places> result;
  {
    const RunHere here;
    result = StartTask(executor, Wait(pending));
    EXPECT_TRUE(pending) << "it has not come to its wait";
  }
  std::move(pending)(1);
  const Places places = result.get();
  EXPECT_EQ(places.before, std::this_thread::get_id());
  EXPECT_NE(places.after, std::this_thread::get_id());
}

TEST(RunHereTest, WhatIsPostedRunsAtTheEndInOrderAndMayPostMore) {
  Executor executor(1);
  const Strand strand = executor.NewStrand();
  std::vector<std::string> order;
  {
    const RunHere here;
    boost::asio::post(strand, [&] {
      order.emplace_back("first");
      boost::asio::post(strand, [&] { order.emplace_back("third"); });
    });
    boost::asio::post(strand, [&] { order.emplace_back("second"); });
    EXPECT_TRUE(order.empty());
  }
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second", "third"}));
}

TEST(RunHereTest, AStrandThatIsBusyElsewhereIsNotEntered) {
  Executor executor(1);
  const Strand strand = executor.NewStrand();
  std::promise<void> entered;
  std::promise<void> leave;
  std::promise<ThreadId> where;
  boost::asio::post(strand, [&] {
    entered.set_value();
    leave.get_future().wait();
  });
  entered.get_future().wait();
  auto future = where.get_future();
  {
    const RunHere here;
    boost::asio::dispatch(strand, [&] { where.set_value(std::this_thread::get_id()); });
  }
  EXPECT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  leave.set_value();
  EXPECT_NE(future.get(), std::this_thread::get_id());
}

TEST(RunHereTest, TheInnerScopeEndsAloneAndTheOuterGoesOn) {
  Executor executor(1);
  ThreadId inner_ran;
  std::promise<ThreadId> outer_ran;
  auto outer_future = outer_ran.get_future();
  {
    const RunHere outer;
    {
      const RunHere inner;
      boost::asio::post(executor.NewStrand(), [&] { inner_ran = std::this_thread::get_id(); });
    }
    EXPECT_EQ(inner_ran, std::this_thread::get_id());
    boost::asio::post(executor.NewStrand(),
                      [&] { outer_ran.set_value(std::this_thread::get_id()); });
  }
  EXPECT_EQ(outer_future.get(), std::this_thread::get_id());
}

// Many threads start work in scopes of theirs while the pool gives to the same strand.
TEST(RunHereTest, AStrandNeverRunsOnTwoThreadsAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 2000;
  int unguarded = 0;
  {
    Executor executor(2);
    const Strand strand = executor.NewStrand();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < kPosts; ++i) {
          const RunHere here;
          boost::asio::dispatch(strand, [&] { ++unguarded; });
        }
      });
    }
    for (int i = 0; i < kPosts; ++i) boost::asio::post(strand, [&] { ++unguarded; });
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(unguarded, (kThreads + 1) * kPosts);
}

}  // namespace
}  // namespace credlink
