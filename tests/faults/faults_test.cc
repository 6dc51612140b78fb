#include "server/faults/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "credlink/v1/annotations.pb.h"
#include "google/rpc/error_details.pb.h"

namespace credlink {
namespace {

template <typename Detail>
absl::optional<Detail> DetailOf(const absl::Status& status) {
  absl::optional<absl::Cord> payload =
      status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  Detail detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) return absl::nullopt;
  return detail;
}

// The catalogue in the proto is whole: a reason without a text or a next step would reach people.
TEST(FaultsTest, EveryReasonSaysWhatHappenedAndWhoMustAct) {
  const auto& reasons = *v1::ErrorReason_descriptor();
  ASSERT_GT(reasons.value_count(), 20);
  for (int i = 0; i < reasons.value_count(); ++i) {
    const auto reason = static_cast<v1::ErrorReason>(reasons.value(i)->number());
    if (reason == v1::ERROR_REASON_UNSPECIFIED) continue;
    const v1::ReasonInfo& info = InfoOf(reason);
    // Shown in an account's health only, never as an error.
    const bool health_only = reason == v1::ERROR_REASON_HASH_PROBABLY_RESET;
    EXPECT_EQ(info.code() == 0, health_only) << ReasonName(reason);
    EXPECT_LE(info.code(), 16) << ReasonName(reason);
    EXPECT_FALSE(info.message().empty()) << ReasonName(reason);
    EXPECT_NE(info.next_step().actor(), v1::ACTOR_UNSPECIFIED) << ReasonName(reason);
    EXPECT_FALSE(info.next_step().action().empty()) << ReasonName(reason);
    // UNAUTHENTICATED and PERMISSION_DENIED speak of our own callers, never of LastPass.
    EXPECT_NE(info.code(), 16) << ReasonName(reason);
    EXPECT_NE(info.code(), 7) << ReasonName(reason);
    // Whoever is told to wait is told how long.
    if (info.code() == 14 || info.code() == 8) {
      EXPECT_GT(info.retry_delay_seconds(), 0) << ReasonName(reason);
    }
  }
}

TEST(FaultsTest, NextStepsLeadOn) {
  using ::testing::HasSubstr;
  const auto step = [](v1::ErrorReason reason) { return InfoOf(reason).next_step().action(); };
  EXPECT_THAT(step(v1::ERROR_REASON_INTEGRITY_FAILURE), HasSubstr("PurgeAccount"))
      << "a damaged account keeps its place";
  // Who asks for what is so already has nothing to do.
  EXPECT_THAT(step(v1::ERROR_REASON_ACCOUNT_SUSPENDED), HasSubstr("do nothing"));
  EXPECT_THAT(step(v1::ERROR_REASON_ACCOUNT_DELETED), HasSubstr("do nothing"));
  // Any method may end so.
  for (const auto reason : {v1::ERROR_REASON_DEADLINE_EXCEEDED, v1::ERROR_REASON_CANCELLED}) {
    EXPECT_THAT(step(reason), testing::Not(HasSubstr("LinkAccount")));
    EXPECT_THAT(step(reason), HasSubstr("request_id"));
  }
}

TEST(FaultsTest, IsNeverOk) {
  for (const v1::ErrorReason reason :
       {v1::ERROR_REASON_UNSPECIFIED, v1::ERROR_REASON_HASH_PROBABLY_RESET}) {
    EXPECT_EQ(ReasonOf(Fault(reason)), v1::ERROR_REASON_INTERNAL);
  }
}

TEST(FaultsTest, CarriesTheStandardDetails) {
  const absl::Status status = Fault(v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED,
                                    {"credlink.v1.Account", "tenants/acme/accounts/a"});
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_ACCOUNT_ALREADY_LINKED);
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "ACCOUNT_ALREADY_LINKED");
  EXPECT_EQ(info->domain(), "credlink");
  EXPECT_EQ(info->metadata().at("next_step_actor"), "ACTOR_CALLER");
  const auto resource = DetailOf<google::rpc::ResourceInfo>(status);
  ASSERT_TRUE(resource.has_value());
  EXPECT_EQ(resource->resource_name(), "tenants/acme/accounts/a");
  EXPECT_FALSE(DetailOf<google::rpc::RetryInfo>(status).has_value());
}

TEST(FaultsTest, AFailedPreconditionNamesWhatIsNotMet) {
  const v1::ErrorReason reason = v1::ERROR_REASON_ACCOUNT_SUSPENDED;
  const auto failure = DetailOf<google::rpc::PreconditionFailure>(
      Fault(reason, AccountSubject("tenants/acme/accounts/a")));
  ASSERT_TRUE(failure.has_value());
  ASSERT_EQ(failure->violations_size(), 1);
  EXPECT_EQ(failure->violations(0).type(), "ACCOUNT_SUSPENDED");
  EXPECT_EQ(failure->violations(0).subject(), "tenants/acme/accounts/a");
  EXPECT_EQ(failure->violations(0).description(), InfoOf(reason).message());
  // Nothing is linked yet, so there is nothing to name.
  const auto refused =
      DetailOf<google::rpc::PreconditionFailure>(Fault(v1::ERROR_REASON_CREDENTIALS_REJECTED));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->violations(0).type(), "CREDENTIALS_REJECTED");
  EXPECT_EQ(refused->violations(0).subject(), "");
}

