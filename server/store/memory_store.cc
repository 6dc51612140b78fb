#include "server/store/memory_store.h"

#include <algorithm>

namespace credlink {
namespace {

// Times are kept in microseconds, as a database would.
absl::Time Rounded(absl::Time time) { return absl::FromUnixMicros(absl::ToUnixMicros(time)); }

bool IsLive(const v1::Account& account) { return account.state() != v1::Account::STATE_DELETED; }

bool Allows(const std::string& wanted, const std::string& value) {
  return wanted.empty() || wanted == value;
}

}  // namespace

InsertOutcome MemoryStore::FindObstacle(const LinkQuery& query) const {
  InsertOutcome outcome;
  auto request = requests_.find({query.tenant, query.request_id});
  if (!query.request_id.empty() && request != requests_.end() &&
      request->second.expire_time >= Rounded(query.now)) {
    outcome.kind = InsertOutcome::kRequestSeen;
    outcome.request = request->second;
    return outcome;
  }
  for (const Row& row : rows_) {
    if (row.tenant == query.tenant && IsLive(row.account) &&
        row.account.owner().id() == query.owner_id && row.account.provider() == query.provider &&
        row.account.account_number() == query.account_number) {
      outcome.kind = InsertOutcome::kAlreadyLinked;
      outcome.existing_account_id = row.account_id;
      return outcome;
    }
  }
  bool taken = std::any_of(rows_.begin(), rows_.end(), [&query](const Row& row) {
    return row.tenant == query.tenant && row.account_id == query.account_id;
  });
  if (!query.account_id.empty() && taken) outcome.kind = InsertOutcome::kAccountIdTaken;
  return outcome;
}

InsertOutcome MemoryStore::Insert(NewAccount account) {
  MutexLock lock(mutex_);
  InsertOutcome outcome = FindObstacle(
      LinkQuery{account.tenant, account.account_id, account.account.owner().id(),
                account.account.provider(), account.account.account_number(),
                account.request ? account.request->request_id : std::string(), account.now});
  if (outcome.kind != InsertOutcome::kCreated) return outcome;
  credentials_[{account.tenant, account.account_id, account.account.credential().version()}] =
      std::move(account.sealed_credential);
  if (account.request && !account.request->request_id.empty()) {
    account.request->expire_time = Rounded(account.request->expire_time);
    requests_[{account.tenant, account.request->request_id}] = *std::move(account.request);
  }
  std::string message = account.account.SerializeAsString();
  rows_.push_back(Row{std::move(account.tenant), std::move(account.account_id),
                      std::move(account.account), std::move(message)});
  return outcome;
}

AccountPage MemoryStore::List(const ListQuery& query) {
  MutexLock lock(mutex_);
  AccountPage page;
  int64_t last = 0;
  size_t bytes = 0;
  for (size_t i = std::max<int64_t>(query.after, 0); i < rows_.size(); ++i) {
    const v1::Account& account = rows_[i].account;
    if (rows_[i].tenant != query.tenant || !IsLive(account) ||
        !Allows(query.owner_id, account.owner().id()) ||
        !Allows(query.provider, account.provider()) ||
        !Allows(query.account_number, account.account_number())) {
      continue;
    }
    bytes += rows_[i].message.size();
    if (IsFull(query, page, bytes)) {
      page.next = last;
      break;
    }
    last = static_cast<int64_t>(i) + 1;
    page.accounts.push_back(rows_[i].message);
  }
  return page;
}

Task<absl::StatusOr<InsertOutcome>> MemoryStore::InsertAccount(NewAccount account) {
  co_return Insert(std::move(account));
}

Task<absl::StatusOr<InsertOutcome>> MemoryStore::CheckInsert(LinkQuery query) {
  MutexLock lock(mutex_);
  co_return FindObstacle(query);
}

Task<absl::StatusOr<AccountPage>> MemoryStore::ListAccounts(ListQuery query) {
  co_return List(query);
}

Task<absl::StatusOr<absl::optional<std::string>>> MemoryStore::GetAccount(std::string tenant,
                                                                          std::string account_id) {
  MutexLock lock(mutex_);
  for (const Row& row : rows_) {
    if (row.tenant == tenant && row.account_id == account_id) co_return row.message;
  }
  co_return absl::nullopt;
}

Task<absl::StatusOr<absl::optional<std::string>>> MemoryStore::GetSealedCredential(
    std::string tenant, std::string account_id, int64_t version) {
  MutexLock lock(mutex_);
  auto found = credentials_.find({tenant, account_id, version});
  if (found == credentials_.end()) co_return absl::nullopt;
  co_return found->second;
}

Task<absl::StatusOr<absl::optional<WrappedKey>>> MemoryStore::FindTenantKey(std::string tenant,
                                                                            uint32_t version) {
  MutexLock lock(mutex_);
  // Behind the last key of the tenant's that can be meant.
  auto next = keys_.upper_bound({tenant, version == 0 ? UINT32_MAX : version});
  if (next == keys_.begin()) co_return absl::nullopt;
  const WrappedKey& key = std::prev(next)->second;
  if (key.tenant != tenant || (version != 0 && key.version != version)) co_return absl::nullopt;
  co_return key;
}

Task<absl::StatusOr<WrappedKey>> MemoryStore::InsertTenantKey(WrappedKey key) {
  MutexLock lock(mutex_);
  std::pair<std::string, uint32_t> place(key.tenant, key.version);
  co_return keys_.try_emplace(std::move(place), std::move(key)).first->second;
}

}  // namespace credlink
