#include "server/store/memory_store.h"

#include <algorithm>
#include <iterator>

#include "server/store/micros.h"

namespace credlink {
namespace {

bool ComesBefore(const ListPosition& a, const ListPosition& b) {
  return std::tie(a.label, a.time_us, a.row) < std::tie(b.label, b.time_us, b.row);
}

ListPosition PositionOf(const ListOrder& order, const v1::Account& account, int64_t row) {
  ListPosition position;
  if (order.key == ListOrder::kLabel) position.label = account.label();
  position.time_us =
      Micros(order.key == ListOrder::kUpdateTime ? account.update_time() : account.create_time());
  position.row = row;
  return position;
}

}  // namespace

// The tenant's rows behind query.after, the nearest first.
std::vector<MemoryStore::Place> MemoryStore::InOrder(const ListQuery& query) const {
  const auto precedes = [&query](const ListPosition& a, const ListPosition& b) {
    return query.order.descending ? ComesBefore(b, a) : ComesBefore(a, b);
  };
  std::vector<Place> places;
  for (auto row = rows_.lower_bound({query.tenant, ""});
       row != rows_.end() && row->first.first == query.tenant; ++row) {
    const v1::Account& account = row->second.record.account;
    if (account.state() == v1::Account::STATE_DELETED && !query.show_deleted) continue;
    Place place{PositionOf(query.order, account, row->second.number), &row->second};
    if (!query.after || precedes(*query.after, place.position)) places.push_back(std::move(place));
  }
  std::sort(places.begin(), places.end(), [&precedes](const Place& a, const Place& b) {
    return precedes(a.position, b.position);
  });
  return places;
}

Task<absl::StatusOr<AccountPage>> MemoryStore::ListAccounts(ListQuery query) {
  MutexLock lock(mutex_);
  AccountPage page;
  absl::optional<ListPosition> last;
  size_t bytes = 0;
  int steps = 0;
  for (const Place& place : InOrder(query)) {
    const bool meant = Matches(query.filter, place.row->record.account);
    if (meant) bytes += place.row->message.size();
    if (steps++ == query.max_steps || (meant && IsFull(query, page, bytes))) {
      page.next = last;
      break;
    }
    last = place.position;
    if (meant) page.accounts.push_back(place.row->message);
  }
  co_return page;
}

Task<absl::StatusOr<AccountCount>> MemoryStore::CountAccounts(ListQuery query) {
  MutexLock lock(mutex_);
  AccountCount count;
  query.after.reset();
  query.order = ListOrder();
  int64_t steps = 0;
  for (const Place& place : InOrder(query)) {
    const bool known = query.filter.kind == AccountFilter::kEverything;
    if (!known && steps++ == int64_t{10} * query.max_steps) {
      count.more = true;
      break;
    }
    count.total += Matches(query.filter, place.row->record.account) ? 1 : 0;
  }
  co_return count;
}

Task<absl::StatusOr<absl::optional<RequestRecord>>> MemoryStore::FindRequest(std::string tenant,
                                                                             std::string request_id,
                                                                             absl::Time now) {
  MutexLock lock(mutex_);
  const RequestRecord* seen = FindRequestAt(tenant, request_id, now);
  if (seen == nullptr) co_return absl::nullopt;
  co_return *seen;
}

Task<absl::StatusOr<absl::optional<AccountRecord>>> MemoryStore::GetAccount(
    std::string tenant, std::string account_id) {
  MutexLock lock(mutex_);
  const auto row = rows_.find({tenant, account_id});
  if (row == rows_.end()) co_return absl::nullopt;
  co_return row->second.record;
}

Task<absl::StatusOr<std::vector<AccountRecord>>> MemoryStore::ListSiblings(SiblingQuery query) {
  MutexLock lock(mutex_);
  std::vector<AccountRecord> siblings;
  for (const auto& [key, row] : rows_) {
    const v1::Account& account = row.record.account;
    if (siblings.size() == static_cast<size_t>(query.limit)) break;
    const bool working = account.state() == v1::Account::STATE_ACTIVE &&
                         account.health() != v1::Account::HEALTH_UNHEALTHY;
    if (key.first == query.tenant && account.state() != v1::Account::STATE_DELETED &&
        account.provider() == query.provider && account.account_number() == query.account_number &&
        row.record.credential_tag != query.other_than_tag && (working || !query.only_working)) {
      siblings.push_back(row.record);
    }
  }
  co_return siblings;
}

Task<absl::Status> MemoryStore::PostponeCheck(AccountKey key, absl::Time due) {
  MutexLock lock(mutex_);
  const auto row = rows_.find({key.tenant, key.account_id});
  if (row != rows_.end()) {
    row->second.record.check_due = InMicros(due);
    ++row->second.record.revision;
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<absl::optional<std::string>>> MemoryStore::GetSealedCredential(
    std::string tenant, std::string account_id, int64_t version) {
  MutexLock lock(mutex_);
  auto found = credentials_.find({tenant, account_id, version});
  if (found == credentials_.end()) co_return absl::nullopt;
  co_return found->second;
}

Task<absl::StatusOr<DueAccounts>> MemoryStore::ListDue(DueQuery query) {
  MutexLock lock(mutex_);
  // Of each tenant with active accounts, those that are due.
  std::map<std::string, std::map<std::pair<absl::Time, int64_t>, std::string>> tenants;
  for (const auto& [key, row] : rows_) {
    if (key.first <= query.after_tenant) continue;
    if (row.record.account.state() != v1::Account::STATE_ACTIVE) continue;
    auto& due = tenants[key.first];
    if (row.record.check_due <= InMicros(query.now)) {
      due[{row.record.check_due, row.number}] = key.second;
    }
  }
  DueAccounts answer;
  int looked_at = 0;
  for (const auto& [tenant, due] : tenants) {
    int taken = 0;
    for (const auto& [when, id] : due) {
      if (taken == query.per_tenant || answer.accounts.size() == static_cast<size_t>(query.limit)) {
        break;
      }
      answer.accounts.push_back({tenant, id});
      ++taken;
    }
    if (++looked_at == query.max_tenants ||
        answer.accounts.size() == static_cast<size_t>(query.limit)) {
      answer.last_tenant = tenant;
      break;
    }
  }
  co_return answer;
}

Task<absl::StatusOr<std::vector<AccountKey>>> MemoryStore::ListPurgeable(absl::Time now,
                                                                         int limit) {
  MutexLock lock(mutex_);
  std::map<std::pair<int64_t, int64_t>, AccountKey> found;
  for (const auto& [key, row] : rows_) {
    const v1::Account& account = row.record.account;
    const int64_t purge_us = Micros(account.purge_time());
    if (account.state() == v1::Account::STATE_DELETED && account.has_purge_time() &&
        purge_us <= absl::ToUnixMicros(now)) {
      found[{purge_us, row.number}] = AccountKey{key.first, key.second};
    }
  }
  std::vector<AccountKey> keys;
  for (auto& [when, key] : found) {
    if (keys.size() == static_cast<size_t>(limit)) break;
    keys.push_back(std::move(key));
  }
  co_return keys;
}

Task<absl::StatusOr<EventPage>> MemoryStore::ListEvents(std::string tenant, int64_t after,
                                                        int limit, size_t max_bytes) {
  MutexLock lock(mutex_);
  EventPage page;
  const auto found = events_.find(tenant);
  if (found == events_.end()) co_return page;
  const TenantEvents& events = found->second;
  page.compacted = events.compacted;
  page.last = events.compacted + static_cast<int64_t>(events.kept.size());
  if (after < page.compacted) co_return page;
  size_t bytes = 0;
  for (int64_t i = after; i < page.last; ++i) {
    const std::string& message = events.kept[i - page.compacted].message;
    bytes += message.size();
    if (page.events.size() == static_cast<size_t>(limit)) break;
    if (!page.events.empty() && bytes > max_bytes) break;
    page.events.push_back(message);
  }
  co_return page;
}

Task<absl::StatusOr<std::vector<TenantOutage>>> MemoryStore::ListOutages() {
  MutexLock lock(mutex_);
  std::vector<TenantOutage> outages;
  for (const auto& [tenant, events] : events_) {
    if (!events.outage_since_us) continue;
    outages.push_back({tenant, absl::FromUnixMicros(*events.outage_since_us)});
  }
  co_return outages;
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
