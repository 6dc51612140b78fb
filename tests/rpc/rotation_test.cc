// Giving an account another hash, and going back to an older one.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/accounts/rotator.h"
#include "tests/rpc/account_calls.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

std::vector<int64_t> Older(const v1::Account& account) {
  std::vector<int64_t> versions;
  for (const v1::CredentialInfo& info : account.previous_credentials()) {
    versions.push_back(info.version());
  }
  return versions;
}

// What is sealed as the account's current version.
std::string CurrentSecret(TestServer& server, const std::string& name) {
  const AccountRecord record = Stored(server, name);
  const absl::StatusOr<Secret> secret =
      RunTask(server.executor(),
              server.accounts().vault.Open("acme", record, record.account.credential().version()));
  return secret.ok() ? std::string(secret->Reveal()) : "";
}

TEST(RotationTest, AHashInAnotherFieldIsRefused) {
  TestServer server;
  auto request = RotationTo(MustLink(server), "planted-hash-0002");
  request.set_request_id("planted-hash-0002");
  const auto refused = Send(server, request);
  EXPECT_EQ(refused.reason(), "FIELD_MALFORMED");
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(refused.status)->field_violations(0).field(),
            "request_id");
  EXPECT_EQ(server.provider().probes(), 1) << "to link it";
}

TEST(RotationTest, ProvesThenSwaps) {
  TestServer server;
  const std::string name = MustLink(server);
  const v1::Account before = Get(server, name);
  server.clock().Advance(absl::Hours(1));
  const auto rotated = Send(server, RotationTo(name, "hash-2"));
  ASSERT_TRUE(rotated.ok()) << rotated.reason();
  const v1::Account& account = rotated.response.account();
  EXPECT_EQ(rotated.response.verdict().outcome(), v1::Verdict::OUTCOME_VALID);
  EXPECT_EQ(account.credential().version(), 2);
  EXPECT_EQ(account.credential().create_time().seconds(),
            absl::ToUnixSeconds(server.clock().Now()));
  EXPECT_NE(account.credential().fingerprint(), before.credential().fingerprint());
  EXPECT_NE(account.etag(), before.etag());
  ASSERT_EQ(account.previous_credentials_size(), 1);
  EXPECT_TRUE(MessageDifferencer::Equals(account.previous_credentials(0), before.credential()));
  EXPECT_EQ(CurrentSecret(server, name), "hash-2");
  EXPECT_TRUE(SealedOf(server, name, 1).has_value()) << "to go back to";
  EXPECT_GT(Stored(server, name).check_due, server.clock().Now());
}

TEST(RotationTest, ARefusedOrUnprovenPairChangesNothing) {
  TestServer server;
  const std::string name = MustLink(server);
  const std::string before = EverythingOf(server, name);
  Refuse(server, {"hash-2"});
  const auto refused = Send(server, RotationTo(name, "hash-2"));
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(refused.reason(), "CREDENTIALS_REJECTED");
  AnswerNothingUseful(server);
  const auto unproven = Send(server, RotationTo(name, "hash-2"));
  EXPECT_EQ(unproven.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(unproven.reason(), "UPSTREAM_UNAVAILABLE");
  EXPECT_EQ(EverythingOf(server, name), before);
  EXPECT_EQ(CurrentSecret(server, name), "hash-1");
}

TEST(RotationTest, AnotherAccountNumberIsRefusedUnasked) {
  TestServer server;
  const std::string name = MustLink(server);
  const auto refused = Send(server, RotationTo(name, "hash-2", "7654321"));
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.reason(), "ACCOUNT_NUMBER_MISMATCH");
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(refused.status)->field_violations(0).field(),
            "credentials.lastpass.account_number");
  EXPECT_EQ(server.provider().probes(), 1);
}

TEST(RotationTest, MissingCredentialsAreTold) {
  TestServer server;
  const std::string name = MustLink(server);
  auto request = For<v1::RotateCredentialsRequest>(name);
  EXPECT_EQ(Send(server, request).reason(), "FIELD_REQUIRED");
  request.mutable_credentials()->mutable_lastpass();
  const auto refused = Send(server, request);
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(refused.status)->field_violations_size(), 2);
}

