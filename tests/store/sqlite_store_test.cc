#include "server/store/sqlite/sqlite_store.h"

#include "tests/conformance/account_store_suite.h"
#include "tests/store/temp_directory.h"

namespace credlink {
namespace {

struct StoreInDirectory {
  TempDirectory directory;
  std::unique_ptr<SqliteStore> store;
};

StoreUnderTest MakeSqliteStore() {
  auto kept = std::make_shared<StoreInDirectory>();
  SqliteOptions options;
  options.path = kept->directory.File("credlink.db");
  options.on_failure = [](absl::Status status) { ADD_FAILURE() << status; };
  options.on_trouble = [](absl::Status status) { ADD_FAILURE() << status; };
  absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open(options);
  EXPECT_TRUE(store.ok()) << store.status();
  kept->store = *std::move(store);
  return {kept, kept->store.get(), kept->store.get()};
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreSuite, testing::Values(StoreKind{"Sqlite", MakeSqliteStore}));

}  // namespace
}  // namespace credlink
