#include "client/cli/import_retry.h"

#include <gtest/gtest.h>

#include "server/faults/faults.h"

namespace credlink::cli {
namespace {

// How long all attempts at a line take that always meets this, beside the calls themselves.
absl::Duration AllPauses(const absl::Status& status) {
  absl::Duration all;
  for (int attempt = 1;; ++attempt) {
    const ImportRetry retry = RetryOf(status, attempt);
    if (!retry.again) return all;
    all += *retry.again;
  }
}

TEST(ImportRetryTest, ARiddleIsTriedTwice) {
  for (v1::ErrorReason reason :
       {v1::ERROR_REASON_UPSTREAM_API_ERROR, v1::ERROR_REASON_UPSTREAM_UNEXPECTED_ANSWER}) {
    const absl::Status riddle = Fault(reason);
    EXPECT_TRUE(RetryOf(riddle, 1).again.has_value());
    EXPECT_FALSE(RetryOf(riddle, 2).again.has_value());
    EXPECT_EQ(RetryOf(riddle, 2).bearing, Bearing::kNone) << "about one company";
    EXPECT_LE(AllPauses(riddle), absl::Seconds(30));
  }
}

TEST(ImportRetryTest, WhatMayPassIsTriedEightTimes) {
  const absl::Status busy = Fault(v1::ERROR_REASON_SERVER_OVERLOADED);
  EXPECT_EQ(RetryOf(busy, 1).again, absl::Seconds(1)) << "as the server asks";
  EXPECT_EQ(RetryOf(busy, 3).again, absl::Seconds(4));
  EXPECT_EQ(RetryOf(busy, 7).again, absl::Seconds(60));
  EXPECT_FALSE(RetryOf(busy, 8).again.has_value());
  EXPECT_EQ(RetryOf(busy, 8).bearing, Bearing::kMany);
  EXPECT_EQ(RetryOf(absl::UnavailableError(""), 1).again, absl::Milliseconds(500));
  EXPECT_EQ(RetryOf(Fault(v1::ERROR_REASON_UPSTREAM_RATE_LIMITED, {}, absl::Minutes(5)), 1).again,
            absl::Minutes(5));
}

TEST(ImportRetryTest, AChangeAtTheSameTimeIsAboutOneLine) {
  const absl::Status changing = Fault(v1::ERROR_REASON_CONCURRENT_CHANGE);
  EXPECT_TRUE(RetryOf(changing, 7).again.has_value());
  EXPECT_EQ(RetryOf(changing, 8).bearing, Bearing::kNone);
}

TEST(ImportRetryTest, WhatDoesNotPass) {
  const std::pair<absl::Status, Bearing> kTable[] = {
      {absl::OkStatus(), Bearing::kNone},
      {Fault(v1::ERROR_REASON_CREDENTIALS_REJECTED), Bearing::kNone},
      {Fault(v1::ERROR_REASON_ACCOUNT_ID_TAKEN), Bearing::kNone},
      {absl::DeadlineExceededError(""), Bearing::kMany},
      {Fault(v1::ERROR_REASON_INTERNAL), Bearing::kMany},
      {absl::PermissionDeniedError(""), Bearing::kEvery},
      {absl::UnauthenticatedError(""), Bearing::kEvery},
  };
  for (const auto& [status, bearing] : kTable) {
    EXPECT_FALSE(RetryOf(status, 1).again.has_value()) << status;
    EXPECT_EQ(RetryOf(status, 1).bearing, bearing) << status;
  }
}

}  // namespace
}  // namespace credlink::cli
