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

  InsertOutcome Insert(NewAccount account) { return Get(accounts().InsertAccount(account)); }
  InsertOutcome Check(const NewAccount& account) {
    return Get(accounts().CheckInsert(QueryOf(account)));
  }
  void MustCreate(NewAccount account) {
    ASSERT_EQ(Insert(std::move(account)).kind, InsertOutcome::kCreated);
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
