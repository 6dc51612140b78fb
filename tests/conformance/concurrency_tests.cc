// Many coroutines that want the same.
#include <set>

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

constexpr int kCallers = 64;

std::vector<ChangeOutcome> InsertAtOnce(Executor& executor, AccountStore& store,
                                        std::function<NewAccount(int)> account) {
  std::vector<std::future<absl::StatusOr<ChangeOutcome>>> waiting;
  for (int i = 0; i < kCallers; ++i) {
    waiting.push_back(StartTask(executor, store.Apply(InsertionOf(account(i)))));
  }
  std::vector<ChangeOutcome> outcomes;
  for (auto& future : waiting) {
    absl::StatusOr<ChangeOutcome> outcome = future.get();
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (outcome.ok()) outcomes.push_back(*std::move(outcome));
  }
  return outcomes;
}

int Count(const std::vector<ChangeOutcome>& outcomes, ChangeOutcome::Kind kind) {
  int count = 0;
  for (const ChangeOutcome& outcome : outcomes) count += outcome.kind == kind;
  return count;
}

TEST_P(StoreSuite, OneOfManyLinksTheAccount) {
  std::vector<ChangeOutcome> outcomes = InsertAtOnce(executor_, accounts(), [](int i) {
    return MakeAccount("acme", "a" + std::to_string(i), "jane", "lastpass", "7");
  });
  EXPECT_EQ(Count(outcomes, ChangeOutcome::kApplied), 1);
  EXPECT_EQ(Count(outcomes, ChangeOutcome::kAlreadyLinked), kCallers - 1);
  std::vector<std::string> linked = ListAll(PageOf("acme", 100));
  ASSERT_EQ(linked.size(), 1u);
  for (const ChangeOutcome& outcome : outcomes) {
    if (outcome.kind == ChangeOutcome::kApplied) continue;
    EXPECT_EQ(outcome.existing_account_id, linked.front());
  }
}

TEST_P(StoreSuite, OneOfManyIsTheRequest) {
  std::vector<ChangeOutcome> outcomes = InsertAtOnce(executor_, accounts(), [](int i) {
    NewAccount account = MakeAccount("acme", "a" + std::to_string(i));
    account.request = MakeRequest("r1", "answer for a" + std::to_string(i));
    return account;
  });
  EXPECT_EQ(Count(outcomes, ChangeOutcome::kApplied), 1);
  EXPECT_EQ(Count(outcomes, ChangeOutcome::kRequestSeen), kCallers - 1);
  std::vector<std::string> linked = ListAll(PageOf("acme", 100));
  ASSERT_EQ(linked.size(), 1u);
  for (const ChangeOutcome& outcome : outcomes) {
    if (outcome.kind == ChangeOutcome::kApplied) continue;
    EXPECT_EQ(outcome.request->response, "answer for " + linked.front());
  }
}

TEST_P(StoreSuite, OneOfManyGetsTheId) {
  std::vector<ChangeOutcome> outcomes = InsertAtOnce(executor_, accounts(), [](int i) {
    return MakeAccount("acme", "a", "owner" + std::to_string(i), "lastpass", "7");
  });
  EXPECT_EQ(Count(outcomes, ChangeOutcome::kApplied), 1);
  EXPECT_EQ(Count(outcomes, ChangeOutcome::kAccountIdTaken), kCallers - 1);
}

TEST_P(StoreSuite, ManyThatDoNotExcludeEachOtherAllSucceed) {
  std::vector<ChangeOutcome> outcomes = InsertAtOnce(
      executor_, accounts(), [](int i) { return MakeAccount("acme", "a" + std::to_string(i)); });
  EXPECT_EQ(Count(outcomes, ChangeOutcome::kApplied), kCallers);
  std::vector<std::string> listed = ListAll(PageOf("acme", 10));
  EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()).size(), size_t{kCallers});
}

// Each of many changes the record that it read until it succeeds: none is lost.
TEST_P(StoreSuite, OneChangeWinsEachRevision) {
  auto change = [](AccountStore& store) -> Task<absl::StatusOr<int>> {
    for (int tries = 1;; ++tries) {
      absl::StatusOr<absl::optional<AccountRecord>> record = co_await store.GetAccount("acme", "a");
      if (!record.ok()) co_return record.status();
      (*record)->account.set_user_count((*record)->account.user_count() + 1);
      ChangeSet set = ChangeOf("acme", AccountChange::kUpdate, **record);
      set.events.emplace_back();
      absl::StatusOr<ChangeOutcome> outcome = co_await store.Apply(std::move(set));
      if (!outcome.ok()) co_return outcome.status();
      if (outcome->kind == ChangeOutcome::kApplied) co_return tries;
    }
  };
  MustCreate(MakeAccount("acme", "a"));
  std::vector<std::future<absl::StatusOr<int>>> waiting;
  for (int i = 0; i < kCallers; ++i) waiting.push_back(StartTask(executor_, change(accounts())));
  for (auto& future : waiting) EXPECT_TRUE(future.get().ok());
  EXPECT_EQ(Record("acme", "a").revision, kCallers + 1);
  EXPECT_EQ(Record("acme", "a").account.user_count(), kCallers);
  EXPECT_EQ(Get(accounts().ListEvents("acme", 0, 0, 0)).last, kCallers);
}

TEST_P(StoreSuite, OneOfManyChangesOfARevisionIsMade) {
  MustCreate(MakeAccount("acme", "a"));
  const AccountRecord record = Record("acme", "a");
  std::vector<std::future<absl::StatusOr<ChangeOutcome>>> waiting;
  for (int i = 0; i < kCallers; ++i) {
    const auto kind = i % 8 == 0 ? AccountChange::kErase : AccountChange::kUpdate;
    waiting.push_back(StartTask(executor_, accounts().Apply(ChangeOf("acme", kind, record))));
  }
  int applied = 0;
  for (auto& future : waiting) {
    const absl::StatusOr<ChangeOutcome> outcome = future.get();
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    applied += outcome->kind == ChangeOutcome::kApplied;
    EXPECT_TRUE(outcome->kind == ChangeOutcome::kApplied ||
                outcome->kind == ChangeOutcome::kConflict);
  }
  EXPECT_EQ(applied, 1);
}

// An account is visible as soon as its insert has answered, and all of it.
TEST_P(StoreSuite, WhatWasAnsweredCanBeRead) {
  auto link_and_read = [](AccountStore& store, std::string id) -> Task<absl::StatusOr<bool>> {
    NewAccount account = MakeAccount("acme", id);
    ChangeSet insertion = InsertionOf(account);
    absl::StatusOr<ChangeOutcome> outcome = co_await store.Apply(std::move(insertion));
    if (!outcome.ok()) co_return outcome.status();
    absl::StatusOr<absl::optional<AccountRecord>> record = co_await store.GetAccount("acme", id);
    if (!record.ok()) co_return record.status();
    absl::StatusOr<absl::optional<std::string>> sealed =
        co_await store.GetSealedCredential("acme", id, 1);
    if (!sealed.ok()) co_return sealed.status();
    LinkQuery query = QueryOf(account);
    absl::StatusOr<ChangeOutcome> again = co_await store.CheckInsert(std::move(query));
    if (!again.ok()) co_return again.status();
    co_return record->has_value() && sealed->has_value() &&
        again->kind == ChangeOutcome::kAlreadyLinked;
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
