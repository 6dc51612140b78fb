// Many coroutines that want the same.
#include <set>

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

constexpr int kCallers = 64;

std::vector<InsertOutcome> InsertAtOnce(Executor& executor, AccountStore& store,
                                        std::function<NewAccount(int)> account) {
  std::vector<std::future<absl::StatusOr<InsertOutcome>>> waiting;
  for (int i = 0; i < kCallers; ++i) {
    waiting.push_back(StartTask(executor, store.InsertAccount(account(i))));
  }
  std::vector<InsertOutcome> outcomes;
  for (auto& future : waiting) {
    absl::StatusOr<InsertOutcome> outcome = future.get();
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (outcome.ok()) outcomes.push_back(*std::move(outcome));
  }
  return outcomes;
}

int Count(const std::vector<InsertOutcome>& outcomes, InsertOutcome::Kind kind) {
  int count = 0;
  for (const InsertOutcome& outcome : outcomes) count += outcome.kind == kind;
  return count;
}

TEST_P(StoreSuite, OneOfManyLinksTheAccount) {
  std::vector<InsertOutcome> outcomes = InsertAtOnce(executor_, accounts(), [](int i) {
    return MakeAccount("acme", "a" + std::to_string(i), "jane", "lastpass", "7");
  });
  EXPECT_EQ(Count(outcomes, InsertOutcome::kCreated), 1);
  EXPECT_EQ(Count(outcomes, InsertOutcome::kAlreadyLinked), kCallers - 1);
  std::vector<std::string> linked = ListAll(PageOf("acme", 100));
  ASSERT_EQ(linked.size(), 1u);
  for (const InsertOutcome& outcome : outcomes) {
    if (outcome.kind == InsertOutcome::kCreated) continue;
    EXPECT_EQ(outcome.existing_account_id, linked.front());
  }
}

TEST_P(StoreSuite, OneOfManyIsTheRequest) {
  std::vector<InsertOutcome> outcomes = InsertAtOnce(executor_, accounts(), [](int i) {
    NewAccount account = MakeAccount("acme", "a" + std::to_string(i));
    account.request = MakeRequest("r1", "answer for a" + std::to_string(i));
    return account;
  });
  EXPECT_EQ(Count(outcomes, InsertOutcome::kCreated), 1);
  EXPECT_EQ(Count(outcomes, InsertOutcome::kRequestSeen), kCallers - 1);
  std::vector<std::string> linked = ListAll(PageOf("acme", 100));
  ASSERT_EQ(linked.size(), 1u);
  for (const InsertOutcome& outcome : outcomes) {
    if (outcome.kind == InsertOutcome::kCreated) continue;
    EXPECT_EQ(outcome.request->response, "answer for " + linked.front());
  }
}

TEST_P(StoreSuite, OneOfManyGetsTheId) {
  std::vector<InsertOutcome> outcomes = InsertAtOnce(executor_, accounts(), [](int i) {
    return MakeAccount("acme", "a", "owner" + std::to_string(i), "lastpass", "7");
  });
  EXPECT_EQ(Count(outcomes, InsertOutcome::kCreated), 1);
  EXPECT_EQ(Count(outcomes, InsertOutcome::kAccountIdTaken), kCallers - 1);
}

TEST_P(StoreSuite, ManyThatDoNotExcludeEachOtherAllSucceed) {
  std::vector<InsertOutcome> outcomes = InsertAtOnce(
      executor_, accounts(), [](int i) { return MakeAccount("acme", "a" + std::to_string(i)); });
  EXPECT_EQ(Count(outcomes, InsertOutcome::kCreated), kCallers);
  std::vector<std::string> listed = ListAll(PageOf("acme", 10));
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()).size(), size_t{kCallers});
}

// An account is visible as soon as its insert has answered, and all of it.
TEST_P(StoreSuite, WhatWasAnsweredCanBeRead) {
  auto link_and_read = [](AccountStore& store, std::string id) -> Task<absl::StatusOr<bool>> {
    NewAccount account = MakeAccount("acme", id);
    absl::StatusOr<InsertOutcome> outcome = co_await store.InsertAccount(account);
    if (!outcome.ok()) co_return outcome.status();
    absl::StatusOr<absl::optional<std::string>> message = co_await store.GetAccount("acme", id);
    if (!message.ok()) co_return message.status();
    absl::StatusOr<absl::optional<std::string>> sealed =
        co_await store.GetSealedCredential("acme", id, 1);
    if (!sealed.ok()) co_return sealed.status();
    absl::StatusOr<InsertOutcome> again = co_await store.CheckInsert(QueryOf(account));
    if (!again.ok()) co_return again.status();
    co_return message->has_value() && sealed->has_value() &&
        again->kind == InsertOutcome::kAlreadyLinked;
  };
  std::vector<std::future<absl::StatusOr<bool>>> waiting;
  for (int i = 0; i < kCallers; ++i) {
    waiting.push_back(StartTask(executor_, link_and_read(accounts(), std::to_string(i))));
  }
  for (auto& future : waiting) {
    absl::StatusOr<bool> all_there = future.get();
    ASSERT_TRUE(all_there.ok()) << all_there.status();
    EXPECT_TRUE(*all_there);
  }
}

}  // namespace
}  // namespace credlink
