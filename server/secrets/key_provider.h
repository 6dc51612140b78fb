// Where the key encryption keys (KEKs) live: outside the store, always.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/runtime/task.h"
#include "server/secrets/secret.h"

namespace credlink {

// Names the tenant key that is wrapped; part of the wrapping's context.
struct KeyName {
  std::string deployment;
  std::string tenant;
  uint32_t version = 0;
};

// Wraps and unwraps tenant keys. A provider may be a remote service: its methods wait. Thread-safe.
class KeyProvider {
 public:
  virtual ~KeyProvider() = default;

  // The id of the KEK that wraps now.
  virtual std::string active_kek() const = 0;

  // The blob that holds `key`, under active_kek().
  virtual Task<absl::StatusOr<std::string>> Wrap(KeyName name, Secret key) = 0;

  // KEY_UNAVAILABLE when the provider has no KEK of that id; INTEGRITY_FAILURE when the blob is not
  // what Wrap made for that name.
  virtual Task<absl::StatusOr<Secret>> Unwrap(KeyName name, std::string kek_id,
                                              std::string blob) = 0;
};

}  // namespace credlink
