#include "server/secrets/key_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "server/faults/faults.h"
#include "server/secrets/file_key_provider.h"
#include "server/store/memory_store.h"
#include "tests/runtime/run_task.h"
#include "tests/secrets/key_files.h"

namespace credlink {
namespace {

using ::testing::HasSubstr;

using Ring = std::unique_ptr<KeyRing>;
using Key = std::shared_ptr<const SealingKey>;

class KeyRingTest : public ::testing::Test {
 protected:
  absl::StatusOr<Ring> TryOpen(KeyProvider& provider, KeyStore& store) {
    return RunTask(executor_, KeyRing::Open(provider, store));
  }
  Ring Open(KeyProvider& provider, KeyStore& store) {
    absl::StatusOr<Ring> ring = TryOpen(provider, store);
    EXPECT_TRUE(ring.ok()) << ring.status();
    return *std::move(ring);
  }
  Key Newest(KeyRing& ring, const std::string& tenant) {
    absl::StatusOr<Key> key = RunTask(executor_, ring.NewestKey(tenant));
    EXPECT_TRUE(key.ok()) << key.status();
    return *key;
  }
  absl::optional<WrappedKey> Stored(const std::string& tenant, uint32_t version = 0) {
    return *RunTask(executor_, store_.FindTenantKey(tenant, version));
  }
  void Store(MemoryStore& store, const WrappedKey& key) {
    EXPECT_TRUE(RunTask(executor_, store.InsertTenantKey(key)).ok());
  }
  // A store that begins with the deployment's key of store_, and that key.
  std::unique_ptr<MemoryStore> StoreWith(const WrappedKey& key) {
    auto store = std::make_unique<MemoryStore>(store_.deployment_id());
    Store(*store, *Stored(""));
    Store(*store, key);
    return store;
  }
  v1::ErrorReason WhyNot(KeyStore& store, const std::string& tenant) {
    Ring ring = Open(*provider_, store);
    absl::StatusOr<Key> key = RunTask(executor_, ring->NewestKey(tenant));
    return ReasonOf(key.status()).value_or(v1::ERROR_REASON_UNSPECIFIED);
  }

