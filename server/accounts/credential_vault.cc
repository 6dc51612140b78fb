#include "server/accounts/credential_vault.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/secrets/sealer.h"

namespace credlink {
namespace {

constexpr size_t kFingerprintBytes = 8;
constexpr size_t kTagBytes = 16;

// Points into the arguments.
SealContext ContextOf(absl::string_view deployment, absl::string_view tenant,
                      const v1::Account& account, int64_t version) {
  SealContext context;
  context.purpose = "credential";
  context.deployment = deployment;
  context.tenant = tenant;
  context.record = account.uid();
  context.account_number = account.account_number();
  context.version = version;
  return context;
}

}  // namespace

Task<absl::StatusOr<std::string>> CredentialVault::Seal(const std::string& tenant,
                                                        const v1::Account& account,
                                                        const Secret& secret) {
  absl::StatusOr<std::shared_ptr<const SealingKey>> key = co_await keys_.NewestKey(tenant);
  if (!key.ok()) co_return key.status();
  const SealContext context =
      ContextOf(keys_.deployment_id(), tenant, account, account.credential().version());
  co_return credlink::Seal(**key, context, secret.Reveal());
}

Task<absl::StatusOr<Secret>> CredentialVault::Open(std::string tenant, const AccountRecord& record,
                                                   int64_t version) {
  const v1::Account& account = record.account;
  absl::StatusOr<absl::optional<std::string>> sealed =
      co_await store_.GetSealedCredential(tenant, record.account_id, version);
  if (!sealed.ok()) co_return sealed.status();
  if (!sealed->has_value()) {
    co_return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE, AccountSubject(account.name()));
  }
  absl::StatusOr<uint32_t> key_version = SealedKeyVersion(**sealed);
  if (!key_version.ok()) co_return key_version.status();
  absl::StatusOr<std::shared_ptr<const SealingKey>> key =
      co_await keys_.KeyOfVersion(tenant, *key_version);
  if (!key.ok()) co_return key.status();
  const SealContext context = ContextOf(keys_.deployment_id(), tenant, account, version);
  co_return credlink::Open(**key, context, **sealed);
}

std::string CredentialVault::Fingerprint(absl::string_view tenant, const Secret& secret) const {
  return absl::BytesToHexString(
      keys_.Digest("fingerprint", tenant, "", secret).substr(0, kFingerprintBytes));
}

std::string CredentialVault::Tag(absl::string_view provider,
                                 const ProviderCredentials& credentials) const {
  const std::string number = absl::StrCat(provider, "/", credentials.account_number);
  return keys_.Digest("credential-tag", "", number, credentials.secret).substr(0, kTagBytes);
}

}  // namespace credlink
