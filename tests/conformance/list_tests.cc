// Lists: order, pages, filters.
#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(StoreSuite, ListsOldestFirst) {
  for (const char* id : {"c", "a", "z", "b"}) MustCreate(MakeAccount("acme", id));
  EXPECT_THAT(ListAll(PageOf("acme", 10)), ElementsAre("c", "a", "z", "b"));
}

TEST_P(StoreSuite, AListHoldsTheMessagesAsTheyWereStored) {
  NewAccount account = MakeAccount("acme", "a1");
  MustCreate(account);
  AccountPage page = Get(accounts().ListAccounts(PageOf("acme", 1)));
  EXPECT_THAT(page.accounts, ElementsAre(account.account.SerializeAsString()));
}

TEST_P(StoreSuite, PagesAreFullUntilTheLast) {
  for (int i = 0; i < 6; ++i) MustCreate(MakeAccount("acme", "a" + std::to_string(i)));
  AccountPage first = Get(accounts().ListAccounts(PageOf("acme", 4)));
  EXPECT_THAT(Ids(first), ElementsAre("a0", "a1", "a2", "a3"));
  ASSERT_TRUE(first.next.has_value());
  ListQuery next = PageOf("acme", 4);
  next.after = first.next;
  AccountPage second = Get(accounts().ListAccounts(next));
  EXPECT_THAT(Ids(second), ElementsAre("a4", "a5"));
  EXPECT_FALSE(second.next.has_value());
  // A page that ends with the last account is the last page.
  EXPECT_FALSE(Get(accounts().ListAccounts(PageOf("acme", 6))).next.has_value());
  EXPECT_TRUE(Get(accounts().ListAccounts(PageOf("acme", 5))).next.has_value());
  EXPECT_THAT(ListAll(PageOf("acme", 1)), ElementsAre("a0", "a1", "a2", "a3", "a4", "a5"));
}

TEST_P(StoreSuite, ThereIsNothingBehindTheEnd) {
  MustCreate(MakeAccount("acme", "a1"));
  ListQuery query = PageOf("acme", 4);
  query.after = ListPosition{"", INT64_MAX, INT64_MAX};
  AccountPage page = Get(accounts().ListAccounts(query));
  EXPECT_THAT(page.accounts, IsEmpty());
  EXPECT_FALSE(page.next.has_value());
  EXPECT_THAT(ListAll(PageOf("none", INT32_MAX)), IsEmpty());
}

TEST_P(StoreSuite, LeavesDeletedAccountsOut) {
  for (int i = 0; i < 8; ++i) {
    NewAccount account = MakeAccount("acme", "a" + std::to_string(i));
    if (i % 2 == 0) account.account.set_state(v1::Account::STATE_DELETED);
    if (i == 3) account.account.set_state(v1::Account::STATE_SUSPENDED);
    MustCreate(account);
  }
  for (int limit : {1, 2, 10}) {
    EXPECT_THAT(ListAll(PageOf("acme", limit)), ElementsAre("a1", "a3", "a5", "a7"));
    EXPECT_THAT(ListAll(PageOf("acme", limit, Equals(Comparison::kAccountNumber, "1234567"))),
                ElementsAre("a1", "a3", "a5", "a7"));
  }
  EXPECT_THAT(ListAll(PageOf("acme", 5, Equals(Comparison::kOwnerId, "owner-a2"))), IsEmpty());
}

// What was there when a listing began is in it once, whatever is linked meanwhile.
TEST_P(StoreSuite, PagesNeitherRepeatNorMissWhileAccountsAreLinked) {
  constexpr int kBefore = 100;
  for (int i = 0; i < kBefore; ++i) MustCreate(MakeAccount("acme", "before" + std::to_string(i)));
  std::atomic<bool> stop{false};
  std::thread linking([&] {
    Executor executor(1);
    for (int i = 0; !stop && i < 100000; ++i) {
      EXPECT_TRUE(RunTask(executor, accounts().Apply(InsertionOf(
                                        MakeAccount("acme", "new" + std::to_string(i)))))
                      .ok());
    }
  });
  for (int round = 0; round < 5; ++round) {
    std::vector<std::string> ids;
    ListQuery query = PageOf("acme", 7);
    // Ends although the list may grow as fast as it is read.
    while (ids.size() < kBefore + 200) {
      AccountPage page = Get(accounts().ListAccounts(query));
      for (std::string& id : Ids(page)) ids.push_back(std::move(id));
      if (!page.next) break;
      query.after = page.next;
    }
    ASSERT_GE(ids.size(), size_t{kBefore});
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
    for (size_t i = 0; i < ids.size(); ++i) {
      EXPECT_EQ(ids[i],
                i < kBefore ? "before" + std::to_string(i) : "new" + std::to_string(i - kBefore));
    }
  }
  stop = true;
  linking.join();
}

}  // namespace
}  // namespace credlink