  Executor executor_{4};
  KeyFiles files_;
  MemoryStore store_;
  std::unique_ptr<FileKeyProvider> provider_ = files_.New("key");
};

TEST_F(KeyRingTest, MakesTheDeploymentsKeyInANewStore) {
  EXPECT_EQ(Stored(""), absl::nullopt);
  Ring ring = Open(*provider_, store_);
  EXPECT_EQ(ring->deployment_key().key.size(), 32u);
  EXPECT_EQ(ring->deployment_key().version, 1u);
  const absl::optional<WrappedKey> stored = Stored("");
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->version, 1u);
  EXPECT_EQ(stored->kek_id, provider_->active_kek());
  // Not in clear.
  EXPECT_EQ(stored->blob.find(std::string(ring->deployment_key().key.Reveal())), std::string::npos);
}

TEST_F(KeyRingTest, FindsItsKeysAgain) {
  Ring first = Open(*provider_, store_);
  const Key key = Newest(*first, "acme");
  const std::string digest = first->Digest("label", "acme", "message", Secret("secret"));
  // As after a restart: the file is read anew.
  auto provider = files_.Load("key");
  Ring second = Open(*provider, store_);
  EXPECT_TRUE(second->deployment_key().key.SameAs(first->deployment_key().key));
  EXPECT_TRUE(Newest(*second, "acme")->key.SameAs(key->key));
  EXPECT_EQ(second->Digest("label", "acme", "message", Secret("secret")), digest);
}

TEST_F(KeyRingTest, RefusesAnotherKeyFileBeforeAnythingIsServed) {
  Open(*provider_, store_);
  const std::string before = Stored("")->blob;
  auto other = files_.New("other");
  const absl::Status status = TryOpen(*other, store_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  const std::string message(status.message());
  EXPECT_THAT(message, HasSubstr("sealed with key " + provider_->active_kek()));
  EXPECT_THAT(message, HasSubstr("has " + other->active_kek()));
  EXPECT_THAT(message, HasSubstr("Give the server the key file that this data was made with"));
  // As it says, nothing was changed: the right file still fits.
  EXPECT_EQ(Stored("")->blob, before);
  EXPECT_EQ(Stored("", 2), absl::nullopt);
  Open(*provider_, store_);
}

TEST_F(KeyRingTest, AcceptsARotatedKeyFile) {
  Ring before = Open(*provider_, store_);
  const Key key = Newest(*before, "acme");
  auto rotated = files_.Rotated("key", "rotated");
  ASSERT_NE(rotated->active_kek(), provider_->active_kek());
  Ring after = Open(*rotated, store_);
  EXPECT_TRUE(after->deployment_key().key.SameAs(before->deployment_key().key));
  EXPECT_TRUE(Newest(*after, "acme")->key.SameAs(key->key));
  // What is new is wrapped with the new one.
  Newest(*after, "newcomer");
  EXPECT_EQ(Stored("newcomer")->kek_id, rotated->active_kek());
}

TEST_F(KeyRingTest, RefusesAChangedDeploymentKey) {
  Open(*provider_, store_);
  WrappedKey wrapped = *Stored("");
  for (size_t i = 0; i < wrapped.blob.size(); ++i) {
    WrappedKey changed = wrapped;
    changed.blob[i] = static_cast<char>(changed.blob[i] ^ 1);
    MemoryStore store(store_.deployment_id());
    Store(store, changed);
    EXPECT_EQ(TryOpen(*provider_, store).status().code(), absl::StatusCode::kFailedPrecondition)
        << "byte " << i;
  }
  // The whole store, given to another deployment.
  MemoryStore elsewhere("11111111-2222-3333-4444-555555555555");
  Store(elsewhere, wrapped);
  EXPECT_EQ(TryOpen(*provider_, elsewhere).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(KeyRingTest, RefusesAChangedOrMovedTenantKey) {
  Ring ring = Open(*provider_, store_);
  Newest(*ring, "acme");
  const WrappedKey wrapped = *Stored("acme");
  for (size_t i = 0; i < wrapped.blob.size(); i += 7) {
    WrappedKey changed = wrapped;
    changed.blob[i] = static_cast<char>(changed.blob[i] ^ 0x80);
    EXPECT_EQ(WhyNot(*StoreWith(changed), "acme"), v1::ERROR_REASON_INTEGRITY_FAILURE) << i;
  }
  WrappedKey moved = wrapped;
  moved.tenant = "other";
  EXPECT_EQ(WhyNot(*StoreWith(moved), "other"), v1::ERROR_REASON_INTEGRITY_FAILURE);
  WrappedKey newer = wrapped;
  newer.version = 2;
  EXPECT_EQ(WhyNot(*StoreWith(newer), "acme"), v1::ERROR_REASON_INTEGRITY_FAILURE);
  WrappedKey short_one = wrapped;
  short_one.blob.resize(short_one.blob.size() - 1);
  EXPECT_EQ(WhyNot(*StoreWith(short_one), "acme"), v1::ERROR_REASON_INTEGRITY_FAILURE);
  WrappedKey unknown_kek = wrapped;
  unknown_kek.kek_id = "0000";
  EXPECT_EQ(WhyNot(*StoreWith(unknown_kek), "acme"), v1::ERROR_REASON_KEY_UNAVAILABLE);
  // The control: unchanged it is good.
  EXPECT_EQ(WhyNot(*StoreWith(wrapped), "acme"), v1::ERROR_REASON_UNSPECIFIED);
}

TEST_F(KeyRingTest, EveryTenantHasItsOwnKey) {
  Ring ring = Open(*provider_, store_);
  const Key acme = Newest(*ring, "acme");
  const Key other = Newest(*ring, "other");
  EXPECT_FALSE(acme->key.SameAs(other->key));
  EXPECT_FALSE(acme->key.SameAs(ring->deployment_key().key));
  EXPECT_EQ(Newest(*ring, "acme"), acme);
}

TEST_F(KeyRingTest, FindsKeysByTheirVersion) {
  Ring ring = Open(*provider_, store_);
  const Key newest = Newest(*ring, "acme");
  Ring fresh = Open(*provider_, store_);
  absl::StatusOr<Key> found = RunTask(executor_, fresh->KeyOfVersion("acme", newest->version));
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE((*found)->key.SameAs(newest->key));
  EXPECT_EQ((*found)->version, newest->version);
  // The newest is asked for by another method; a blob never names it so.
  found = RunTask(executor_, fresh->KeyOfVersion("acme", 0));
  EXPECT_EQ(ReasonOf(found.status()), v1::ERROR_REASON_INTEGRITY_FAILURE);
  found = RunTask(executor_, fresh->KeyOfVersion("acme", 2));
  EXPECT_EQ(ReasonOf(found.status()), v1::ERROR_REASON_KEY_UNAVAILABLE);
  found = RunTask(executor_, fresh->KeyOfVersion("nobody", 1));
  EXPECT_EQ(ReasonOf(found.status()), v1::ERROR_REASON_KEY_UNAVAILABLE);
  EXPECT_EQ(Stored("nobody"), absl::nullopt);
}

// Two servers over one store, many calls at once: whoever comes second uses the first's key.
TEST_F(KeyRingTest, ConcurrentFirstUsesAgreeOnOneKey) {
  for (int round = 0; round < 20; ++round) {
    MemoryStore store;
    std::vector<std::future<absl::StatusOr<Ring>>> opening;
    for (int i = 0; i < 4; ++i) {
      opening.push_back(StartTask(executor_, KeyRing::Open(*provider_, store)));
    }
    std::vector<Ring> rings;
    for (auto& ring : opening) rings.push_back(*ring.get());
    std::vector<std::future<absl::StatusOr<Key>>> keys;
    for (int i = 0; i < 16; ++i) {
      keys.push_back(StartTask(executor_, rings[i % rings.size()]->NewestKey("acme")));
    }
    const Key stored = Newest(*Open(*provider_, store), "acme");
    for (auto& key : keys) EXPECT_TRUE((*key.get())->key.SameAs(stored->key));
    for (Ring& ring : rings) {
      EXPECT_TRUE(ring->deployment_key().key.SameAs(rings[0]->deployment_key().key));
    }
  }
}

TEST_F(KeyRingTest, DigestsTellSameFromDifferent) {
  Ring ring = Open(*provider_, store_);
  const auto digest = [&ring](absl::string_view label, absl::string_view tenant,
                              absl::string_view message, absl::string_view secret) {
    return ring->Digest(label, tenant, message, Secret(secret));
  };
  const std::string one = digest("label", "acme", "message", "secret");
  EXPECT_EQ(one.size(), 32u);
  EXPECT_EQ(digest("label", "acme", "message", "secret"), one);
  const std::vector<std::string> others = {
      digest("labels", "acme", "message", "secret"), digest("label", "other", "message", "secret"),
      digest("label", "acme", "massage", "secret"),  digest("label", "acme", "message", "Secret"),
      digest("label", "acme", "message", ""),        digest("label", "acme", "", "messagesecret"),
      digest("label", "acme", "messagesecret", ""),  digest("labela", "cme", "message", "secret"),
      digest("label", "acmem", "essage", "secret"),  digest("", "", "", "")};
  for (size_t i = 0; i < others.size(); ++i) {
    EXPECT_NE(others[i], one) << i;
    for (size_t k = 0; k < i; ++k) EXPECT_NE(others[i], others[k]) << i << " and " << k;
  }
  // Another deployment's digests say nothing about ours.
  MemoryStore store;
  EXPECT_NE(Open(*provider_, store)->Digest("label", "acme", "message", Secret("secret")), one);
}

}  // namespace
}  // namespace credlink
