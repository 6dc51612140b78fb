// What people decide about an account: the states, and what may be updated.
#include "server/accounts/lifecycle.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/accounts/account_factory.h"
#include "tests/rpc/account_calls.h"
#include "tests/rpc/mutating_methods.h"

namespace credlink {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;

constexpr auto kActive = v1::Account::STATE_ACTIVE;
constexpr auto kSuspended = v1::Account::STATE_SUSPENDED;
constexpr auto kDeleted = v1::Account::STATE_DELETED;
constexpr auto kGone = v1::Account::STATE_UNSPECIFIED;

// What each method makes of each state, or why it does not.
struct Transition {
  const char* method;
  v1::Account::State from;
  v1::Account::State to;
  const char* refused;
};

constexpr Transition kTransitions[] = {
    {"Update", kActive, kActive, ""},
    {"Update", kSuspended, kSuspended, ""},
    {"Update", kDeleted, kDeleted, "ACCOUNT_DELETED"},
    {"Rotate", kActive, kActive, ""},
    {"Rotate", kSuspended, kSuspended, ""},
    {"Rotate", kDeleted, kDeleted, "ACCOUNT_DELETED"},
    {"Rollback", kActive, kActive, ""},
    {"Rollback", kSuspended, kSuspended, ""},
    {"Rollback", kDeleted, kDeleted, "ACCOUNT_DELETED"},
    {"Check", kActive, kActive, ""},
    {"Check", kSuspended, kSuspended, "ACCOUNT_SUSPENDED"},
    {"Check", kDeleted, kDeleted, "ACCOUNT_DELETED"},
    {"Suspend", kActive, kSuspended, ""},
    {"Suspend", kSuspended, kSuspended, "ACCOUNT_SUSPENDED"},
    {"Suspend", kDeleted, kDeleted, "ACCOUNT_DELETED"},
    {"Resume", kActive, kActive, "ACCOUNT_NOT_SUSPENDED"},
    {"Resume", kSuspended, kActive, ""},
    {"Resume", kDeleted, kDeleted, "ACCOUNT_DELETED"},
    {"Delete", kActive, kDeleted, ""},
    {"Delete", kSuspended, kDeleted, ""},
    {"Delete", kDeleted, kDeleted, "ACCOUNT_DELETED"},
    {"Undelete", kActive, kActive, "ACCOUNT_NOT_DELETED"},
    {"Undelete", kSuspended, kSuspended, "ACCOUNT_NOT_DELETED"},
    {"Undelete", kDeleted, kActive, ""},
    {"Purge", kActive, kActive, "ACCOUNT_NOT_DELETED"},
    {"Purge", kSuspended, kSuspended, "ACCOUNT_NOT_DELETED"},
    {"Purge", kDeleted, kGone, ""},
};

const MutatingMethod& MethodOf(const std::string& name) {
  for (const MutatingMethod& method : MutatingMethods()) {
    if (method.name == name) return method;
  }
  abort();
}

class TransitionTest : public testing::TestWithParam<Transition> {};

TEST_P(TransitionTest, EndsInTheStateOrTellsTheReason) {
  const Transition& transition = GetParam();
  TestServer server;
  const std::string name = MustLink(server);
  Send(server, RotationTo(name, "hash-2"));  // an older version, to roll back to
  if (transition.from == kSuspended) Send(server, For<v1::SuspendAccountRequest>(name));
  if (transition.from == kDeleted) Send(server, For<v1::DeleteAccountRequest>(name));
  ASSERT_EQ(Get(server, name).state(), transition.from);
  const MutatingMethod& method = MethodOf(transition.method);
  const std::string before = EverythingOf(server, name);

  const AnyAnswer tried = Send(server, method, {name, "", "", true});
  EXPECT_EQ(tried.reason(), transition.refused) << "validate_only refuses as the real one does";
  EXPECT_EQ(EverythingOf(server, name), before);

  const AnyAnswer done = Send(server, method, {name});
  EXPECT_EQ(done.reason(), transition.refused);
  EXPECT_EQ(Get(server, name).state(), transition.to);
  if (done.ok()) return;
  EXPECT_EQ(done.status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(DetailOf<google::rpc::ResourceInfo>(done.status)->resource_name(), name);
  const auto failure = DetailOf<google::rpc::PreconditionFailure>(done.status);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->violations(0).type(), transition.refused);
  EXPECT_EQ(failure->violations(0).subject(), name);
  EXPECT_EQ(failure->violations(0).description(), done.status.error_message());
  EXPECT_EQ(EverythingOf(server, name), before);
}

INSTANTIATE_TEST_SUITE_P(All, TransitionTest, testing::ValuesIn(kTransitions),
                         [](const auto& info) {
                           return std::string(info.param.method) + "_" +
                                  v1::Account::State_Name(info.param.from);
                         });

TEST(LifecycleTest, EachChangeIsOneEventWithActorAndSnapshot) {
  TestServer server;
  const std::string name = MustLink(server);
  std::vector<v1::Account> answers = {Get(server, name)};
  for (const char* method :
       {"Update", "Suspend", "Resume", "Rotate", "Rollback", "Delete", "Undelete"}) {
    server.clock().Advance(absl::Minutes(1));
    answers.push_back(Send(server, MethodOf(method), {name}).account);
    EXPECT_EQ(answers.back().update_time().seconds(), absl::ToUnixSeconds(server.clock().Now()));
    EXPECT_TRUE(MessageDifferencer::Equals(Get(server, name), answers.back()));
  }
  const std::vector<v1::Event> events = EventsOf(server);
  std::vector<v1::Event::Type> types;
  for (const v1::Event& event : events) types.push_back(event.type());
  EXPECT_THAT(
      types, ElementsAre(v1::Event::TYPE_LINKED, v1::Event::TYPE_UPDATED, v1::Event::TYPE_SUSPENDED,
                         v1::Event::TYPE_RESUMED, v1::Event::TYPE_CREDENTIALS_ROTATED,
                         v1::Event::TYPE_CREDENTIALS_ROLLED_BACK, v1::Event::TYPE_DELETED,
                         v1::Event::TYPE_UNDELETED));
  ASSERT_EQ(events.size(), answers.size());
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].actor(), "local");
    EXPECT_TRUE(MessageDifferencer::Equals(events[i].account(), answers[i]))
        << v1::Event::Type_Name(events[i].type());
    EXPECT_EQ(events[i].time().seconds(), answers[i].update_time().seconds());
  }
}