TEST(FaultsTest, AQuotaNamesWhoseItIs) {
  const v1::ErrorReason reason = v1::ERROR_REASON_TOO_MANY_WATCHES;
  const absl::Status status = Fault(reason, TenantSubject("tenants/acme"));
  const auto failure = DetailOf<google::rpc::QuotaFailure>(status);
  ASSERT_TRUE(failure.has_value());
  ASSERT_EQ(failure->violations_size(), 1);
  EXPECT_EQ(failure->violations(0).subject(), "tenants/acme");
  EXPECT_EQ(failure->violations(0).description(), InfoOf(reason).message());
  EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(status).has_value());
}

template <typename Predicate>
void ForEachError(Predicate predicate) {
  const auto& reasons = *v1::ErrorReason_descriptor();
  for (int i = 0; i < reasons.value_count(); ++i) {
    const auto reason = static_cast<v1::ErrorReason>(reasons.value(i)->number());
    if (InfoOf(reason).code() != 0) predicate(reason);
  }
}

TEST(FaultsTest, DetailsOfOtherFaultsAreLeftOut) {
  ForEachError([](v1::ErrorReason reason) {
    const absl::Status status = Fault(reason);
    EXPECT_EQ(DetailOf<google::rpc::PreconditionFailure>(status).has_value(),
              absl::IsFailedPrecondition(status))
        << ReasonName(reason);
    // LastPass's limit, and the server's, are not the caller's.
    EXPECT_EQ(DetailOf<google::rpc::QuotaFailure>(status).has_value(),
              reason == v1::ERROR_REASON_TOO_MANY_WATCHES)
        << ReasonName(reason);
  });
}

TEST(FaultsTest, TheUpstreamsOwnDelayWins) {
  const auto standing =
      DetailOf<google::rpc::RetryInfo>(Fault(v1::ERROR_REASON_UPSTREAM_RATE_LIMITED));
  ASSERT_TRUE(standing.has_value());
  EXPECT_EQ(standing->retry_delay().seconds(), 60);
  const auto given = DetailOf<google::rpc::RetryInfo>(
      Fault(v1::ERROR_REASON_UPSTREAM_RATE_LIMITED, {}, absl::Seconds(120)));
  ASSERT_TRUE(given.has_value());
  EXPECT_EQ(given->retry_delay().seconds(), 120);
}

TEST(FaultsTest, OnlyOurOwnStatusesHaveAReason) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), absl::nullopt);
  EXPECT_EQ(ReasonOf(absl::InternalError("disk on fire")), absl::nullopt);
}

TEST(FieldFaultsTest, NamesEveryFieldAtOnce) {
  FieldFaults faults;
  EXPECT_TRUE(faults.ToStatus().ok());
  faults.Add("parent", v1::ERROR_REASON_FIELD_REQUIRED, "Must be set.");
  faults.Add("credentials.lastpass.account_number", v1::ERROR_REASON_CID_MALFORMED);
  const absl::Status status = faults.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "parent: Must be set. (and 1 more)");
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad_request.has_value());
  ASSERT_EQ(bad_request->field_violations_size(), 2);
  EXPECT_EQ(bad_request->field_violations(1).field(), "credentials.lastpass.account_number");
  EXPECT_EQ(bad_request->field_violations(1).description(),
            InfoOf(v1::ERROR_REASON_CID_MALFORMED).message());
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info->reason(), "FIELD_REQUIRED");
  EXPECT_EQ(info->metadata().at("credentials.lastpass.account_number"), "CID_MALFORMED");
}

size_t BytesOf(const absl::Status& status) {
  size_t bytes = status.message().size();
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    bytes += type.size() + payload.size();
  });
  return bytes;
}

// Of 8 KiB of trailers a third may be lost to base64.
TEST(FaultsTest, EveryErrorFitsIntoTrailers) {
  const FaultSubject longest = AccountSubject(
      absl::StrCat("tenants/", std::string(63, 't'), "/accounts/", std::string(63, 'a')));
  ForEachError([&](v1::ErrorReason reason) {
    EXPECT_LT(BytesOf(Fault(reason, longest, absl::Hours(24))), 4000u) << ReasonName(reason);
  });
}

TEST(FieldFaultsTest, AnAnswerAlwaysFitsIntoTrailers) {
  FieldFaults faults;
  for (int i = 0; i < 1000; ++i) {
    faults.Add(absl::StrCat("field", i), v1::ERROR_REASON_FIELD_MALFORMED);
  }
  const size_t bytes = BytesOf(faults.ToStatus());
  EXPECT_GT(bytes, 1000u);
  EXPECT_LT(bytes, 6000u);
}

}  // namespace
}  // namespace credlink
