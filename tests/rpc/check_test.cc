// Checking an account now.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "server/accounts/account_factory.h"
#include "server/accounts/checker.h"
#include "tests/rpc/account_calls.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using ::google::protobuf::util::MessageDifferencer;

class CheckTest : public testing::Test {
 protected:
  v1::CheckAccountResponse Check() {
    server_.clock().Advance(absl::Minutes(1));
    const auto answer = Send(server_, For<v1::CheckAccountRequest>(name_));
    EXPECT_TRUE(answer.ok()) << answer.reason();
    EXPECT_TRUE(MessageDifferencer::Equals(answer.response.account(), Get(server_, name_)));
    EXPECT_EQ(FromProto(answer.response.account().last_check_time()), server_.clock().Now());
    return answer.response;
  }

  size_t HealthEvents() { return EventsOf(server_, v1::Event::TYPE_HEALTH_CHANGED).size(); }

  TestServer server_;
  const std::string name_ = MustLink(server_);
};

TEST_F(CheckTest, ValidRecordsTheSuccessAndIsNoNews) {
  const v1::Account before = Get(server_, name_);
  const absl::Time proven = server_.clock().Now() + absl::Seconds(30);
  server_.provider().SetAnswer([proven](const ProviderCredentials& credentials) {
    EXPECT_EQ(credentials.account_number, "1234567");
    EXPECT_EQ(credentials.secret.Reveal(), "hash-1");
    ProbeResult valid = FakeProvider::Valid(9);
    *valid.verdict.mutable_evidence()->mutable_time() = ToProto(proven);
    return valid;
  });
  const v1::CheckAccountResponse checked = Check();
  EXPECT_EQ(checked.verdict().outcome(), v1::Verdict::OUTCOME_VALID);
  const v1::Account& account = checked.account();
  EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_EQ(account.user_count(), 9);
  EXPECT_EQ(FromProto(account.last_success_time()), proven);
  EXPECT_EQ(FromProto(account.credential().last_verified_time()), proven);
  EXPECT_EQ(account.etag(), before.etag()) << "bookkeeping";
  EXPECT_EQ(account.update_time().seconds(), before.update_time().seconds());
  EXPECT_EQ(HealthEvents(), 0u);
  EXPECT_GT(Stored(server_, name_).check_due, server_.clock().Now() + absl::Hours(4));
}

TEST_F(CheckTest, InvalidMakesUnhealthyAndSaysWhatToDo) {
  const v1::Account before = Get(server_, name_);
  Refuse(server_, {"hash-1"});
  const v1::CheckAccountResponse checked = Check();
  EXPECT_EQ(checked.verdict().outcome(), v1::Verdict::OUTCOME_INVALID);
  const v1::Account& account = checked.account();
  EXPECT_EQ(account.health(), v1::Account::HEALTH_UNHEALTHY);
  EXPECT_EQ(account.health_reason().code(), v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_FALSE(account.health_reason().message().empty());
  EXPECT_FALSE(account.health_reason().next_step().action().empty());
  EXPECT_NE(account.health_reason().next_step().actor(), v1::ACTOR_UNSPECIFIED);
  EXPECT_EQ(account.last_check_reason().code(), v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_EQ(account.consecutive_failures(), 1);
  EXPECT_EQ(FromProto(account.last_success_time()), FromProto(before.last_success_time()));
  EXPECT_NE(account.etag(), before.etag());
  const std::vector<v1::Event> events = EventsOf(server_, v1::Event::TYPE_HEALTH_CHANGED);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].actor(), "local");
  EXPECT_TRUE(MessageDifferencer::Equals(events[0].account(), account));

  const v1::Account again = Check().account();
  EXPECT_EQ(again.consecutive_failures(), 2);
  EXPECT_EQ(again.etag(), account.etag());
  EXPECT_EQ(HealthEvents(), 1u) << "it is no other health";
}

