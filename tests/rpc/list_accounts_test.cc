#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/rpc/test_server.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

class ListAccountsTest : public ::testing::Test {
 protected:
  void LinkMany(int count, const std::string& label = "") {
    for (int i = 0; i < count; ++i) {
      v1::LinkAccountRequest request = TestServer::GoodRequest();
      request.mutable_owner()->set_id(absl::StrCat("owner-", i % 3));
      request.mutable_credentials()->mutable_lastpass()->set_account_number(
          absl::StrCat(1000000 + i));
      request.set_label(label);
      for (int a = 0; !label.empty() && a < 32; ++a) {
        (*request.mutable_annotations())[absl::StrCat("key", a)] = std::string(256, 'v');
      }
      v1::LinkAccountResponse response;
      ASSERT_TRUE(server_.Link(request, &response).ok());
    }
  }

  static v1::ListAccountsRequest Request(int page_size = 0, const std::string& filter = "") {
    v1::ListAccountsRequest request;
    request.set_parent("tenants/acme");
    request.set_page_size(page_size);
    request.set_filter(filter);
    return request;
  }

  std::string WhyRefused(const v1::ListAccountsRequest& request) {
    v1::ListAccountsResponse response;
    const grpc::Status status = server_.List(request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return ReasonIn(status);
  }

  TestServer server_;
};

TEST_F(ListAccountsTest, PagesCoverEverythingOnceInOrder) {
  LinkMany(25);
  v1::ListAccountsRequest request = Request(10);
  std::vector<std::string> numbers;
  std::vector<int> sizes;
  do {
    v1::ListAccountsResponse page;
    ASSERT_TRUE(server_.List(request, &page).ok());
    sizes.push_back(page.accounts_size());
    for (const auto& account : page.accounts()) numbers.push_back(account.account_number());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(sizes, (std::vector<int>{10, 10, 5}));
  ASSERT_EQ(numbers.size(), 25u);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
}

TEST_F(ListAccountsTest, FiltersByOwnerAndNumber) {
  LinkMany(9);
  v1::ListAccountsResponse page;
  ASSERT_TRUE(server_.List(Request(0, "owner.id = \"owner-1\""), &page).ok());
  EXPECT_EQ(page.accounts_size(), 3);
  ASSERT_TRUE(
      server_.List(Request(0, "account_number = 1000004 AND provider = lastpass"), &page).ok());
  ASSERT_EQ(page.accounts_size(), 1);
  EXPECT_EQ(page.accounts(0).owner().id(), "owner-1");
  ASSERT_TRUE(server_.List(Request(0, "owner.id = nobody"), &page).ok());
  EXPECT_EQ(page.accounts_size(), 0);
}

TEST_F(ListAccountsTest, AnotherTenantSeesNothing) {
  LinkMany(2);
  v1::ListAccountsRequest request = Request();
  request.set_parent("tenants/umbrella");
  v1::ListAccountsResponse page;
  ASSERT_TRUE(server_.List(request, &page).ok());
  EXPECT_EQ(page.accounts_size(), 0);
}

TEST_F(ListAccountsTest, ATokenServesItsOwnListOnly) {
  LinkMany(6);
  v1::ListAccountsResponse page;
  ASSERT_TRUE(server_.List(Request(1, "owner.id = owner-1"), &page).ok());
  const std::string token = page.next_page_token();
  ASSERT_FALSE(token.empty());

  v1::ListAccountsRequest other_filter = Request(1, "owner.id = owner-2");
  other_filter.set_page_token(token);
  EXPECT_EQ(WhyRefused(other_filter), "PAGE_TOKEN_INVALID");
  v1::ListAccountsRequest other_parent = Request(1, "owner.id = owner-1");
  other_parent.set_parent("tenants/umbrella");
  other_parent.set_page_token(token);
  EXPECT_EQ(WhyRefused(other_parent), "PAGE_TOKEN_INVALID");
  for (size_t i = 0; i < token.size(); i += 7) {
    v1::ListAccountsRequest changed = Request(1, "owner.id = owner-1");
    std::string wrong = token;
    wrong[i] = wrong[i] == 'A' ? 'B' : 'A';
    changed.set_page_token(wrong);
    EXPECT_EQ(WhyRefused(changed), "PAGE_TOKEN_INVALID") << i;
  }
}

TEST_F(ListAccountsTest, RefusesWhatItCannotRead) {
  EXPECT_EQ(WhyRefused(Request(-1)), "FIELD_MALFORMED");
  EXPECT_EQ(WhyRefused(Request(0, "uid = x")), "FILTER_INVALID");
  v1::ListAccountsRequest no_such_order = Request();
  no_such_order.set_order_by("uid");
  EXPECT_EQ(WhyRefused(no_such_order), "ORDER_BY_INVALID");
  v1::ListAccountsRequest no_parent;
  EXPECT_EQ(WhyRefused(no_parent), "FIELD_REQUIRED");
}

TEST_F(ListAccountsTest, CountsAllPagesWhenAsked) {
  LinkMany(3);
  v1::ListAccountsRequest request = Request(1);
  v1::ListAccountsResponse page;
  ASSERT_TRUE(server_.List(request, &page).ok());
  EXPECT_EQ(page.total_size(), 0);
  request.set_return_total_size(true);
  ASSERT_TRUE(server_.List(request, &page).ok());
  EXPECT_EQ(page.accounts_size(), 1);
  EXPECT_EQ(page.total_size(), 3);
  EXPECT_FALSE(page.total_size_is_lower_bound());
}

// Two times that are equal to a filter are equal to who reads them.
TEST_F(ListAccountsTest, ShowsTimesAsFineAsItComparesThem) {
  server_.clock().Advance(absl::Nanoseconds(1999));
  LinkMany(1);
  v1::ListAccountsResponse page;
  ASSERT_TRUE(server_.List(Request(), &page).ok());
  ASSERT_EQ(page.accounts_size(), 1);
  EXPECT_EQ(page.accounts(0).create_time().nanos(), 1000);
  EXPECT_EQ(page.accounts(0).update_time().nanos(), 1000);
}

TEST_F(ListAccountsTest, SaysWhenItStoppedCounting) {
  constexpr int kAccounts = 100001;  // one more than a filter is tried on
  for (int i = 0; i < kAccounts;) {
    ChangeSet set;
    set.tenant = "acme";
    for (int end = std::min(i + 1000, kAccounts); i < end; ++i) {
      AccountChange change;
      change.kind = AccountChange::kInsert;
      change.record.account_id = absl::StrCat("a", i);
      change.record.account.set_state(v1::Account::STATE_DELETED);
      set.changes.push_back(std::move(change));
    }
    ASSERT_TRUE(RunTask(server_.executor(), server_.store().Apply(std::move(set))).ok());
  }
  v1::ListAccountsRequest request = Request(1, "label != \"x\"");
  request.set_show_deleted(true);
  request.set_return_total_size(true);
  v1::ListAccountsResponse page;
  ASSERT_TRUE(server_.List(request, &page).ok());
  EXPECT_EQ(page.total_size(), kAccounts - 1);
  EXPECT_TRUE(page.total_size_is_lower_bound());
  request.clear_filter();
  ASSERT_TRUE(server_.List(request, &page).ok());
  EXPECT_EQ(page.total_size(), kAccounts);
  EXPECT_FALSE(page.total_size_is_lower_bound());
}

TEST_F(ListAccountsTest, PageSizeHasADefaultAndACeiling) {
  LinkMany(51);
  v1::ListAccountsResponse page;
  ASSERT_TRUE(server_.List(Request(), &page).ok());
  EXPECT_EQ(page.accounts_size(), 50);
  ASSERT_TRUE(server_.List(Request(1'000'000), &page).ok());
  EXPECT_EQ(page.accounts_size(), 51);
}

// The largest accounts in the largest page still fit into what clients accept.
TEST_F(ListAccountsTest, PagesStayBelowTheClientsLimit) {
  LinkMany(400, std::string(200, 'x'));
  v1::ListAccountsRequest request = Request(1000);
  int seen = 0;
  int pages = 0;
  do {
    v1::ListAccountsResponse page;
    const grpc::Status status = server_.List(request, &page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    seen += page.accounts_size();
    ++pages;
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 400);
  EXPECT_EQ(pages, 2);
}

TEST(ConnectorServiceTest, TellsWhatCanBeLinked) {
  TestServer server;
  grpc::ClientContext list_context, get_context, none_context, bad_context;
  v1::ListConnectorsResponse listed;
  ASSERT_TRUE(server.connectors().ListConnectors(&list_context, {}, &listed).ok());
  ASSERT_EQ(listed.connectors_size(), 1);
  v1::GetConnectorRequest request;
  request.set_name("connectors/lastpass");
  v1::GetConnectorResponse got;
  ASSERT_TRUE(server.connectors().GetConnector(&get_context, request, &got).ok());
  EXPECT_EQ(got.connector().display_name(), "LastPass Business");
  request.set_name("connectors/none");
  EXPECT_EQ(ReasonIn(server.connectors().GetConnector(&none_context, request, &got)),
            "CONNECTOR_NOT_FOUND");
  request.set_name("lastpass");
  EXPECT_EQ(ReasonIn(server.connectors().GetConnector(&bad_context, request, &got)),
            "FIELD_MALFORMED");
}

}  // namespace
}  // namespace credlink
