// Sealing: authenticated encryption of a secret, bound to the one place where it is valid.
//
// Format 1, algorithm 1 (the construction of AWS Encryption SDK suite 0x0478, with HKDF-SHA256):
//   salt = 32 random bytes, prk = HKDF-Extract(salt, key)
//   K    = HKDF-Expand(prk, "credlink/v1/enc" | ctx)
//   COM  = HKDF-Expand(prk, "credlink/v1/com" | ctx)      key commitment, compared before
//   decrypting blob = fmt(1) alg(1) key_version(4) salt(32) COM(32) nonce(12) AES-256-GCM(K, nonce,
//   padded, aad = ctx)
// A fresh K a record lifts GCM's limit of 2^32 messages a key; ctx stands in both the derivation
// and the AAD. Plaintexts are padded, so that a blob's size does not tell their length.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/secrets/secret.h"

namespace credlink {

// A key that seals: a tenant's, or a key encryption key.
struct SealingKey {
  uint32_t version = 0;
  Secret key;  // kKeySize bytes
};

// Where a sealed value belongs. Opening it anywhere else fails.
struct SealContext {
  absl::string_view purpose;  // "credential", "tenant-key", "page-token": a constant
  absl::string_view deployment;
  absl::string_view tenant;
  absl::string_view record;          // the account's uid, ...
  absl::string_view account_number;  // the CID that the hash belongs to
  uint64_t version = 0;              // the credential's version, ...
};

// The context as bytes, different for different contexts: every field with its length before it.
std::string EncodeContext(const SealContext& context, uint32_t key_version);

// `pad_to`: the plaintext is padded to a multiple of so many bytes, at most 256.
std::string Seal(const SealingKey& key, const SealContext& context, absl::string_view plaintext,
                 size_t pad_to = 256);

// The key version that a blob names, to find the key with. Not proven until Open.
// INTEGRITY_FAILURE when it is no blob of ours.
absl::StatusOr<uint32_t> SealedKeyVersion(absl::string_view blob);

// INTEGRITY_FAILURE when the blob was changed, belongs elsewhere, or was sealed with another key:
// the answer is the same for all.
absl::StatusOr<Secret> Open(const SealingKey& key, const SealContext& context,
                            absl::string_view blob);

}  // namespace credlink
