#include "server/runtime/deadline.h"

#include <gtest/gtest.h>

namespace credlink {
namespace {

TEST(DeadlineTest, LiesAheadUntilItsTimeHasCome) {
  const Deadline ahead = Deadline::In(absl::Hours(1));
  EXPECT_FALSE(ahead.Passed());
  EXPECT_LE(ahead.Left(), absl::Hours(1));
  EXPECT_GT(ahead.Left(), absl::Minutes(59));
  EXPECT_TRUE(Deadline::In(absl::ZeroDuration()).Passed());
  const Deadline behind = Deadline::In(-absl::Hours(1));
  EXPECT_TRUE(behind.Passed());
  EXPECT_LE(behind.Left(), -absl::Hours(1));
}

TEST(DeadlineTest, RunsOnlyForward) {
  const Deadline deadline = Deadline::In(absl::Hours(1));
  absl::Duration before = deadline.Left();
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration now = deadline.Left();
    ASSERT_LE(now, before);
    before = now;
  }
}

TEST(DeadlineTest, BeforeLeavesTimeForWhatComesAfter) {
  const Deadline deadline = Deadline::In(absl::Hours(1));
  const Deadline earlier = deadline.Before(absl::Minutes(10));
  EXPECT_LE(earlier.Left(), absl::Minutes(50));
  EXPECT_GT(earlier.Left(), absl::Minutes(49));
  EXPECT_TRUE(deadline.Before(absl::Hours(2)).Passed());
  EXPECT_FALSE(deadline.Passed());
}

TEST(DeadlineTest, OrIsTheEarlier) {
  const Deadline near = Deadline::In(absl::Minutes(10));
  const Deadline far = Deadline::In(absl::Hours(10));
  EXPECT_LE(near.Or(far).Left(), absl::Minutes(10));
  EXPECT_LE(far.Or(near).Left(), absl::Minutes(10));
  EXPECT_GT(far.Or(far).Left(), absl::Hours(9));
}

TEST(DeadlineTest, ForEverIsFarAndDoesNotOverflow) {
  const Deadline never = Deadline::In(absl::InfiniteDuration());
  EXPECT_FALSE(never.Passed());
  EXPECT_GT(never.Left(), absl::Hours(24 * 364));
  EXPECT_FALSE(never.Before(absl::Hours(1)).Passed());
  EXPECT_TRUE(Deadline::In(-absl::InfiniteDuration()).Passed());
}

}  // namespace
}  // namespace credlink