TEST(RotationTest, TheSameHashAgainMakesNoNewVersion) {
  TestServer server;
  AcceptAll(server);
  const std::string name = MustLink(server);
  const v1::Account before = Get(server, name);
  server.clock().Advance(absl::Hours(1));
  const auto same = Send(server, RotationTo(name, "hash-1"));
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same.response.account().credential().version(), 1);
  EXPECT_EQ(same.response.account().etag(), before.etag());
  EXPECT_EQ(same.response.account().last_success_time().seconds(),
            absl::ToUnixSeconds(server.clock().Now()));
  EXPECT_EQ(EventsOf(server).size(), 1u) << "only that it was linked";

  // It heals what had stopped working, though.
  Refuse(server, {"hash-1"});
  Send(server, For<v1::CheckAccountRequest>(name));
  ASSERT_EQ(Get(server, name).health(), v1::Account::HEALTH_UNHEALTHY);
  AcceptAll(server);
  Send(server, RotationTo(name, "hash-1"));
  EXPECT_EQ(Get(server, name).health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_EQ(Get(server, name).credential().version(), 1);
  EXPECT_EQ(EventsOf(server, v1::Event::TYPE_HEALTH_CHANGED).size(), 2u);
}

TEST(RotationTest, ANewHashHeals) {
  TestServer server;
  const std::string name = MustLink(server);
  Refuse(server, {"hash-1"});
  Send(server, For<v1::CheckAccountRequest>(name));
  const v1::Account account = Send(server, RotationTo(name, "hash-2")).response.account();
  EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_FALSE(account.has_health_reason());
  EXPECT_FALSE(account.has_last_check_reason());
  EXPECT_EQ(account.consecutive_failures(), 0);
}

TEST(RotationTest, ThreeOlderVersionsAreKeptAndTheRestIsGone) {
  TestServer server;
  const std::string name = MustLink(server);
  for (int i = 2; i <= 6; ++i) Send(server, RotationTo(name, "hash-" + std::to_string(i)));
  const v1::Account account = Get(server, name);
  EXPECT_EQ(account.credential().version(), 6);
  EXPECT_THAT(Older(account), ElementsAre(5, 4, 3));
  EXPECT_FALSE(SealedOf(server, name, 1).has_value());
  EXPECT_FALSE(SealedOf(server, name, 2).has_value());
  for (int version = 3; version <= 6; ++version) {
    EXPECT_TRUE(SealedOf(server, name, version).has_value()) << version;
  }
}

TEST(RotationTest, ARepeatedRotationRepeatsItsNotes) {
  TestServer server;
  const std::string name = MustLink(server);
  v1::InputNote note;
  note.set_field("credentials.lastpass.provisioning_hash");
  note.set_message("White space was removed.");
  server.provider().SetNotes({note});
  v1::RotateCredentialsRequest request = RotationTo(name, "hash-2");
  request.set_request_id("id-1");
  const auto first = Send(server, request);
  ASSERT_EQ(first.response.notes_size(), 1);
  EXPECT_EQ(first.response.notes(0).message(), note.message());
  EXPECT_TRUE(MessageDifferencer::Equals(Send(server, request).response, first.response));

  request.mutable_credentials()->mutable_lastpass()->set_provisioning_hash("hash-3");
  EXPECT_EQ(Send(server, request).reason(), "REQUEST_ID_REUSED") << "the hash counts";
}

