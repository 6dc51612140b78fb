#include "server/accounts/outage_brake.h"

#include <gtest/gtest.h>

#include <string>

namespace credlink {
namespace {

class OutageBrakeTest : public testing::Test {
 protected:
  bool Works(int company) {
    return brake_.Record(std::to_string(company), v1::Verdict::OUTCOME_VALID, now_);
  }
  bool Fails(int company) {
    return brake_.Record(std::to_string(company), v1::Verdict::OUTCOME_INVALID, now_);
  }
  // How many fail one after another until it is an outage.
  int FailUntilOutage() {
    int count = 1;
    while (!Fails(1'000'000 + count)) ++count;
    return count;
  }

  OutageBrake brake_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
};

TEST_F(OutageBrakeTest, TenCompaniesThatFailAreAnOutage) {
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(Fails(i));
  EXPECT_FALSE(brake_.Engaged(now_));
  EXPECT_TRUE(Fails(9));
  EXPECT_TRUE(brake_.Engaged(now_));
}

TEST_F(OutageBrakeTest, ACompanyCountsOnce) {
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(Fails(i % 9));
  EXPECT_EQ(FailUntilOutage(), 1);
}

TEST_F(OutageBrakeTest, OnlyTheLastTenMinutesCount) {
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(Fails(i));
  now_ += absl::Minutes(10) + absl::Seconds(1);
  EXPECT_EQ(FailUntilOutage(), 10);
}

TEST_F(OutageBrakeTest, HoweverManyWorkedItIsNoticedAfterSeventy) {
  for (int i = 0; i < 10'000; ++i) EXPECT_FALSE(Works(i));
  EXPECT_EQ(FailUntilOutage(), 70);
}

TEST_F(OutageBrakeTest, LastsUntilCompaniesWorkAgainHoweverRarelyTheyAreChecked) {
  FailUntilOutage();
  now_ += absl::Hours(5);
  EXPECT_TRUE(brake_.Engaged(now_));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Works(i));
  now_ += absl::Hours(5);
  EXPECT_FALSE(Works(4));  // five of fifteen
  EXPECT_FALSE(brake_.Engaged(now_));
  // And everything begins anew.
  EXPECT_EQ(FailUntilOutage(), 10);
}

TEST_F(OutageBrakeTest, WhatWorkedBeforeDoesNotEndIt) {
  for (int i = 0; i < 40; ++i) EXPECT_FALSE(Works(i));
  FailUntilOutage();
  EXPECT_TRUE(Works(100));
}

TEST_F(OutageBrakeTest, WhatLastsForADayIsNoOutage) {
  FailUntilOutage();
  now_ += absl::Hours(24);
  EXPECT_FALSE(brake_.Engaged(now_));
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(Fails(i));
  // Once they work it is over, and the next one counts again.
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(Works(i));
  now_ += absl::Hours(1);
  EXPECT_EQ(FailUntilOutage(), 10);
}

}  // namespace
}  // namespace credlink
