// WatchAccounts beside the calls that make its events.
#include <gtest/gtest.h>

#include "tests/rpc/test_server.h"
#include "tests/rpc/watch_server.h"

namespace credlink {
namespace {

TEST(WatchLinkTest, ALinkIsAnEventForWhoWatchesAndForWhoComesBack) {
  TestServer server;
  WatchClient watch(server.NewChannel(), "tenants/acme");
  const auto first = watch.Next();
  ASSERT_TRUE(first);
  v1::LinkAccountResponse linked;
  const grpc::Status status = server.Link(TestServer::GoodRequest(), &linked);
  ASSERT_TRUE(status.ok()) << status.error_message();

  const std::vector<v1::Event> events = watch.NextEvents(1);
  ASSERT_EQ(events.size(), 1);
  const v1::Event& event = events[0];
  EXPECT_EQ(event.type(), v1::Event::TYPE_LINKED);
  EXPECT_EQ(event.sequence(), 1);
  EXPECT_EQ(event.account().name(), linked.account().name());
  EXPECT_EQ(event.actor(), "local");
  EXPECT_EQ(event.SerializeAsString().find("planted-hash"), std::string::npos);

  WatchClient again(server.NewChannel(), "tenants/acme", first->resume_token());
  const std::vector<v1::Event> once_more = again.NextEvents(1);
  ASSERT_EQ(once_more.size(), 1);
  EXPECT_EQ(once_more[0].SerializeAsString(), event.SerializeAsString());
}

TEST(WatchLinkTest, ATenantsOwnLimitIsAQuota) {
  WatchServer server({.max_watchers = 2, .max_watchers_of_tenant = 1});
  WatchClient acme(server.channel(), "tenants/acme");
  ASSERT_TRUE(acme.Next());
  const grpc::Status too_many = WatchClient(server.channel(), "tenants/acme").Finish();
  EXPECT_EQ(ReasonIn(too_many), "TOO_MANY_WATCHES");
  const auto failure = DetailOf<google::rpc::QuotaFailure>(too_many);
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->violations(0).subject(), "tenants/acme");
  EXPECT_EQ(failure->violations(0).description(), too_many.error_message());
  EXPECT_TRUE(DetailOf<google::rpc::RetryInfo>(too_many).has_value());
}

TEST(WatchLinkTest, ACallThatStoresNothingIsNoEvent) {
  TestServer server;
  WatchClient watch(server.NewChannel(), "tenants/acme");
  ASSERT_TRUE(watch.Next());
  v1::LinkAccountRequest dry_run = TestServer::GoodRequest();
  dry_run.set_validate_only(true);
  v1::LinkAccountResponse response;
  ASSERT_TRUE(server.Link(dry_run, &response).ok());
  ASSERT_TRUE(server.Link(TestServer::GoodRequest(), &response).ok());
  const std::vector<v1::Event> events = watch.NextEvents(1);
  ASSERT_EQ(events.size(), 1);
  EXPECT_EQ(events[0].sequence(), 1);
  EXPECT_EQ(events[0].account().name(), response.account().name());
}

}  // namespace
}  // namespace credlink
