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
  ASSERT_NE(first.next, 0);
  AccountPage second = Get(accounts().ListAccounts(PageOf("acme", 4, first.next)));
  EXPECT_THAT(Ids(second), ElementsAre("a4", "a5"));
  EXPECT_EQ(second.next, 0);
  // A page that ends with the last account is the last page.
  EXPECT_EQ(Get(accounts().ListAccounts(PageOf("acme", 6))).next, 0);
  EXPECT_NE(Get(accounts().ListAccounts(PageOf("acme", 5))).next, 0);
  EXPECT_THAT(ListAll(PageOf("acme", 1)), ElementsAre("a0", "a1", "a2", "a3", "a4", "a5"));
}

TEST_P(StoreSuite, ThereIsNothingBehindTheEnd) {
  MustCreate(MakeAccount("acme", "a1"));
  AccountPage page = Get(accounts().ListAccounts(PageOf("acme", 4, INT64_MAX)));
  EXPECT_THAT(page.accounts, IsEmpty());
  EXPECT_EQ(page.next, 0);
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
    EXPECT_THAT(ListAll({"acme", "", "", "1234567", 0, limit}),
                ElementsAre("a1", "a3", "a5", "a7"));
  }
  EXPECT_THAT(ListAll({"acme", "owner-a2", "", "", 0, 5}), IsEmpty());
}

// Every combination of filters against what filtering by hand gives, on pages of several sizes.
TEST_P(StoreSuite, FiltersByEveryCombination) {
  std::vector<NewAccount> all;
  for (int i = 0; i < 3 * 3 * 3; ++i) {
    // Numbers that share no factor with 27, so that the order is none of the indexes'.
    int n = i * 10 % 27;
    all.push_back(MakeAccount("acme", "a" + std::to_string(i), "o" + std::to_string(n % 3),
                              "p" + std::to_string(n / 3 % 3), "n" + std::to_string(n / 9)));
    MustCreate(all.back());
    MustCreate(MakeAccount("umbrella", "u" + std::to_string(i), "o0", "p0", std::to_string(i)));
  }
  for (const std::string owner : {"", "o1", "none"}) {
    for (const std::string provider : {"", "p2", "none"}) {
      for (const std::string number : {"", "n0", "none"}) {
        std::vector<std::string> expected;
        for (const NewAccount& account : all) {
          if ((owner.empty() || owner == account.account.owner().id()) &&
              (provider.empty() || provider == account.account.provider()) &&
              (number.empty() || number == account.account.account_number())) {
            expected.push_back(account.account_id);
          }
        }
        for (int limit : {1, 4, 1000}) {
          EXPECT_EQ(ListAll({"acme", owner, provider, number, 0, limit}), expected)
              << owner << "," << provider << "," << number << " by " << limit;
        }
      }
    }
  }
}

// What was there when a listing began is in it once, whatever is linked meanwhile.
TEST_P(StoreSuite, PagesNeitherRepeatNorMissWhileAccountsAreLinked) {
  constexpr int kBefore = 100;
  for (int i = 0; i < kBefore; ++i) MustCreate(MakeAccount("acme", "before" + std::to_string(i)));
  std::atomic<bool> stop{false};
  std::thread linking([&] {
    Executor executor(1);
    for (int i = 0; !stop && i < 100000; ++i) {
      EXPECT_TRUE(RunTask(executor,
                          accounts().InsertAccount(MakeAccount("acme", "new" + std::to_string(i))))
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
      if (page.next == 0) break;
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
