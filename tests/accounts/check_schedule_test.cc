#include "server/accounts/check_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace credlink {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

v1::Account Account(v1::Account::Health health, int failures) {
  v1::Account account;
  account.set_health(health);
  account.set_consecutive_failures(failures);
  return account;
}

// The pause without jitter.
absl::Duration PauseAfter(v1::Account::Health health, int failures) {
  CheckScheduleOptions options;
  options.jitter = 0;
  CheckSchedule schedule(options);
  return schedule.Next(Account(health, failures), kNow) - kNow;
}

TEST(CheckScheduleTest, AHealthyAccountIsCheckedEverySixHours) {
  EXPECT_EQ(PauseAfter(v1::Account::HEALTH_HEALTHY, 0), absl::Hours(6));
}

TEST(CheckScheduleTest, APauseThatTheProviderAskedForIsKept) {
  CheckSchedule schedule;
  const v1::Account account = Account(v1::Account::HEALTH_HEALTHY, 1);
  EXPECT_EQ(schedule.Next(account, kNow, absl::Hours(2)), kNow + absl::Hours(2));
  EXPECT_LE(schedule.Next(account, kNow, absl::Seconds(1)), kNow + absl::Seconds(72));
  EXPECT_GE(schedule.Next(account, kNow, absl::Seconds(1)), kNow + absl::Seconds(48));
  EXPECT_EQ(schedule.Next(account, kNow, absl::Hours(24 * 365)), kNow + absl::Hours(6));
}

TEST(CheckScheduleTest, WhatProvedNothingIsTriedAgainSoonThenEverLater) {
  for (const auto health : {v1::Account::HEALTH_HEALTHY, v1::Account::HEALTH_SUSPECT}) {
    EXPECT_EQ(PauseAfter(health, 1), absl::Minutes(1));
    EXPECT_EQ(PauseAfter(health, 2), absl::Minutes(2));
    EXPECT_EQ(PauseAfter(health, 3), absl::Minutes(4));
    EXPECT_EQ(PauseAfter(health, 9), absl::Minutes(256));
    EXPECT_EQ(PauseAfter(health, 10), absl::Hours(6)) << "and never less than in health";
    EXPECT_EQ(PauseAfter(health, 1'000'000), absl::Hours(6));
  }
}

TEST(CheckScheduleTest, InAnOutageItIsTriedEveryQuarterOfAnHour) {
  const auto pause = [](v1::Account::Health health, int failures, absl::Duration interval) {
    CheckScheduleOptions options;
    options.interval = interval;
    options.jitter = 0;
    v1::Account account = Account(health, failures);
    account.mutable_last_check_reason()->set_code(v1::ERROR_REASON_UPSTREAM_OUTAGE);
    return CheckSchedule(options).Next(account, kNow) - kNow;
  };
  const absl::Duration six_hours = absl::Hours(6);
  EXPECT_EQ(pause(v1::Account::HEALTH_HEALTHY, 1, six_hours), absl::Minutes(1));
  EXPECT_EQ(pause(v1::Account::HEALTH_HEALTHY, 4, six_hours), absl::Minutes(8));
  EXPECT_EQ(pause(v1::Account::HEALTH_HEALTHY, 5, six_hours), absl::Minutes(15));
  EXPECT_EQ(pause(v1::Account::HEALTH_SUSPECT, 100, six_hours), absl::Minutes(15));
  EXPECT_EQ(pause(v1::Account::HEALTH_HEALTHY, 100, absl::Minutes(5)), absl::Minutes(5));
  EXPECT_EQ(pause(v1::Account::HEALTH_UNHEALTHY, 3, six_hours), absl::Hours(24));
}

TEST(CheckScheduleTest, AnUnhealthyAccountIsCheckedEverLess) {
  EXPECT_EQ(PauseAfter(v1::Account::HEALTH_UNHEALTHY, 1), absl::Hours(6));
  EXPECT_EQ(PauseAfter(v1::Account::HEALTH_UNHEALTHY, 2), absl::Hours(12));
  EXPECT_EQ(PauseAfter(v1::Account::HEALTH_UNHEALTHY, 3), absl::Hours(24));
  EXPECT_EQ(PauseAfter(v1::Account::HEALTH_UNHEALTHY, 4), absl::Hours(24));
  EXPECT_EQ(PauseAfter(v1::Account::HEALTH_UNHEALTHY, 2'000'000'000), absl::Hours(24));
}

TEST(CheckScheduleTest, ThePausesAreSpread) {
  CheckSchedule schedule;
  std::set<absl::Duration> pauses;
  for (int i = 0; i < 2000; ++i) {
    pauses.insert(schedule.Next(Account(v1::Account::HEALTH_HEALTHY, 0), kNow) - kNow);
  }
  EXPECT_GE(*pauses.begin(), absl::Hours(6) * 0.8);
  EXPECT_LE(*pauses.rbegin(), absl::Hours(6) * 1.2);
  EXPECT_LT(*pauses.begin(), absl::Hours(6) * 0.85) << "the whole range is used";
  EXPECT_GT(*pauses.rbegin(), absl::Hours(6) * 1.15);
  EXPECT_GT(pauses.size(), 1900u);
}

TEST(CheckScheduleTest, ASeedMakesThePausesTheSame) {
  const auto pauses = [](absl::optional<uint32_t> seed) {
    CheckScheduleOptions options;
    options.seed = seed;
    CheckSchedule schedule(options);
    std::vector<absl::Duration> pauses;
    for (int i = 0; i < 10; ++i) {
      pauses.push_back(schedule.Next(Account(v1::Account::HEALTH_HEALTHY, 0), kNow) - kNow);
    }
    return pauses;
  };
  EXPECT_EQ(pauses(7), pauses(7));
  EXPECT_NE(pauses(7), pauses(8));
  EXPECT_NE(pauses(absl::nullopt), pauses(absl::nullopt));
}

TEST(CheckScheduleTest, OptionsAreKept) {
  CheckScheduleOptions options;
  options.interval = absl::Hours(1);
  options.jitter = 0;
  options.first_retry = absl::Minutes(7);
  options.most_intervals = 2;
  CheckSchedule schedule(options);
  const auto pause = [&](v1::Account::Health health, int failures) {
    return schedule.Next(Account(health, failures), kNow) - kNow;
  };
  EXPECT_EQ(pause(v1::Account::HEALTH_HEALTHY, 0), absl::Hours(1));
  EXPECT_EQ(pause(v1::Account::HEALTH_HEALTHY, 1), absl::Minutes(7));
  EXPECT_EQ(pause(v1::Account::HEALTH_HEALTHY, 5), absl::Hours(1));
  EXPECT_EQ(pause(v1::Account::HEALTH_UNHEALTHY, 9), absl::Hours(2));
}

}  // namespace
}  // namespace credlink
