// What the key ring makes of a store or a key provider that fails.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/faults/faults.h"
#include "server/secrets/key_ring.h"
#include "server/store/memory_store.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

// Passes on to a MemoryStore, counts, and fails when told to.
class ShakyStore final : public KeyStore {
 public:
  Task<absl::StatusOr<absl::optional<WrappedKey>>> FindTenantKey(std::string tenant,
                                                                 uint32_t version) override {
    ++finds;
    if (broken) co_return Fault(v1::ERROR_REASON_STORE_UNAVAILABLE);
    absl::StatusOr<absl::optional<WrappedKey>> found =
        co_await store_.FindTenantKey(std::move(tenant), version);
    co_return found;
  }
  Task<absl::StatusOr<WrappedKey>> InsertTenantKey(WrappedKey key) override {
    ++inserts;
    if (broken || read_only) co_return Fault(v1::ERROR_REASON_STORE_UNAVAILABLE);
    absl::StatusOr<WrappedKey> stored = co_await store_.InsertTenantKey(std::move(key));
    co_return stored;
  }
  const std::string& deployment_id() const override { return store_.deployment_id(); }

  bool broken = false;
  bool read_only = false;
  int finds = 0;
  int inserts = 0;

 private:
  MemoryStore store_;
};

// Wraps by writing the key down, which is all that these tests need.
class ShakyProvider final : public KeyProvider {
 public:
  std::string active_kek() const override { return "shaky"; }
  Task<absl::StatusOr<std::string>> Wrap(KeyName, Secret key) override {
    if (broken) co_return Fault(v1::ERROR_REASON_KEY_UNAVAILABLE);
    co_return std::string(key.Reveal());
  }
  Task<absl::StatusOr<Secret>> Unwrap(KeyName, std::string, std::string blob) override {
    ++unwraps;
    if (broken) co_return Fault(v1::ERROR_REASON_KEY_UNAVAILABLE);
    co_return Secret(absl::string_view(blob).substr(0, key_size));
  }

  bool broken = false;
  size_t key_size = 32;
  int unwraps = 0;
};

class KeyRingFaultsTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<KeyRing>> Open() {
    return RunTask(executor_, KeyRing::Open(provider_, store_));
  }
  absl::StatusOr<std::shared_ptr<const SealingKey>> Newest(KeyRing& ring) {
    return RunTask(executor_, ring.NewestKey("acme"));
  }

  Executor executor_{1};
  ShakyStore store_;
  ShakyProvider provider_;
};

TEST_F(KeyRingFaultsTest, AStoreThatFailsIsNotAnEmptyStore) {
  store_.broken = true;
  EXPECT_EQ(ReasonOf(Open().status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  EXPECT_EQ(store_.inserts, 0);
  store_.broken = false;
  store_.read_only = true;
  EXPECT_EQ(ReasonOf(Open().status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
}

TEST_F(KeyRingFaultsTest, AKeyThatWasNotStoredIsNotUsed) {
  auto ring = *Open();
  store_.read_only = true;
  EXPECT_EQ(ReasonOf(Newest(*ring).status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  store_.read_only = false;
  const auto key = Newest(*ring);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_TRUE((*Newest(**Open()))->key.SameAs((*key)->key));
}

TEST_F(KeyRingFaultsTest, AKnownKeyNeedsNeitherStoreNorProvider) {
  auto ring = *Open();
  const auto key = Newest(*ring);
  ASSERT_TRUE(key.ok());
  const int finds = store_.finds;
  const int unwraps = provider_.unwraps;
  store_.broken = provider_.broken = true;
  EXPECT_EQ(*Newest(*ring), *key);
  EXPECT_EQ(*RunTask(executor_, ring->KeyOfVersion("acme", (*key)->version)), *key);
  EXPECT_EQ(store_.finds, finds);
  EXPECT_EQ(provider_.unwraps, unwraps);
}

TEST_F(KeyRingFaultsTest, AProviderThatFailsMakesNoKey) {
  auto ring = *Open();
  const int inserts = store_.inserts;
  provider_.broken = true;
  EXPECT_EQ(ReasonOf(Newest(*ring).status()), v1::ERROR_REASON_KEY_UNAVAILABLE);
  EXPECT_EQ(store_.inserts, inserts);
  provider_.broken = false;
  EXPECT_TRUE(Newest(*ring).ok());
}

TEST_F(KeyRingFaultsTest, AKeyOfAnotherSizeIsNoKey) {
  auto ring = *Open();
  ASSERT_TRUE(Newest(*ring).ok());
  for (size_t size : {0, 16, 31}) {
    provider_.key_size = size;
    EXPECT_EQ(Open().status().code(), absl::StatusCode::kFailedPrecondition) << size;
  }
}

}  // namespace
}  // namespace credlink
