#include "server/accounts/outage_brake.h"

#include <gtest/gtest.h>

#include <string>

namespace credlink {
namespace {

constexpr absl::Duration kWindow = absl::Hours(7);

class OutageBrakeTest : public testing::Test {
 protected:
  static v1::Account Account(int company, int failures = 0,
                             v1::Account::Health health = v1::Account::HEALTH_HEALTHY) {
    v1::Account account;
    account.set_account_number(std::to_string(company));
    account.set_health(health);
    account.set_consecutive_failures(failures);
    return account;
  }
  bool Works(int company) {
    return brake_.Record(Account(company), v1::Verdict::OUTCOME_VALID, now_);
  }
  bool Fails(int company) {
    return brake_.Record(Account(company), v1::Verdict::OUTCOME_INVALID, now_);
  }
  // Proves nothing, and did so `failures` times before.
  bool FailsAgain(int company, int failures) {
    return brake_.Record(Account(company, failures), v1::Verdict::OUTCOME_INDETERMINATE, now_);
  }
  // How many fail one after another until it is an outage.
  int FailUntilOutage() {
    int count = 1;
    while (!Fails(1'000'000 + count)) ++count;
    return count;
  }

  OutageBrake brake_{kWindow, {}};
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
};

TEST_F(OutageBrakeTest, TenCompaniesThatFailAreAnOutage) {
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(Fails(i));
  EXPECT_FALSE(brake_.Engaged());
  EXPECT_TRUE(Fails(9));
  EXPECT_TRUE(brake_.Engaged());
}

TEST_F(OutageBrakeTest, ACompanyCountsOnce) {
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(Fails(i % 9));
  EXPECT_EQ(FailUntilOutage(), 1);
}

TEST_F(OutageBrakeTest, TenInARowAreOneHoweverSlowlyTheyCome) {
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(Works(i));
  for (int i = 0; i < 9; ++i) {
    now_ += kWindow / 9;
    EXPECT_FALSE(Fails(i));
  }
  EXPECT_TRUE(Fails(9));
}

TEST_F(OutageBrakeTest, WhatIsOlderThanTheWindowDoesNotCount) {
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(Fails(i));
  now_ += kWindow + absl::Seconds(1);
  EXPECT_EQ(FailUntilOutage(), 10);
}

TEST_F(OutageBrakeTest, HoweverManyWorkedItIsNoticedAfterTen) {
  for (int i = 0; i < 10'000; ++i) EXPECT_FALSE(Works(i));
  EXPECT_EQ(FailUntilOutage(), 10);
}

TEST_F(OutageBrakeTest, ItIsNoticedWhereSomeStillWork) {
  for (int i = 0; i < 1'000; ++i) EXPECT_FALSE(Works(i));
  int failed = 0;
  for (int i = 0; i < 100 && !brake_.Engaged(); ++i) {
    i % 5 == 0 ? Works(1'000 + i) : Fails(1'000 + i);
    failed += i % 5 == 0 ? 0 : 1;
  }
  EXPECT_EQ(failed, 70) << "of the last hundred";
}

TEST_F(OutageBrakeTest, AFifthThatFailsIsNone) {
  for (int i = 0; i < 10'000; ++i) EXPECT_FALSE(i % 5 == 0 ? Fails(i) : Works(i));
}

TEST_F(OutageBrakeTest, TriedAgainInVainCountsOnce) {
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(Works(i));
  // Ten companies have trouble of their own, one after another, with others between them.
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(FailsAgain(i, 0));
    EXPECT_FALSE(Works(100 + i));
  }
  for (int failures = 1; failures < 10; ++failures) {
    for (int i = 0; i < 10; ++i) EXPECT_FALSE(FailsAgain(i, failures));
  }
  EXPECT_FALSE(brake_.Engaged());
}

TEST_F(OutageBrakeTest, RefusedAfterItCouldNotBeToldCounts) {
  for (int i = 0; i < 9; ++i) {
    EXPECT_FALSE(brake_.Record(Account(i, 3), v1::Verdict::OUTCOME_INVALID, now_));
  }
  EXPECT_TRUE(brake_.Record(Account(9, 3), v1::Verdict::OUTCOME_INVALID, now_));
}

TEST_F(OutageBrakeTest, WhatIsKnownToBeUnhealthyDoesNotCount) {
  for (int i = 0; i < 100; ++i) {
    const v1::Account account = Account(i, 1, v1::Account::HEALTH_UNHEALTHY);
    EXPECT_FALSE(brake_.Record(account, v1::Verdict::OUTCOME_INVALID, now_));
  }
}

TEST_F(OutageBrakeTest, LastsUntilCompaniesWorkAgainHoweverRarelyTheyAreChecked) {
  FailUntilOutage();
  now_ += absl::Hours(5);
  EXPECT_TRUE(brake_.Engaged());
  for (int i = 0; i < 15; ++i) EXPECT_TRUE(Works(i));
  now_ += absl::Hours(5);
  EXPECT_FALSE(Works(15));  // ten of twenty-six fail
  EXPECT_FALSE(brake_.Engaged());
  // And everything begins anew.
  EXPECT_EQ(FailUntilOutage(), 10);
}

TEST_F(OutageBrakeTest, ThoseThatWereCalledUnhealthyEndItToo) {
  FailUntilOutage();
  for (int i = 1; i <= 6; ++i) {
    const v1::Account account = Account(1'000'000 + i, 1, v1::Account::HEALTH_UNHEALTHY);
    EXPECT_TRUE(brake_.Record(account, v1::Verdict::OUTCOME_VALID, now_));
  }
  const v1::Account account = Account(1'000'007, 1, v1::Account::HEALTH_UNHEALTHY);
  EXPECT_FALSE(brake_.Record(account, v1::Verdict::OUTCOME_VALID, now_));  // three of ten fail
}

TEST_F(OutageBrakeTest, WhileHalfFailItGoesOn) {
  FailUntilOutage();
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(i % 2 == 0 ? Works(i) : Fails(i)) << i;
}

TEST_F(OutageBrakeTest, TriedAgainInVainKeepsItUp) {
  FailUntilOutage();
  // Some work for a moment, but the last hundred companies' last checks failed.
  for (int round = 1; round < 20; ++round) {
    EXPECT_TRUE(Works(round));
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(FailsAgain(1'000 + i, round)) << round;
  }
}

TEST_F(OutageBrakeTest, WhatWorkedOrFailedLongBeforeDoesNotCountInIt) {
  for (int i = 0; i < 40; ++i) EXPECT_FALSE(i % 2 == 0 ? Works(i) : Fails(i));
  EXPECT_EQ(FailUntilOutage(), 9);  // the last of those failed
  for (int i = 0; i < 15; ++i) EXPECT_TRUE(Works(100 + i));
  EXPECT_FALSE(Works(115));
}

TEST_F(OutageBrakeTest, GoesOnAfterARestartUntilFiveWork) {
  brake_.Resume(now_ - absl::Hours(30), now_);  // long over, and its tenant was never told
  brake_.Resume(now_ - absl::Hours(2), now_);
  brake_.Resume(now_ - absl::Hours(3), now_);
  brake_.Resume(now_ - absl::Hours(30), now_);
  EXPECT_TRUE(brake_.Engaged());
  EXPECT_TRUE(brake_.Excuses(v1::Verdict::OUTCOME_INVALID, now_ + absl::Hours(20)));
  EXPECT_FALSE(brake_.Excuses(v1::Verdict::OUTCOME_INVALID, now_ + absl::Hours(21)));
  EXPECT_TRUE(Fails(0));
  for (int i = 1; i < 5; ++i) EXPECT_TRUE(Works(i));
  EXPECT_FALSE(Works(5));
}

TEST_F(OutageBrakeTest, AnOutageOfYesterdayEndsWithTheFirstThatWorks) {
  brake_.Resume(now_ - absl::Hours(24), now_);
  EXPECT_TRUE(brake_.Engaged());
  EXPECT_FALSE(brake_.Excuses(v1::Verdict::OUTCOME_INVALID, now_));
  EXPECT_FALSE(Works(0));
  EXPECT_FALSE(brake_.Engaged());
}

TEST_F(OutageBrakeTest, AfterADayItGoesOnButRefusalsAreBelieved) {
  FailUntilOutage();
  now_ += absl::Hours(24);
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(Fails(i));
  for (int i = 0; i < 30; ++i) EXPECT_TRUE(FailsAgain(i, 1)) << "which says nothing, as before";
  EXPECT_TRUE(brake_.Engaged());
  // Once they work it is over, and the next one counts again.
  for (int i = 0; i < 30; ++i) Works(i);
  EXPECT_FALSE(brake_.Engaged());
  EXPECT_EQ(FailUntilOutage(), 10);
}

// Eleven of twelve companies did reset their hashes: no five will ever work.
TEST_F(OutageBrakeTest, AfterADayItEndsWhereNoneIsLeftThatCannotBeTold) {
  for (int i = 0; i < 11; ++i) Fails(i);
  EXPECT_TRUE(Works(11));
  now_ += absl::Hours(25);
  EXPECT_FALSE(Works(11)) << "what failed is older than the window";
  EXPECT_FALSE(brake_.Engaged());
}

TEST_F(OutageBrakeTest, AClockThatWasSetBackHidesNothing) {
  for (int i = 0; i < 200; ++i) Works(i);
  now_ -= absl::Hours(1);
  EXPECT_EQ(FailUntilOutage(), 10);
  for (int i = 0; i < 30; ++i) Works(i);
  EXPECT_FALSE(brake_.Engaged());
}

}  // namespace
}  // namespace credlink