TEST(LifecycleTest, AReasonIsShownUntilTheStateIsLeft) {
  TestServer server;
  const std::string name = MustLink(server);
  auto suspend = For<v1::SuspendAccountRequest>(name);
  suspend.set_reason("Unpaid");
  EXPECT_EQ(Send(server, suspend).response.account().state_reason(), "Unpaid");
  EXPECT_EQ(Send(server, For<v1::ResumeAccountRequest>(name)).response.account().state_reason(),
            "");
  auto remove = For<v1::DeleteAccountRequest>(name);
  remove.set_reason("Contract ended");
  EXPECT_EQ(Send(server, remove).response.account().state_reason(), "Contract ended");
  EXPECT_EQ(Send(server, For<v1::UndeleteAccountRequest>(name)).response.account().state_reason(),
            "");

  suspend.set_reason(std::string(201, 'x'));
  EXPECT_EQ(Send(server, suspend).reason(), "FIELD_TOO_LONG");
  remove.set_reason("line\nbreak");
  EXPECT_EQ(Send(server, remove).reason(), "FIELD_MALFORMED");
  EXPECT_EQ(Get(server, name).state(), kActive);
}

TEST(LifecycleTest, ADeletedAccountHasAMonth) {
  TestServer server;
  const std::string name = MustLink(server);
  const v1::Account deleted = Send(server, For<v1::DeleteAccountRequest>(name)).response.account();
  EXPECT_EQ(FromProto(deleted.delete_time()), server.clock().Now());
  EXPECT_EQ(FromProto(deleted.purge_time()), server.clock().Now() + absl::Hours(24 * 30));
  const v1::Account back = Send(server, For<v1::UndeleteAccountRequest>(name)).response.account();
  EXPECT_FALSE(back.has_delete_time());
  EXPECT_FALSE(back.has_purge_time());
}

TEST(LifecycleTest, UndeleteRestoresTheState) {
  TestServer server;
  const std::string name = MustLink(server);
  auto suspend = For<v1::SuspendAccountRequest>(name);
  suspend.set_reason("Unpaid");
  Send(server, suspend);
  auto remove = For<v1::DeleteAccountRequest>(name);
  remove.set_reason("Contract ended");
  Send(server, remove);
  v1::Account back = Send(server, For<v1::UndeleteAccountRequest>(name)).response.account();
  EXPECT_EQ(back.state(), kSuspended);
  EXPECT_EQ(back.state_reason(), "Unpaid");
  EXPECT_EQ(Stored(server, name).restore_reason, "");
  Send(server, For<v1::ResumeAccountRequest>(name));
  Send(server, remove);
  back = Send(server, For<v1::UndeleteAccountRequest>(name)).response.account();
  EXPECT_EQ(back.state(), kActive);
  EXPECT_EQ(back.state_reason(), "");
}

TEST(LifecycleTest, WhoComesBackIsCheckedSoon) {
  TestServer server;
  const std::string name = MustLink(server);
  EXPECT_GT(Stored(server, name).check_due, server.clock().Now());
  Send(server, For<v1::SuspendAccountRequest>(name));
  Send(server, For<v1::ResumeAccountRequest>(name));
  EXPECT_LE(Stored(server, name).check_due, server.clock().Now());
  Send(server, For<v1::CheckAccountRequest>(name));
  EXPECT_GT(Stored(server, name).check_due, server.clock().Now());
  Send(server, For<v1::DeleteAccountRequest>(name));
  Send(server, For<v1::UndeleteAccountRequest>(name));
  EXPECT_LE(Stored(server, name).check_due, server.clock().Now());
}

TEST(LifecycleTest, TheOwnerLinkedAnewSoTheOldOneStaysDeleted) {
  TestServer server;
  const std::string name = MustLink(server);
  Send(server, For<v1::DeleteAccountRequest>(name));
  v1::LinkAccountRequest anew = TestServer::GoodRequest();
  anew.mutable_owner()->set_id("main");
  const std::string other = Send(server, anew).response.account().name();
  ASSERT_NE(other, "");
  const std::string before = EverythingOf(server, name);
  for (const bool validate_only : {true, false}) {
    auto request = For<v1::UndeleteAccountRequest>(name);
    request.set_validate_only(validate_only);
    const auto refused = Send(server, request);
    EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::ALREADY_EXISTS) << validate_only;
    EXPECT_EQ(refused.reason(), "ACCOUNT_ALREADY_LINKED");
    EXPECT_EQ(DetailOf<google::rpc::ResourceInfo>(refused.status)->resource_name(), other);
  }
  EXPECT_EQ(EverythingOf(server, name), before);
  Send(server, For<v1::DeleteAccountRequest>(other));
  EXPECT_TRUE(Send(server, For<v1::UndeleteAccountRequest>(name)).ok());
}

}  // namespace
}  // namespace credlink
