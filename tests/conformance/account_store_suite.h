// What every store of accounts and keys must do. A test of a store instantiates StoreSuite with a
// factory; the tests themselves are in the .cc files beside this one, by subject.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/runtime/executor.h"
#include "server/store/account_store.h"
#include "server/store/key_store.h"
#include "tests/conformance/samples.h"
#include "tests/runtime/run_task.h"

namespace credlink {

// A store under test, both sides of it.
struct StoreUnderTest {
  std::shared_ptr<void> keeper;  // destroys the store
  AccountStore* accounts;
  KeyStore* keys;
};

struct StoreKind {
  const char* name;
  StoreUnderTest (*make)();  // an empty one
};

inline void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }

class StoreSuite : public ::testing::TestWithParam<StoreKind> {
 protected:
  template <typename T>
  T Get(Task<absl::StatusOr<T>> task) {
    absl::StatusOr<T> result = RunTask(executor_, std::move(task));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : T();
  }

  ChangeOutcome Apply(ChangeSet set) { return Get(accounts().Apply(std::move(set))); }
  void MustApply(ChangeSet set) { ASSERT_EQ(Apply(std::move(set)).kind, ChangeOutcome::kApplied); }
  ChangeOutcome Insert(const NewAccount& account) { return Apply(InsertionOf(account)); }
  ChangeOutcome Check(const NewAccount& account) {
    return Get(accounts().CheckInsert(QueryOf(account)));
  }
  void MustCreate(const NewAccount& account) {
    ASSERT_EQ(Insert(account).kind, ChangeOutcome::kApplied);
  }
  absl::optional<AccountRecord> Find(const std::string& tenant, const std::string& account_id) {
    return Get(accounts().GetAccount(tenant, account_id));
  }
  // What is kept of a request of tenant acme.
  absl::optional<RequestRecord> Request(const std::string& request_id, absl::Time now) {
    return Get(accounts().FindRequest("acme", request_id, now));
  }
  // A record that must be there.
  AccountRecord Record(const std::string& tenant, const std::string& account_id) {
    absl::optional<AccountRecord> found = Find(tenant, account_id);
    EXPECT_TRUE(found.has_value()) << tenant << "/" << account_id;
    return found.value_or(AccountRecord());
  }
  std::string Message(const std::string& tenant, const std::string& account_id) {
    return Record(tenant, account_id).account.SerializeAsString();
  }

  // The ids on a page, and of all pages that follow the query's.
  static std::vector<std::string> Ids(const AccountPage& page);
  std::vector<std::string> ListAll(ListQuery query);

  AccountStore& accounts() { return *store_.accounts; }
  KeyStore& keys() { return *store_.keys; }

  Executor executor_{2};
  StoreUnderTest store_ = GetParam().make();
};

}  // namespace credlink