TEST_F(CheckTest, IndeterminateLeavesTheHealthAlone) {
  const v1::Account before = Get(server_, name_);
  AnswerNothingUseful(server_);
  const v1::CheckAccountResponse checked = Check();
  EXPECT_EQ(checked.verdict().outcome(), v1::Verdict::OUTCOME_INDETERMINATE);
  const v1::Account& account = checked.account();
  EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_FALSE(account.has_health_reason());
  EXPECT_EQ(account.last_check_reason().code(), v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  EXPECT_FALSE(account.last_check_reason().next_step().action().empty());
  EXPECT_EQ(account.consecutive_failures(), 1);
  EXPECT_EQ(account.etag(), before.etag());
  EXPECT_EQ(HealthEvents(), 0u);
  EXPECT_LT(Stored(server_, name_).check_due, server_.clock().Now() + absl::Minutes(2));

  Refuse(server_, {"hash-1"});
  Check();
  AnswerNothingUseful(server_);
  const v1::Account unhealthy = Check().account();
  EXPECT_EQ(unhealthy.health(), v1::Account::HEALTH_UNHEALTHY);
  EXPECT_EQ(unhealthy.health_reason().code(), v1::ERROR_REASON_CREDENTIALS_REJECTED);
  EXPECT_EQ(unhealthy.last_check_reason().code(), v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  EXPECT_EQ(unhealthy.consecutive_failures(), 3);
}

TEST_F(CheckTest, ValidHealsAndForgetsTheFailures) {
  Refuse(server_, {"hash-1"});
  Check();
  AcceptAll(server_);
  const v1::Account account = Check().account();
  EXPECT_EQ(account.health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_FALSE(account.has_health_reason());
  EXPECT_FALSE(account.has_last_check_reason());
  EXPECT_EQ(account.consecutive_failures(), 0);
  EXPECT_EQ(HealthEvents(), 2u);
}

TEST_F(CheckTest, ASuspendedOrDeletedAccountIsNotChecked) {
  const int probes = server_.provider().probes();
  Send(server_, For<v1::SuspendAccountRequest>(name_));
  EXPECT_EQ(Send(server_, For<v1::CheckAccountRequest>(name_)).reason(), "ACCOUNT_SUSPENDED");
  Send(server_, For<v1::DeleteAccountRequest>(name_));
  EXPECT_EQ(Send(server_, For<v1::CheckAccountRequest>(name_)).reason(), "ACCOUNT_DELETED");
  EXPECT_EQ(server_.provider().probes(), probes);
}

TEST_F(CheckTest, ARotationDuringACheckIsNotBlamed) {
  Refuse(server_, {"hash-1"});
  server_.provider().HoldNext();
  std::thread check([this] {
    const auto answer = Send(server_, For<v1::CheckAccountRequest>(name_));
    ASSERT_TRUE(answer.ok()) << answer.reason();
    EXPECT_EQ(answer.response.verdict().outcome(), v1::Verdict::OUTCOME_VALID);
    EXPECT_EQ(answer.response.account().credential().version(), 2);
    EXPECT_EQ(answer.response.account().health(), v1::Account::HEALTH_HEALTHY);
  });
  server_.provider().WaitForProbes(2);
  EXPECT_TRUE(Send(server_, RotationTo(name_, "hash-2")).ok());
  server_.provider().Release();
  check.join();
  EXPECT_EQ(server_.provider().probes(), 4) << "the new hash was probed in its own right";
  EXPECT_EQ(HealthEvents(), 0u);
}

TEST_F(CheckTest, WhatIsSuspendedDuringACheckIsLeftAlone) {
  Refuse(server_, {"hash-1"});
  server_.provider().HoldNext();
  std::thread check([this] {
    EXPECT_EQ(Send(server_, For<v1::CheckAccountRequest>(name_)).reason(), "ACCOUNT_SUSPENDED");
  });
  server_.provider().WaitForProbes(2);
  Send(server_, For<v1::SuspendAccountRequest>(name_));
  const std::string before = EverythingOf(server_, name_);
  server_.provider().Release();
  check.join();
  EXPECT_EQ(EverythingOf(server_, name_), before);
}

TEST_F(CheckTest, ALabelChangedDuringACheckStays) {
  Refuse(server_, {"hash-1"});
  server_.provider().HoldNext();
  std::thread check(
      [this] { EXPECT_TRUE(Send(server_, For<v1::CheckAccountRequest>(name_)).ok()); });
  server_.provider().WaitForProbes(2);
  Send(server_, LabelUpdate(name_, "meanwhile"));
  server_.provider().Release();
  check.join();
  EXPECT_EQ(Get(server_, name_).label(), "meanwhile");
  EXPECT_EQ(Get(server_, name_).health(), v1::Account::HEALTH_UNHEALTHY);
  EXPECT_EQ(server_.provider().probes(), 2);
}

// As after a step back to a server that does not have the account's provider.
TEST_F(CheckTest, AnAccountOfAProviderThatIsNotThereIsAFault) {
  Send(server_, RotationTo(name_, "hash-2"));
  AccountChange change;
  change.record = Stored(server_, name_);
  change.record.account.set_provider("other");
  ChangeSet changes;
  changes.tenant = "acme";
  changes.changes.push_back(change);
  ASSERT_TRUE(RunTask(server_.executor(), server_.store().Apply(changes)).ok());
  EXPECT_EQ(Send(server_, For<v1::CheckAccountRequest>(name_)).reason(), "INTERNAL");
  EXPECT_EQ(Send(server_, For<v1::RollbackCredentialsRequest>(name_)).reason(), "INTERNAL");
  const AccountKey key{"acme", change.record.account_id};
  const Deadline soon = Deadline::In(absl::Minutes(1));
  EXPECT_FALSE(RunTask(server_.executor(), server_.accounts().checker.CheckDue(key, soon)).ok());
  EXPECT_GT(Stored(server_, name_).check_due, server_.clock().Now()) << "not again and again";
}

// Too many checks at once in the server itself: that says nothing of LastPass, nor of the account.
TEST_F(CheckTest, ACheckWhoseTurnDidNotComeCountsNowhere) {
  server_.provider().SetAnswer([](const ProviderCredentials&) {
    return FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                             v1::ERROR_REASON_UPSTREAM_UNAVAILABLE);
  });
  const AccountKey key{"acme", Stored(server_, name_).account_id};
  const Deadline passed = Deadline::In(absl::ZeroDuration());
  const absl::Status checked =
      RunTask(server_.executor(), server_.accounts().checker.CheckDue(key, passed));
  EXPECT_EQ(ReasonOf(checked), v1::ERROR_REASON_SERVER_OVERLOADED);
  EXPECT_EQ(Get(server_, name_).consecutive_failures(), 0);
  EXPECT_GT(Stored(server_, name_).check_due, server_.clock().Now());
}

TEST_F(CheckTest, APauseThatLastPassAskedForIsKept) {
  server_.provider().SetAnswer([](const ProviderCredentials&) {
    ProbeResult slow = FakeProvider::Not(v1::Verdict::OUTCOME_INDETERMINATE,
                                         v1::ERROR_REASON_UPSTREAM_RATE_LIMITED);
    slow.retry_after = absl::Hours(2);
    return slow;
  });
  ASSERT_TRUE(Send(server_, For<v1::CheckAccountRequest>(name_)).ok());
  EXPECT_EQ(Stored(server_, name_).check_due, server_.clock().Now() + absl::Hours(2));
  const std::string log = server_.LogText();
  EXPECT_NE(log.find("\"event\":\"check failed\""), std::string::npos);
  EXPECT_NE(log.find("\"reason\":\"UPSTREAM_RATE_LIMITED\""), std::string::npos);
}

TEST_F(CheckTest, ManyCompaniesThatFailTogetherAreNotBlamed) {
  std::vector<std::string> names = {name_};
  for (int i = 1; i < 12; ++i) {
    names.push_back(
        MustLink(server_, {.id = "a" + std::to_string(i), .number = std::to_string(1000 + i)}));
  }
  Refuse(server_, {"hash-1"});
  for (const std::string& name : names) {
    ASSERT_TRUE(Send(server_, For<v1::CheckAccountRequest>(name)).ok());
  }
  const v1::Account last = Get(server_, names.back());
  EXPECT_EQ(last.health(), v1::Account::HEALTH_HEALTHY);
  EXPECT_EQ(last.last_check_reason().code(), v1::ERROR_REASON_UPSTREAM_OUTAGE);
  EXPECT_EQ(EventsOf(server_, v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN).size(), 1u);
  EXPECT_EQ(HealthEvents(), 9u) << "before the tenth company failed";
}

}  // namespace
}  // namespace credlink
