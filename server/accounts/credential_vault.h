// Credentials at rest: the one place that seals and opens them.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "credlink/v1/account.pb.h"
#include "server/providers/provider.h"
#include "server/runtime/task.h"
#include "server/secrets/key_ring.h"
#include "server/store/account_store.h"

namespace credlink {

// Thread-safe; what it is made of must outlive it.
class CredentialVault {
 public:
  CredentialVault(AccountStore& store, KeyRing& keys) : store_(store), keys_(keys) {}

  // Seals the secret as the account's current version: account.credential().version(). Nowhere else
  // can the result be opened. The references must outlive the Task.
  Task<absl::StatusOr<std::string>> Seal(const std::string& tenant, const v1::Account& account,
                                         const Secret& secret);

  // Opens a stored version. KEY_UNAVAILABLE, INTEGRITY_FAILURE (also when it is not there).
  Task<absl::StatusOr<Secret>> Open(std::string tenant, const AccountRecord& record,
                                    int64_t version);

  // See CredentialInfo.fingerprint.
  std::string Fingerprint(absl::string_view tenant, const Secret& secret) const;

  // See AccountRecord.credential_tag.
  std::string Tag(absl::string_view provider, const ProviderCredentials& credentials) const;

 private:
  AccountStore& store_;
  KeyRing& keys_;
};

}  // namespace credlink