TEST(RollbackTest, GoesBackToTheNewestUnderANewNumber) {
  TestServer server;
  const std::string name = MustLink(server);
  const std::string fingerprint = Get(server, name).credential().fingerprint();
  Send(server, RotationTo(name, "hash-2"));
  const auto back = Send(server, For<v1::RollbackCredentialsRequest>(name));
  ASSERT_TRUE(back.ok()) << back.reason();
  EXPECT_EQ(back.response.account().credential().version(), 3);
  EXPECT_EQ(back.response.account().credential().fingerprint(), fingerprint);
  EXPECT_THAT(Older(back.response.account()), ElementsAre(2, 1));
  EXPECT_EQ(CurrentSecret(server, name), "hash-1");
  Send(server, For<v1::RollbackCredentialsRequest>(name));
  EXPECT_EQ(CurrentSecret(server, name), "hash-2") << "and there again";
}

TEST(RollbackTest, GoesBackToANamedVersion) {
  TestServer server;
  const std::string name = MustLink(server);
  for (int i = 2; i <= 4; ++i) Send(server, RotationTo(name, "hash-" + std::to_string(i)));
  auto request = For<v1::RollbackCredentialsRequest>(name);
  request.set_version(2);
  EXPECT_EQ(Send(server, request).response.account().credential().version(), 5);
  EXPECT_EQ(CurrentSecret(server, name), "hash-2");
}

TEST(RollbackTest, WhatIsNotKeptIsRefused) {
  TestServer server;
  const std::string name = MustLink(server);
  auto request = For<v1::RollbackCredentialsRequest>(name);
  const auto none = Send(server, request);
  EXPECT_EQ(none.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(none.reason(), "CREDENTIAL_VERSION_NOT_KEPT");
  for (int i = 2; i <= 5; ++i) Send(server, RotationTo(name, "hash-" + std::to_string(i)));
  for (const int64_t version : {1, 5, 6}) {
    request.set_version(version);
    EXPECT_EQ(Send(server, request).reason(), "CREDENTIAL_VERSION_NOT_KEPT") << version;
  }
  request.set_version(-1);
  EXPECT_EQ(Send(server, request).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(server.provider().probes(), 5);
}

TEST(RollbackTest, ADeadHashIsNotGoneBackTo) {
  TestServer server;
  const std::string name = MustLink(server);
  Send(server, RotationTo(name, "hash-2"));
  Refuse(server, {"hash-1"});
  const std::string before = EverythingOf(server, name);
  EXPECT_EQ(Send(server, For<v1::RollbackCredentialsRequest>(name)).reason(),
            "CREDENTIALS_REJECTED");
  EXPECT_EQ(EverythingOf(server, name), before);
  EXPECT_EQ(CurrentSecret(server, name), "hash-2");
}

// Puts something else in the place of a sealed version.
void Damage(TestServer& server, const std::string& name, int64_t version) {
  AccountChange change;
  change.record = Stored(server, name);
  change.add_credentials.push_back(SealedVersion{version, "damaged"});
  ChangeSet changes;
  changes.tenant = "acme";
  changes.changes.push_back(std::move(change));
  ASSERT_TRUE(RunTask(server.executor(), server.store().Apply(std::move(changes))).ok());
}

TEST(RollbackTest, ADamagedCredentialIsOneAccountsTrouble) {
  TestServer server;
  const std::string name = MustLink(server);
  const std::string other = MustLink(server, {.id = "other"});
  Send(server, RotationTo(name, "hash-2"));
  Damage(server, name, 1);
  const auto lost = Send(server, For<v1::RollbackCredentialsRequest>(name));
  EXPECT_EQ(lost.status.error_code(), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(lost.reason(), "INTEGRITY_FAILURE");
  EXPECT_TRUE(Send(server, For<v1::CheckAccountRequest>(name)).ok()) << "the current one is whole";

  Damage(server, name, 2);
  EXPECT_EQ(Send(server, For<v1::CheckAccountRequest>(name)).reason(), "INTEGRITY_FAILURE");
  EXPECT_TRUE(Send(server, For<v1::CheckAccountRequest>(other)).ok());
  EXPECT_TRUE(Send(server, RotationTo(name, "hash-3")).ok()) << "this mends it";
  EXPECT_TRUE(Send(server, For<v1::CheckAccountRequest>(name)).ok());
}

}  // namespace
}  // namespace credlink
