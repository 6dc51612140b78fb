// Where wrapped tenant keys and the deployment's own marks are kept: beside the accounts.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "server/runtime/task.h"

namespace credlink {

// A tenant key as it is stored: encrypted under a key encryption key that is never in the store.
struct WrappedKey {
  std::string tenant;
  uint32_t version = 0;
  std::string kek_id;
  std::string blob;
};

// Thread-safe. Errors: STORE_UNAVAILABLE.
class KeyStore {
 public:
  virtual ~KeyStore() = default;

  // The tenant's key of that version; version 0 asks for the newest. nullopt when there is none.
  virtual Task<absl::StatusOr<absl::optional<WrappedKey>>> FindTenantKey(std::string tenant,
                                                                         uint32_t version) = 0;

  // Stores the key, unless the tenant has one of that version. Answers with the one that is stored,
  // so that two who make a key at the same time end up with the same one.
  virtual Task<absl::StatusOr<WrappedKey>> InsertTenantKey(WrappedKey key) = 0;

  // A random UUID that the store was given when it was created. Part of every sealed record's
  // context.
  virtual const std::string& deployment_id() const = 0;
};

}  // namespace credlink
