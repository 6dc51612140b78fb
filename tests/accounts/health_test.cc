#include "server/accounts/health.h"

#include <gtest/gtest.h>

#include "server/accounts/account_factory.h"

namespace credlink {
namespace {

const absl::Time kBefore = absl::FromUnixSeconds(1'700'000'000);
const absl::Time kNow = kBefore + absl::Hours(6);
const absl::Time kProven = kNow - absl::Seconds(3);

v1::Account Account(v1::Account::Health health) {
  v1::Account account;
  account.set_uid("018bcfe5-6800-7000-8000-000000000001");
  account.set_etag("7-000000000001");
  account.set_health(health);
  account.set_user_count(3);
  *account.mutable_last_success_time() = ToProto(kBefore);
  return account;
}

ProbeResult Result(v1::Verdict::Outcome outcome, v1::ErrorReason reason = {}) {
  ProbeResult result;
  result.verdict.set_outcome(outcome);
  result.verdict.set_reason(reason);
  *result.verdict.mutable_evidence()->mutable_time() = ToProto(kProven);
  result.user_count = outcome == v1::Verdict::OUTCOME_VALID ? 5 : 0;
  return result;
}

const ProbeResult kValid = Result(v1::Verdict::OUTCOME_VALID);
const ProbeResult kInvalid =
    Result(v1::Verdict::OUTCOME_INVALID, v1::ERROR_REASON_CREDENTIALS_REJECTED);
const ProbeResult kUnclear =
    Result(v1::Verdict::OUTCOME_INDETERMINATE, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);

constexpr auto kHealthy = v1::Account::HEALTH_HEALTHY;
constexpr auto kUnhealthy = v1::Account::HEALTH_UNHEALTHY;
constexpr auto kSuspect = v1::Account::HEALTH_SUSPECT;
constexpr auto kUnknown = v1::Account::HEALTH_UNKNOWN;

struct Case {
  v1::Account::Health before;
  const ProbeResult& probe;
  bool outage;
  v1::Account::Health after;
};

TEST(RecordCheckTest, WhatBecomesOfTheHealth) {
  const Case cases[] = {
      {kHealthy, kValid, false, kHealthy},     {kUnhealthy, kValid, false, kHealthy},
      {kSuspect, kValid, false, kHealthy},     {kUnknown, kValid, false, kHealthy},
      {kHealthy, kInvalid, false, kUnhealthy}, {kUnhealthy, kInvalid, false, kUnhealthy},
      {kSuspect, kInvalid, false, kUnhealthy}, {kUnknown, kInvalid, false, kUnhealthy},
      {kHealthy, kUnclear, false, kHealthy},   {kUnhealthy, kUnclear, false, kUnhealthy},
      {kSuspect, kUnclear, false, kSuspect},   {kUnknown, kUnclear, false, kUnknown},
      {kHealthy, kInvalid, true, kHealthy},    {kUnhealthy, kInvalid, true, kUnhealthy},
      {kSuspect, kInvalid, true, kSuspect},    {kSuspect, kUnclear, true, kSuspect},
      {kUnhealthy, kValid, true, kHealthy},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(v1::Account::Health_Name(c.before) + " " +
                 v1::Verdict::Outcome_Name(c.probe.verdict.outcome()));
    v1::Account account = Account(c.before);
    EXPECT_EQ(RecordCheck(account, c.probe, c.outage, kNow), c.before != c.after);
    EXPECT_EQ(account.health(), c.after);
    EXPECT_EQ(account.etag() != "7-000000000001", c.before != c.after);
    EXPECT_EQ(FromProto(account.last_check_time()), kNow);
  }
}

TEST(RecordCheckTest, ASuccessForgetsWhatWasWrong) {
  v1::Account account = Account(kHealthy);
  RecordCheck(account, kUnclear, false, kNow);
  RecordCheck(account, kInvalid, false, kNow);
  EXPECT_EQ(account.consecutive_failures(), 2);
  EXPECT_EQ(FromProto(account.last_success_time()), kBefore);
  EXPECT_EQ(account.user_count(), 3);
  RecordCheck(account, kValid, false, kNow);
  EXPECT_EQ(account.consecutive_failures(), 0);
  EXPECT_FALSE(account.has_health_reason());
  EXPECT_FALSE(account.has_last_check_reason());
  EXPECT_EQ(account.user_count(), 5);
  EXPECT_EQ(FromProto(account.last_success_time()), kProven);
  EXPECT_EQ(FromProto(account.credential().last_verified_time()), kProven);
  EXPECT_EQ(FromProto(account.last_check_time()), kNow);
}

TEST(RecordCheckTest, TheReasonOfTheHealthOutlivesAnUnclearCheck) {
  v1::Account account = Account(kHealthy);
  RecordCheck(account, kInvalid, false, kNow);
  EXPECT_EQ(account.health_reason().code(), v1::ERROR_REASON_CREDENTIALS_REJECTED);
  RecordCheck(account, kUnclear, false, kNow);
  EXPECT_EQ(account.health_reason().code(), v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_EQ(account.last_check_reason().code(), v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
}

TEST(RecordCheckTest, AnOutageIsTheReasonOfWhatFailsMeanwhile) {
  v1::Account account = Account(kHealthy);
  RecordCheck(account, kInvalid, true, kNow);
  EXPECT_FALSE(account.has_health_reason());
  EXPECT_EQ(account.last_check_reason().code(), v1::ERROR_REASON_UPSTREAM_OUTAGE);
  EXPECT_EQ(account.consecutive_failures(), 1);
}

TEST(ReasonForTest, TellsWhatHappenedAndWhatToDo) {
  for (const v1::ErrorReason code :
       {v1::ERROR_REASON_CREDENTIALS_REJECTED, v1::ERROR_REASON_HASH_PROBABLY_RESET,
        v1::ERROR_REASON_UPSTREAM_OUTAGE, v1::ERROR_REASON_UPSTREAM_UNAVAILABLE}) {
    const v1::HealthReason reason = ReasonFor(code);
    EXPECT_EQ(reason.code(), code);
    EXPECT_FALSE(reason.message().empty());
    EXPECT_FALSE(reason.next_step().action().empty());
    EXPECT_NE(reason.next_step().actor(), v1::ACTOR_UNSPECIFIED);
  }
}

}  // namespace
}  // namespace credlink
