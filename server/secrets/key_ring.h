// The tenants' keys, unwrapped on demand and kept in locked memory.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/runtime/mutex.h"
#include "server/runtime/task.h"
#include "server/secrets/key_provider.h"
#include "server/secrets/sealer.h"
#include "server/store/key_store.h"

namespace credlink {

// Thread-safe. References must outlive it.
class KeyRing {
 public:
  // Proves that `provider` holds the key that this store was sealed with, before anything is
  // served: unwraps the deployment's own key and opens a known record with it. In a new store it
  // makes that key. FAILED_PRECONDITION, with a text for the operator, when the key is not the
  // right one.
  static Task<absl::StatusOr<std::unique_ptr<KeyRing>>> Open(KeyProvider& provider,
                                                             KeyStore& store);

  // The tenant's newest key, to seal with. Made on first use.
  Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> NewestKey(std::string tenant);

  // The key that a blob was sealed with. KEY_UNAVAILABLE when there is none of that version.
  Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> KeyOfVersion(std::string tenant,
                                                                       uint32_t version);

  // The deployment's own key, for what belongs to no tenant alone, such as page tokens.
  const SealingKey& deployment_key() const { return *deployment_key_; }
  const std::string& deployment_id() const { return store_.deployment_id(); }

  // A keyed hash, 32 bytes: tells whether two secrets are the same, and nothing else about them.
  // `label` keeps uses apart; equal only for equal (label, tenant, message, secret).
  std::string Digest(absl::string_view label, absl::string_view tenant, absl::string_view message,
                     const Secret& secret) const;

 private:
  KeyRing(KeyProvider& provider, KeyStore& store) : provider_(provider), store_(store) {}

  Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> Unwrap(WrappedKey wrapped);
  Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> MakeKey(std::string tenant);
  std::shared_ptr<const SealingKey> Cached(const std::string& tenant, uint32_t version);
  void Remember(const std::string& tenant, std::shared_ptr<const SealingKey> key);

  KeyProvider& provider_;
  KeyStore& store_;
  std::shared_ptr<const SealingKey> deployment_key_;
  Secret digest_key_;
  Mutex mutex_;
  // Newest version under version 0 as well.
  std::map<std::pair<std::string, uint32_t>, std::shared_ptr<const SealingKey>> cache_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
