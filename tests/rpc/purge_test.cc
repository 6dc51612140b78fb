// Erasing for good, by call and when the time is over.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>

#include "server/accounts/account_factory.h"
#include "server/accounts/purger.h"
#include "tests/rpc/account_calls.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;

// An account with a rotated credential and every field set, deleted.
std::string LinkAndDelete(TestServer& server, const Linking& linking = {}) {
  const std::string name = MustLink(server, linking);
  Send(server, LabelUpdate(name, "Head office"));
  Send(server, RotationTo(name, linking.hash + "-new", linking.number));
  Send(server, For<v1::DeleteAccountRequest>(name));
  return name;
}

TEST(PurgeTest, ErasesTheCredentialsAndAnswersWithAReceipt) {
  TestServer server;
  const std::string name = LinkAndDelete(server);
  ASSERT_TRUE(SealedOf(server, name, 1).has_value());
  ASSERT_TRUE(SealedOf(server, name, 2).has_value());
  const v1::Account account = Get(server, name);
  const auto purged = Send(server, For<v1::PurgeAccountRequest>(name));
  ASSERT_TRUE(purged.ok()) << purged.reason();
  const v1::PurgeReceipt& receipt = purged.response.receipt();
  EXPECT_EQ(receipt.id().size(), 36u);
  EXPECT_EQ(receipt.name(), name);
  EXPECT_EQ(receipt.uid(), account.uid());
  EXPECT_EQ(receipt.provider(), "lastpass");
  EXPECT_EQ(receipt.account_number(), "1234567");
  EXPECT_EQ(receipt.credential_versions(), 2);
  EXPECT_EQ(FromProto(receipt.purge_time()), server.clock().Now());
  EXPECT_THAT(server.LogText(), HasSubstr(receipt.id()));

  EXPECT_FALSE(SealedOf(server, name, 1).has_value());
  EXPECT_FALSE(SealedOf(server, name, 2).has_value());
  EXPECT_EQ(Send(server, For<v1::GetAccountRequest>(name)).reason(), "ACCOUNT_NOT_FOUND");
  EXPECT_EQ(Send(server, For<v1::PurgeAccountRequest>(name)).reason(), "ACCOUNT_NOT_FOUND");
}

TEST(PurgeTest, TheEventTellsOnlyWhatMayBeTold) {
  TestServer server;
  const std::string name = LinkAndDelete(server);
  const v1::Account account = Get(server, name);
  Send(server, For<v1::PurgeAccountRequest>(name));
  const std::vector<v1::Event> events = EventsOf(server, v1::Event::TYPE_PURGED);
  ASSERT_EQ(events.size(), 1u);
  v1::Account remains;
  remains.set_name(account.name());
  remains.set_uid(account.uid());
  remains.set_provider(account.provider());
  remains.set_account_number(account.account_number());
  EXPECT_TRUE(MessageDifferencer::Equals(events[0].account(), remains));
  EXPECT_EQ(events[0].actor(), "local");
}

TEST(PurgeTest, TheIdStaysTakenAndTheAccountNumberIsFree) {
  TestServer server;
  const std::string name = LinkAndDelete(server);
  Send(server, For<v1::PurgeAccountRequest>(name));
  v1::LinkAccountRequest request = TestServer::GoodRequest();
  request.mutable_owner()->set_id("main");
  request.set_account_id("main");
  const auto taken = Send(server, request);
  EXPECT_EQ(taken.status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(taken.reason(), "ACCOUNT_ID_TAKEN");
  EXPECT_EQ(DetailOf<google::rpc::ResourceInfo>(taken.status)->resource_name(), name);
  request.clear_account_id();
  EXPECT_TRUE(Send(server, request).ok());
}

TEST(PurgeTest, TheJanitorPurgesWhenTheMonthIsOver) {
  TestServer server;
  const std::string name = LinkAndDelete(server);
  const std::string other = LinkAndDelete(server, {.id = "other", .tenant = "umbrella"});
  const std::string live = MustLink(server, {.id = "live", .hash = "hash-1-new"});
  Janitor& janitor = server.accounts().janitor;
  server.clock().Advance(absl::Hours(24 * 30) - absl::Seconds(1));
  RunTask(server.executor(), janitor.RunDue());
  EXPECT_EQ(Get(server, name).state(), v1::Account::STATE_DELETED);

  server.clock().Advance(absl::Seconds(1));
  RunTask(server.executor(), janitor.RunDue());
  EXPECT_EQ(Send(server, For<v1::GetAccountRequest>(name)).reason(), "ACCOUNT_NOT_FOUND");
  EXPECT_EQ(Send(server, For<v1::GetAccountRequest>(other)).reason(), "ACCOUNT_NOT_FOUND");
  EXPECT_FALSE(SealedOf(server, name, 1).has_value());
  EXPECT_EQ(Get(server, live).state(), v1::Account::STATE_ACTIVE);
  EXPECT_THAT(server.LogText(), HasSubstr("\"receipt\":"));
}

TEST(PurgeTest, TheJanitorsEventNamesTheServer) {
  TestServer server;
  LinkAndDelete(server);
  server.clock().Advance(absl::Hours(24 * 30));
  RunTask(server.executor(), server.accounts().janitor.RunDue());
  const std::vector<v1::Event> events = EventsOf(server, v1::Event::TYPE_PURGED);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].actor(), "credlink");
}

TEST(PurgeTest, TheJanitorForgetsEventsAfterAWeek) {
  TestServer server;
  const std::string name = MustLink(server);
  server.clock().Advance(absl::Hours(24 * 7));
  Send(server, LabelUpdate(name, "later"));
  RunTask(server.executor(), server.accounts().janitor.RunDue());
  EXPECT_EQ(EventsOf(server).size(), 2u) << "a week is not over yet";
  server.clock().Advance(absl::Seconds(1));
  RunTask(server.executor(), server.accounts().janitor.RunDue());
  const EventPage page =
      *RunTask(server.executor(), server.store().ListEvents("acme", 1, 10, 1 << 20));
  EXPECT_EQ(page.compacted, 1);
  EXPECT_EQ(page.last, 2);
  EXPECT_EQ(page.events.size(), 1u);
}

TEST(PurgeTest, TheJanitorWorksOffMoreThanOneRound) {
  TestServer server;
  for (int i = 0; i < 120; ++i) {
    const std::string id = "a" + std::to_string(i);
    const std::string name = MustLink(server, {.id = id});
    Send(server, For<v1::DeleteAccountRequest>(name));
  }
  server.clock().Advance(absl::Hours(24 * 30));
  RunTask(server.executor(), server.accounts().janitor.RunDue());
  EXPECT_EQ(EventsOf(server, v1::Event::TYPE_PURGED).size(), 120u);
}

}  // namespace
}  // namespace credlink
