#include "server/secrets/key_ring.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/secrets/crypto.h"

namespace credlink {
namespace {

constexpr char kNoTenant[] = "";  // whose key is the deployment's own
constexpr uint32_t kFirstVersion = 1;
constexpr uint32_t kNewest = 0;
constexpr size_t kMaxCachedKeys = 20000;

constexpr absl::string_view kKnownAnswer = "credlink known answer";

absl::Status WrongKey(const KeyProvider& provider, absl::string_view wanted) {
  return absl::FailedPreconditionError(
      absl::StrCat("the store was sealed with key ", wanted, ", but the key provider has ",
                   provider.active_kek(),
                   " and cannot open it; nothing was changed. Give the server the key file "
                   "that this data was made with."));
}

// Sealing and opening with the key give back what went in; anything else must not serve.
absl::Status CheckKnownAnswer(const SealingKey& key, absl::string_view deployment) {
  SealContext context;
  context.purpose = "known-answer";
  context.deployment = deployment;
  absl::StatusOr<Secret> opened = Open(key, context, Seal(key, context, kKnownAnswer));
  if (!opened.ok() || !opened->SameAs(Secret(kKnownAnswer))) {
    return absl::InternalError("sealing does not work on this machine");
  }
  return absl::OkStatus();
}

}  // namespace

Task<absl::StatusOr<std::unique_ptr<KeyRing>>> KeyRing::Open(KeyProvider& provider,
                                                             KeyStore& store) {
  std::unique_ptr<KeyRing> ring(new KeyRing(provider, store));
  absl::StatusOr<absl::optional<WrappedKey>> found =
      co_await store.FindTenantKey(kNoTenant, kFirstVersion);
  if (!found.ok()) co_return found.status();
  absl::StatusOr<std::shared_ptr<const SealingKey>> key;
  if (found->has_value()) {
    key = co_await ring->Unwrap(**found);
    if (!key.ok()) co_return WrongKey(provider, (*found)->kek_id);
  } else {
    key = co_await ring->MakeKey(kNoTenant);
    if (!key.ok()) co_return key.status();
  }
  absl::Status works = CheckKnownAnswer(**key, store.deployment_id());
  if (!works.ok()) co_return works;
  ring->deployment_key_ = *key;
  ring->digest_key_ = HkdfExpand((*key)->key, "credlink/v1/digest");
  co_return std::move(ring);
}

Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> KeyRing::NewestKey(std::string tenant) {
  if (auto cached = Cached(tenant, kNewest)) co_return cached;
  absl::StatusOr<absl::optional<WrappedKey>> found = co_await store_.FindTenantKey(tenant, kNewest);
  if (!found.ok()) co_return found.status();
  absl::StatusOr<std::shared_ptr<const SealingKey>> key;
  if (found->has_value()) {
    key = co_await Unwrap(**found);
  } else {
    key = co_await MakeKey(tenant);
  }
  if (key.ok()) {
    MutexLock lock(mutex_);
    cache_[{tenant, kNewest}] = *key;
  }
  co_return key;
}

Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> KeyRing::KeyOfVersion(std::string tenant,
                                                                              uint32_t version) {
  if (version == kNewest) co_return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
  if (auto cached = Cached(tenant, version)) co_return cached;
  absl::StatusOr<absl::optional<WrappedKey>> found = co_await store_.FindTenantKey(tenant, version);
  if (!found.ok()) co_return found.status();
  if (!found->has_value()) co_return Fault(v1::ERROR_REASON_KEY_UNAVAILABLE);
  absl::StatusOr<std::shared_ptr<const SealingKey>> key = co_await Unwrap(**found);
  co_return key;
}

std::string KeyRing::Digest(absl::string_view label, absl::string_view tenant,
                            absl::string_view message, const Secret& secret) const {
  SealContext context;
  context.purpose = label;
  context.deployment = deployment_id();
  context.tenant = tenant;
  context.record = message;
  const std::string head = EncodeContext(context, 0);
  Secret input = Secret::OfSize(head.size() + secret.size());
  std::memcpy(input.mutable_data(), head.data(), head.size());
  if (!secret.empty()) {
    std::memcpy(input.mutable_data() + head.size(), secret.data(), secret.size());
  }
  const auto mac = HmacSha256(digest_key_, input.Reveal());
  return std::string(reinterpret_cast<const char*>(mac.data()), mac.size());
}

Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> KeyRing::Unwrap(WrappedKey wrapped) {
  // Named, as every aggregate that is handed to a Task: GCC 12 destroys a temporary one twice.
  KeyName name{deployment_id(), wrapped.tenant, wrapped.version};
  absl::StatusOr<Secret> secret =
      co_await provider_.Unwrap(std::move(name), wrapped.kek_id, wrapped.blob);
  if (!secret.ok()) co_return secret.status();
  if (secret->size() != kKeySize) co_return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
  auto key = std::make_shared<SealingKey>();
  key->version = wrapped.version;
  key->key = *std::move(secret);
  Remember(wrapped.tenant, key);
  co_return key;
}

Task<absl::StatusOr<std::shared_ptr<const SealingKey>>> KeyRing::MakeKey(std::string tenant) {
  const std::string kek_id = provider_.active_kek();
  KeyName name{deployment_id(), tenant, kFirstVersion};
  absl::StatusOr<std::string> blob =
      co_await provider_.Wrap(std::move(name), Secret::Random(kKeySize));
  if (!blob.ok()) co_return blob.status();
  // Whoever comes second gets the key of who came first, and uses that one.
  WrappedKey wrapped{tenant, kFirstVersion, kek_id, *std::move(blob)};
  absl::StatusOr<WrappedKey> stored = co_await store_.InsertTenantKey(std::move(wrapped));
  if (!stored.ok()) co_return stored.status();
  absl::StatusOr<std::shared_ptr<const SealingKey>> key = co_await Unwrap(*std::move(stored));
  co_return key;
}

std::shared_ptr<const SealingKey> KeyRing::Cached(const std::string& tenant, uint32_t version) {
  MutexLock lock(mutex_);
  const auto found = cache_.find({tenant, version});
  return found == cache_.end() ? nullptr : found->second;
}

void KeyRing::Remember(const std::string& tenant, std::shared_ptr<const SealingKey> key) {
  MutexLock lock(mutex_);
  // Rare and cheap to fill again: better than bookkeeping on every use.
  if (cache_.size() >= kMaxCachedKeys) cache_.clear();
  cache_[{tenant, key->version}] = std::move(key);
}

}  // namespace credlink
