#include "server/accounts/account_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/secrets/file_key_provider.h"
#include "server/store/memory_store.h"
#include "tests/runtime/run_task.h"
#include "tests/secrets/key_files.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kStart = 1'800'000'000;  // seconds since 1970

class AccountReaderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    provider_ = files_.New("key");
    auto keys = RunTask(executor_, KeyRing::Open(*provider_, store_));
    ASSERT_TRUE(keys.ok()) << keys.status();
    keys_ = *std::move(keys);
    reader_ = std::make_unique<AccountReader>(store_, *keys_);
  }

  // One that was created and last changed so many seconds after kStart.
  static v1::Account Sample(const std::string& id, int created, int updated) {
    v1::Account account;
    account.set_name(absl::StrCat("tenants/acme/accounts/", id));
    account.mutable_owner()->set_id(absl::StrCat("owner-of-", id));
    account.set_provider("lastpass");
    account.set_account_number("1234567");
    account.set_label(id);
    account.set_state(v1::Account::STATE_ACTIVE);
    account.mutable_create_time()->set_seconds(kStart + created);
    account.mutable_update_time()->set_seconds(kStart + updated);
    return account;
  }

  void Store(const std::string& id, v1::Account account) {
    AccountChange change;
    change.kind = AccountChange::kInsert;
    change.record.account_id = id;
    change.record.account = std::move(account);
    ChangeSet changes;
    changes.tenant = "acme";
    changes.changes.push_back(std::move(change));
    changes.now = absl::FromUnixSeconds(kStart);
    const auto outcome = RunTask(executor_, store_.Apply(std::move(changes)));
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    ASSERT_EQ(outcome->kind, ChangeOutcome::kApplied);
  }

  // Created in the order b, a, c; changed in the order c, b, a; d is deleted.
  void StoreSamples() {
    Store("b", Sample("b", 1, 20));
    Store("a", Sample("a", 2, 30));
    Store("c", Sample("c", 3, 10));
    v1::Account deleted = Sample("d", 4, 5);
    deleted.set_state(v1::Account::STATE_DELETED);
    Store("d", std::move(deleted));
  }

  static v1::ListAccountsRequest Request(const std::string& filter = "",
                                         const std::string& order_by = "") {
    v1::ListAccountsRequest request;
    request.set_parent("tenants/acme");
    request.set_filter(filter);
    request.set_order_by(order_by);
    return request;
  }

  absl::StatusOr<AccountList> TryList(const v1::ListAccountsRequest& request) {
    return RunTask(executor_, reader_->List(request));
  }

  AccountList List(const v1::ListAccountsRequest& request) {
    absl::StatusOr<AccountList> list = TryList(request);
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() ? *std::move(list) : AccountList();
  }

  // The labels on all pages of at most `page_size`.
  std::vector<std::string> LabelsOf(v1::ListAccountsRequest request, int page_size = 0) {
    std::vector<std::string> labels;
    request.set_page_size(page_size);
    do {
      const AccountList page = List(request);
      for (const std::string& message : page.accounts) {
        v1::Account account;
        EXPECT_TRUE(account.ParseFromString(message));
        labels.push_back(account.label());
      }
      request.set_page_token(page.next_page_token);
    } while (!request.page_token().empty());
    return labels;
  }

  v1::ErrorReason WhyRefused(const v1::ListAccountsRequest& request) {
    const absl::Status status = TryList(request).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return ReasonOf(status).value_or(v1::ERROR_REASON_UNSPECIFIED);
  }

  absl::StatusOr<v1::Account> Get(const std::string& name) {
    v1::GetAccountRequest request;
    request.set_name(name);
    return RunTask(executor_, reader_->Get(request));
  }

  KeyFiles files_;
  Executor executor_{1};
  MemoryStore store_;
  std::unique_ptr<FileKeyProvider> provider_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<AccountReader> reader_;
};

TEST_F(AccountReaderTest, ListsInTheOrderThatIsAskedFor) {
  StoreSamples();
  for (int page_size : {1, 2, 50}) {
    EXPECT_THAT(LabelsOf(Request(), page_size), ElementsAre("b", "a", "c"));
    EXPECT_THAT(LabelsOf(Request("", "create_time desc"), page_size), ElementsAre("c", "a", "b"));
    EXPECT_THAT(LabelsOf(Request("", "update_time"), page_size), ElementsAre("c", "b", "a"));
    EXPECT_THAT(LabelsOf(Request("", "update_time desc"), page_size), ElementsAre("a", "b", "c"));
    EXPECT_THAT(LabelsOf(Request("", "label"), page_size), ElementsAre("a", "b", "c"));
    EXPECT_THAT(LabelsOf(Request("", "label desc"), page_size), ElementsAre("c", "b", "a"));
  }
}

