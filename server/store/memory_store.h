// Accounts and keys in memory: for tests, and the plainest form of what a store means.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "server/runtime/mutex.h"
#include "server/store/account_store.h"
#include "server/store/key_store.h"

namespace credlink {

// Answers at once. Never fails. Times are kept in microseconds, as a database would.
class MemoryStore final : public AccountStore, public KeyStore {
 public:
  explicit MemoryStore(std::string deployment_id = "6f1f2b0e-6c1c-4b58-9d3a-8a44a1a3e0c7")
      : deployment_id_(std::move(deployment_id)) {}

  Task<absl::StatusOr<ChangeOutcome>> Apply(ChangeSet changes) override;
  Task<absl::Status> AwaitErased() override;
  Task<absl::StatusOr<ChangeOutcome>> CheckInsert(LinkQuery query) override;
  Task<absl::StatusOr<absl::optional<RequestRecord>>> FindRequest(std::string tenant,
                                                                  std::string request_id,
                                                                  absl::Time now) override;
  Task<absl::StatusOr<absl::optional<AccountRecord>>> GetAccount(std::string tenant,
                                                                 std::string account_id) override;
  Task<absl::StatusOr<std::vector<AccountRecord>>> ListSiblings(SiblingQuery query) override;
  Task<absl::StatusOr<AccountPage>> ListAccounts(ListQuery query) override;
  Task<absl::StatusOr<AccountCount>> CountAccounts(ListQuery query) override;
  Task<absl::StatusOr<absl::optional<std::string>>> GetSealedCredential(std::string tenant,
                                                                        std::string account_id,
                                                                        int64_t version) override;
  Task<absl::StatusOr<DueAccounts>> ListDue(DueQuery query) override;
  Task<absl::Status> PostponeCheck(AccountKey key, absl::Time due) override;
  Task<absl::StatusOr<std::vector<AccountKey>>> ListPurgeable(absl::Time now, int limit) override;
  Task<absl::StatusOr<EventPage>> ListEvents(std::string tenant, int64_t after, int limit,
                                             size_t max_bytes) override;
  Task<absl::StatusOr<std::vector<TenantOutage>>> ListOutages() override;
  Task<absl::StatusOr<int64_t>> CompactEvents(absl::Time before, int limit) override;
  Task<absl::StatusOr<int64_t>> ForgetRequests(absl::Time now, int limit) override;

  Task<absl::StatusOr<absl::optional<WrappedKey>>> FindTenantKey(std::string tenant,
                                                                 uint32_t version) override;
  Task<absl::StatusOr<WrappedKey>> InsertTenantKey(WrappedKey key) override;
  const std::string& deployment_id() const override { return deployment_id_; }

 private:
  using Key = std::pair<std::string, std::string>;  // tenant, account_id or request_id

  struct Row {
    int64_t number = 0;  // in the order of storing
    AccountRecord record;
    std::string message;
  };

  struct StoredEvent {
    int64_t time_us = 0;  // see EventTime
    std::string message;
  };

  struct TenantEvents {
    int64_t compacted = 0;
    int64_t newest_us = INT64_MIN;
    absl::optional<int64_t> outage_since_us;  // of the outage that the tenant was told of
    std::deque<StoredEvent> kept;
  };

  // A row with its place in a list.
  struct Place {
    ListPosition position;
    const Row* row;
  };

  const Row* FindLive(const LinkQuery& query) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const RequestRecord* FindRequestAt(const std::string& tenant, const std::string& request_id,
                                     absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsTaken(const Key& key) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ChangeOutcome FindObstacle(const ChangeSet& changes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Change(const std::string& tenant, AccountChange change)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MakeDue(const std::string& tenant, const Recheck& recheck, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Append(TenantEvents& events, const v1::Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ChangeOutcome ApplyAll(ChangeSet changes);
  std::vector<Place> InOrder(const ListQuery& query) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string deployment_id_;
  Mutex mutex_;
  std::map<Key, Row> rows_ ABSL_GUARDED_BY(mutex_);
  int64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<Key> erased_ ABSL_GUARDED_BY(mutex_);
  std::map<std::tuple<std::string, std::string, int64_t>, std::string> credentials_
      ABSL_GUARDED_BY(mutex_);
  std::map<Key, RequestRecord> requests_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, TenantEvents> events_ ABSL_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, uint32_t>, WrappedKey> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace credlink
