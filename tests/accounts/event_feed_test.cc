#include "server/accounts/event_feed.h"

#include <gtest/gtest.h>

#include <boost/asio/this_coro.hpp>
#include <thread>
#include <vector>

#include "server/faults/faults.h"
#include "server/runtime/executor.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

constexpr absl::Duration kLong = absl::Minutes(5);
// Longer than any machine has been up: its first multiple is yet to come.
constexpr absl::Duration kForEver = absl::Hours(100'000);

using Woken = absl::StatusOr<bool>;

// Joins, says so, and waits for an announcement.
Task<Woken> JoinAndWait(EventFeed& feed, std::string tenant, absl::Duration time,
                        std::promise<void>& joined) {
  const Strand strand = co_await boost::asio::this_coro::executor;
  const std::unique_ptr<EventFeed::Watch> watch = feed.Join(tenant, strand);
  const uint64_t version = watch->version();
  joined.set_value();
  Woken woken = co_await watch->WaitBeyond(version, Deadline::In(time));
  co_return woken;
}

class EventFeedTest : public testing::Test {
 protected:
  std::future<Woken> Wait(const std::string& tenant, absl::Duration time = kLong) {
    std::promise<void>& joined = joined_.emplace_back();
    std::future<Woken> woken = StartTask(executor_, JoinAndWait(feed_, tenant, time, joined));
    joined.get_future().wait();
    return woken;
  }

  EventFeed feed_;
  std::deque<std::promise<void>> joined_;
  Executor executor_{2};
};

TEST_F(EventFeedTest, AnAnnouncementWakesAllWhoWatchTheTenant) {
  std::future<Woken> one = Wait("acme");
  std::future<Woken> two = Wait("acme");
  feed_.Announce("acme");
  EXPECT_TRUE(*one.get());
  EXPECT_TRUE(*two.get());
}

TEST_F(EventFeedTest, AnotherTenantsAnnouncementDoesNot) {
  std::future<Woken> wait = Wait("acme", absl::Milliseconds(20));
  feed_.Announce("other");
  EXPECT_FALSE(*wait.get());
}

TEST_F(EventFeedTest, AnnouncingWhereNobodyWatchesIsNothing) {
  feed_.Announce("acme");
  EXPECT_FALSE(*Wait("acme", absl::Milliseconds(1)).get());
}

Task<Woken> AnnounceBeforeTheWait(EventFeed& feed) {
  const Strand strand = co_await boost::asio::this_coro::executor;
  const std::unique_ptr<EventFeed::Watch> watch = feed.Join("acme", strand);
  const uint64_t version = watch->version();
  feed.Announce("acme");  // while the watcher reads the store
  Woken woken = co_await watch->WaitBeyond(version, Deadline::In(kLong));
  co_return woken;
}

TEST_F(EventFeedTest, AnAnnouncementBeforeTheWaitIsSeen) {
  EXPECT_TRUE(*RunTask(executor_, AnnounceBeforeTheWait(feed_)));
}

TEST_F(EventFeedTest, ClosingEndsAllWaitsAndNewOnesAtOnce) {
  std::future<Woken> before = Wait("acme");
  EXPECT_FALSE(feed_.closed());
  feed_.Close();
  EXPECT_TRUE(feed_.closed());
  EXPECT_EQ(ReasonOf(before.get().status()), v1::ERROR_REASON_SERVER_STOPPING);
  EXPECT_EQ(ReasonOf(Wait("acme").get().status()), v1::ERROR_REASON_SERVER_STOPPING);
}

Task<absl::Status> PauseOnce(EventFeed& feed, std::promise<void>& begun) {
  const Strand strand = co_await boost::asio::this_coro::executor;
  const std::unique_ptr<EventFeed::Watch> watch = feed.Join("acme", strand);
  begun.set_value();
  absl::Status paused = co_await watch->Pause();
  co_return paused;
}

TEST_F(EventFeedTest, FewWatchersDoNotPause) {
  std::promise<void> begun;
  EXPECT_TRUE(RunTask(executor_, PauseOnce(feed_, begun)).ok());
}

TEST_F(EventFeedTest, ManyPauseUntilTheTimeIsThere) {
  EventFeed feed(EventFeed::Options{absl::Hours(1), absl::Milliseconds(10)});
  std::promise<void> begun;
  EXPECT_TRUE(RunTask(executor_, PauseOnce(feed, begun)).ok());
}

TEST_F(EventFeedTest, AnnouncementsDoNotEndAPauseAndClosingDoes) {
  EventFeed feed(EventFeed::Options{kForEver, kForEver});
  std::promise<void> begun;
  std::future<absl::Status> paused = StartTask(executor_, PauseOnce(feed, begun));
  begun.get_future().wait();
  feed.Announce("acme");
  EXPECT_EQ(paused.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  feed.Close();
  EXPECT_EQ(ReasonOf(paused.get()), v1::ERROR_REASON_SERVER_STOPPING);
}

// Follows a number that others count up and announce, as a watcher follows the store.
Task<Woken> Follow(EventFeed& feed, const std::atomic<int>& stored, int last) {
  const Strand strand = co_await boost::asio::this_coro::executor;
  const std::unique_ptr<EventFeed::Watch> watch = feed.Join("acme", strand);
  for (;;) {
    const uint64_t version = watch->version();
    if (stored == last) co_return true;
    Woken woken = co_await watch->WaitBeyond(version, Deadline::In(kLong));
    if (!woken.ok() || !*woken) co_return woken;
  }
}

TEST_F(EventFeedTest, NoAnnouncementIsLostBetweenThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 2000;
  std::atomic<int> stored{0};
  std::vector<std::future<Woken>> followers;
  for (int i = 0; i < 20; ++i) {
    followers.push_back(StartTask(executor_, Follow(feed_, stored, kThreads * kEach)));
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) {
        ++stored;
        feed_.Announce("acme");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::future<Woken>& follower : followers) EXPECT_TRUE(*follower.get());
}

}  // namespace
}  // namespace credlink
