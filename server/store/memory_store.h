// Accounts and keys in memory: for tests, and the plainest form of what a store means.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/runtime/mutex.h"
#include "server/store/account_store.h"
#include "server/store/key_store.h"

namespace credlink {

// Answers at once. Never fails.
class MemoryStore final : public AccountStore, public KeyStore {
 public:
  explicit MemoryStore(std::string deployment_id = "6f1f2b0e-6c1c-4b58-9d3a-8a44a1a3e0c7")
      : deployment_id_(std::move(deployment_id)) {}

  Task<absl::StatusOr<InsertOutcome>> InsertAccount(NewAccount account) override;
  Task<absl::StatusOr<InsertOutcome>> CheckInsert(LinkQuery query) override;
  Task<absl::StatusOr<absl::optional<std::string>>> GetAccount(std::string tenant,
                                                               std::string account_id) override;
  Task<absl::StatusOr<AccountPage>> ListAccounts(ListQuery query) override;
  Task<absl::StatusOr<absl::optional<std::string>>> GetSealedCredential(std::string tenant,
                                                                        std::string account_id,
                                                                        int64_t version) override;

  Task<absl::StatusOr<absl::optional<WrappedKey>>> FindTenantKey(std::string tenant,
                                                                 uint32_t version) override;
  Task<absl::StatusOr<WrappedKey>> InsertTenantKey(WrappedKey key) override;
  const std::string& deployment_id() const override { return deployment_id_; }

 private:
  struct Row {
    std::string tenant;
    std::string account_id;
    v1::Account account;
    std::string message;
  };

  InsertOutcome FindObstacle(const LinkQuery& query) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  InsertOutcome Insert(NewAccount account);
  AccountPage List(const ListQuery& query);

  const std::string deployment_id_;
  Mutex mutex_;
  std::vector<Row> rows_ ABSL_GUARDED_BY(mutex_);  // an account's position is its index + 1
  std::map<std::tuple<std::string, std::string, int64_t>, std::string> credentials_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, std::string>, RequestRecord> requests_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, uint32_t>, WrappedKey> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
