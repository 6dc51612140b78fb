#include "server/runtime/clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace credlink {
namespace {

TEST(ClockTest, TheSystemsClockTellsTheTimeOfDay) {
  const SystemClock clock;
  const absl::Time before = absl::Now();
  const absl::Time now = clock.Now();
  EXPECT_LT(absl::AbsDuration(now - before), absl::Minutes(1));
}

TEST(ClockTest, AFakeClockStandsStillUntilItIsMoved) {
  const absl::Time start = absl::FromUnixMicros(1'700'000'000'123'456);
  FakeClock clock(start);
  EXPECT_EQ(clock.Now(), start);
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(absl::Hours(24));
  EXPECT_EQ(clock.Now(), start + absl::Hours(24));
  clock.Advance(-absl::Hours(48));
  EXPECT_EQ(clock.Now(), start - absl::Hours(24));
}

TEST(ClockTest, AFakeClockMayBeMovedFromAnotherThread) {
  FakeClock clock(absl::UnixEpoch());
  std::thread other([&clock] {
    for (int i = 0; i < 1000; ++i) clock.Advance(absl::Seconds(1));
  });
  for (int i = 0; i < 1000; ++i) {
    clock.Advance(absl::Seconds(1));
    ASSERT_GT(clock.Now(), absl::UnixEpoch());
  }
  other.join();
  EXPECT_EQ(clock.Now(), absl::UnixEpoch() + absl::Seconds(2000));
}

}  // namespace
}  // namespace credlink
