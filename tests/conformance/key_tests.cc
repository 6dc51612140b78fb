// Tenant keys.
#include <set>

#include "tests/conformance/account_store_suite.h"

namespace credlink {
namespace {

TEST_P(StoreSuite, KeepsTenantKeys) {
  const std::string bytes("\0\xff'\"\0", 5);
  EXPECT_EQ(Get(keys().FindTenantKey("acme", 0)), absl::nullopt);
  EXPECT_EQ(Get(keys().FindTenantKey("acme", 1)), absl::nullopt);
  WrappedKey stored = Get(keys().InsertTenantKey({"acme", 1, "kek-1", bytes}));
  EXPECT_EQ(stored.blob, bytes);
  absl::optional<WrappedKey> found = Get(keys().FindTenantKey("acme", 1));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->tenant, "acme");
  EXPECT_EQ(found->version, 1u);
  EXPECT_EQ(found->kek_id, "kek-1");
  EXPECT_EQ(found->blob, bytes);
  EXPECT_EQ(Get(keys().FindTenantKey("acme", 2)), absl::nullopt);
  EXPECT_EQ(Get(keys().FindTenantKey("acm", 0)), absl::nullopt);
  EXPECT_EQ(Get(keys().FindTenantKey("acme2", 0)), absl::nullopt);
}

TEST_P(StoreSuite, VersionZeroAsksForTheNewestKey) {
  for (uint32_t version : {2u, 10u, 9u, 4000000000u}) {
    Get(keys().InsertTenantKey({"acme", version, "kek", "key " + std::to_string(version)}));
  }
  Get(keys().InsertTenantKey({"zenith", 1, "kek", "key of another"}));
  EXPECT_EQ(Get(keys().FindTenantKey("acme", 0))->blob, "key 4000000000");
  EXPECT_EQ(Get(keys().FindTenantKey("acme", 9))->blob, "key 9");
  EXPECT_EQ(Get(keys().FindTenantKey("acme", 3)), absl::nullopt);
}

TEST_P(StoreSuite, TheFirstKeyOfAVersionStays) {
  Get(keys().InsertTenantKey({"acme", 1, "kek-1", "first"}));
  WrappedKey stored = Get(keys().InsertTenantKey({"acme", 1, "kek-2", "second"}));
  EXPECT_EQ(stored.kek_id, "kek-1");
  EXPECT_EQ(stored.blob, "first");
  EXPECT_EQ(Get(keys().FindTenantKey("acme", 0))->blob, "first");
}

TEST_P(StoreSuite, ManyWhoMakeAKeyEndUpWithTheSame) {
  std::vector<std::future<absl::StatusOr<WrappedKey>>> waiting;
  for (int i = 0; i < 64; ++i) {
    waiting.push_back(StartTask(
        executor_, keys().InsertTenantKey({"acme", 1, "kek", "key " + std::to_string(i)})));
  }
  std::set<std::string> blobs;
  for (auto& future : waiting) {
    absl::StatusOr<WrappedKey> stored = future.get();
    ASSERT_TRUE(stored.ok()) << stored.status();
    blobs.insert(stored->blob);
  }
  EXPECT_EQ(blobs.size(), 1u);
}

TEST_P(StoreSuite, ADeploymentHasAnId) {
  const std::string& id = keys().deployment_id();
  ASSERT_EQ(id.size(), 36u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef-"), std::string::npos);
  EXPECT_EQ(&keys().deployment_id(), &id);
}

}  // namespace
}  // namespace credlink