TEST_F(AccountReaderTest, WhatChangedSinceIsInTheOrderOfChanges) {
  StoreSamples();
  const std::string filter = "update_time >= \"2027-01-15T08:00:10Z\"";  // kStart + 10
  EXPECT_THAT(LabelsOf(Request(filter), 1), ElementsAre("c", "b", "a"));
  EXPECT_THAT(LabelsOf(Request(filter + " AND label != c"), 1), ElementsAre("b", "a"));
  EXPECT_THAT(LabelsOf(Request(filter, "create_time"), 1), ElementsAre("b", "a", "c"));
}

TEST_F(AccountReaderTest, ListsWhatTheFilterMeans) {
  StoreSamples();
  EXPECT_THAT(LabelsOf(Request("owner.id = owner-of-a OR label = \"b*\"")), ElementsAre("b", "a"));
  EXPECT_THAT(LabelsOf(Request("owner.id = owner-of-a AND owner.id = owner-of-b")), IsEmpty());
}

TEST_F(AccountReaderTest, DeletedOnesAreListedWhenAskedFor) {
  StoreSamples();
  EXPECT_THAT(LabelsOf(Request("state = DELETED")), IsEmpty());
  v1::ListAccountsRequest request = Request();
  request.set_show_deleted(true);
  EXPECT_THAT(LabelsOf(request, 3), ElementsAre("b", "a", "c", "d"));
  request.set_filter("state = DELETED");
  EXPECT_THAT(LabelsOf(request), ElementsAre("d"));
}

TEST_F(AccountReaderTest, CountsAllPagesWhenAsked) {
  StoreSamples();
  v1::ListAccountsRequest request = Request();
  request.set_page_size(1);
  EXPECT_EQ(List(request).total_size, 0);
  request.set_return_total_size(true);
  const AccountList first = List(request);
  EXPECT_EQ(first.accounts.size(), 1u);
  EXPECT_EQ(first.total_size, 3);
  EXPECT_FALSE(first.total_size_is_lower_bound);
  // On every page the same.
  request.set_page_token(first.next_page_token);
  EXPECT_EQ(List(request).total_size, 3);

  v1::ListAccountsRequest filtered = Request("label != a");
  filtered.set_return_total_size(true);
  EXPECT_EQ(List(filtered).total_size, 2);
  filtered.set_show_deleted(true);
  EXPECT_EQ(List(filtered).total_size, 3);
}

TEST_F(AccountReaderTest, ATokenServesItsOwnListOnly) {
  StoreSamples();
  v1::ListAccountsRequest request = Request("provider = lastpass", "label");
  request.set_page_size(1);
  request.set_page_token(List(request).next_page_token);
  ASSERT_FALSE(request.page_token().empty());
  EXPECT_EQ(List(request).accounts.size(), 1u);

  v1::ListAccountsRequest other = request;
  other.set_parent("tenants/umbrella");
  EXPECT_EQ(WhyRefused(other), v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  other = request;
  other.set_filter("provider != lastpass");
  EXPECT_EQ(WhyRefused(other), v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  other = request;
  other.set_order_by("label desc");
  EXPECT_EQ(WhyRefused(other), v1::ERROR_REASON_PAGE_TOKEN_INVALID);
  other = request;
  other.set_show_deleted(true);
  EXPECT_EQ(WhyRefused(other), v1::ERROR_REASON_PAGE_TOKEN_INVALID);
}

TEST_F(AccountReaderTest, RefusesWhatItCannotRead) {
  EXPECT_EQ(WhyRefused(Request("uid = x")), v1::ERROR_REASON_FILTER_INVALID);
  EXPECT_EQ(WhyRefused(Request("", "uid")), v1::ERROR_REASON_ORDER_BY_INVALID);
  EXPECT_EQ(WhyRefused(v1::ListAccountsRequest()), v1::ERROR_REASON_FIELD_REQUIRED);
  v1::ListAccountsRequest negative = Request();
  negative.set_page_size(-1);
  EXPECT_EQ(WhyRefused(negative), v1::ERROR_REASON_FIELD_MALFORMED);
}

TEST_F(AccountReaderTest, GetsOneAccount) {
  StoreSamples();
  for (const char* id : {"a", "d"}) {
    const absl::StatusOr<v1::Account> account = Get(absl::StrCat("tenants/acme/accounts/", id));
    ASSERT_TRUE(account.ok()) << account.status();
    EXPECT_EQ(account->label(), id);
  }
  for (const char* absent : {"tenants/acme/accounts/e", "tenants/umbrella/accounts/a"}) {
    EXPECT_EQ(ReasonOf(Get(absent).status()), v1::ERROR_REASON_ACCOUNT_NOT_FOUND) << absent;
  }
  EXPECT_EQ(ReasonOf(Get("a").status()), v1::ERROR_REASON_FIELD_MALFORMED);
  EXPECT_EQ(ReasonOf(Get("").status()), v1::ERROR_REASON_FIELD_REQUIRED);
}

}  // namespace
}  // namespace credlink
