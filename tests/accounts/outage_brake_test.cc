#include "server/accounts/outage_brake.h"

#include <gtest/gtest.h>

#include <string>

namespace credlink {
namespace {

constexpr auto kValid = v1::Verdict::OUTCOME_VALID;
constexpr auto kInvalid = v1::Verdict::OUTCOME_INVALID;
constexpr auto kUnclear = v1::Verdict::OUTCOME_INDETERMINATE;

class OutageBrakeTest : public testing::Test {
 protected:
  // Checks of companies `first` to `last`, a second apart. Whether there is an outage after them.
  bool Record(int first, int last, v1::Verdict::Outcome outcome) {
    bool outage = false;
    for (int i = first; i <= last; ++i) {
      now_ += absl::Seconds(1);
      outage = brake_.Record(std::to_string(i), outcome, now_);
    }
    return outage;
  }

  OutageBrake brake_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
};

TEST_F(OutageBrakeTest, TenCompaniesThatFailAreAnOutage) {
  EXPECT_FALSE(Record(1, 9, kInvalid));
  EXPECT_FALSE(brake_.Engaged(now_));
  EXPECT_TRUE(Record(10, 10, kInvalid));
  EXPECT_TRUE(brake_.Engaged(now_));
}

TEST_F(OutageBrakeTest, WhatProvesNothingFailsToo) {
  EXPECT_FALSE(Record(1, 5, kUnclear));
  EXPECT_TRUE(Record(6, 10, kInvalid));
}

TEST_F(OutageBrakeTest, OneCompanyThatFailsOftenIsNone) {
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(Record(1, 1, kInvalid));
}

TEST_F(OutageBrakeTest, HalfOfThemMustFail) {
  Record(1, 11, kValid);
  EXPECT_FALSE(Record(101, 110, kInvalid)) << "10 of 21";
  EXPECT_TRUE(Record(111, 111, kInvalid)) << "11 of 22";
  EXPECT_FALSE(Record(12, 12, kValid)) << "11 of 23";
}

TEST_F(OutageBrakeTest, AFifthThatFailsIsNone) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(Record(5 * i, 5 * i + 3, kValid));
    EXPECT_FALSE(Record(5 * i + 4, 5 * i + 4, kInvalid));
  }
}

TEST_F(OutageBrakeTest, OnlyTheLastCheckOfACompanyCounts) {
  Record(1, 10, kInvalid);
  EXPECT_FALSE(Record(1, 1, kValid));
  EXPECT_TRUE(Record(1, 1, kInvalid));
  EXPECT_FALSE(Record(1, 10, kValid));
}

TEST_F(OutageBrakeTest, ChecksCountForTheWindow) {
  Record(1, 10, kInvalid);  // the first of them 9 seconds ago
  EXPECT_TRUE(brake_.Engaged(now_ + absl::Minutes(10) - absl::Seconds(9)));
  EXPECT_FALSE(brake_.Engaged(now_ + absl::Minutes(10) - absl::Seconds(8)));
}

TEST_F(OutageBrakeTest, ACheckAgainKeepsACompanyInTheWindow) {
  Record(1, 10, kInvalid);
  now_ += absl::Minutes(9);
  Record(1, 10, kInvalid);
  now_ += absl::Minutes(9);
  EXPECT_TRUE(brake_.Engaged(now_));
  now_ += absl::Minutes(2);
  EXPECT_FALSE(brake_.Engaged(now_));
  EXPECT_FALSE(Record(1, 9, kInvalid)) << "nothing is left of before";
  EXPECT_TRUE(Record(10, 10, kInvalid));
}

TEST_F(OutageBrakeTest, OldSuccessesDoNotHideAnOutage) {
  Record(1, 100, kValid);
  EXPECT_FALSE(Record(201, 215, kInvalid));
  now_ += absl::Minutes(10) - absl::Seconds(30);
  EXPECT_TRUE(Record(216, 230, kInvalid)) << "the successes are older than the window";
}

TEST(OutageBrakeOptionsTest, AreKept) {
  OutageBrakeOptions options;
  options.window = absl::Minutes(1);
  options.min_failing = 2;
  options.min_share = 1.0;
  OutageBrake brake(options);
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  EXPECT_FALSE(brake.Record("1", kInvalid, now));
  EXPECT_TRUE(brake.Record("2", kInvalid, now));
  EXPECT_FALSE(brake.Record("3", kValid, now));
  EXPECT_FALSE(brake.Engaged(now + absl::Seconds(61)));
}

}  // namespace
}  // namespace credlink
