// Changes, and what stands in their way.
#include <algorithm>
#include <iterator>

#include "server/store/event_time.h"
#include "server/store/memory_store.h"
#include "server/store/micros.h"

namespace credlink {
namespace {

bool IsLive(const v1::Account& account) { return account.state() != v1::Account::STATE_DELETED; }

LinkQuery QueryOf(const std::string& tenant, const AccountRecord& record) {
  LinkQuery query;
  query.tenant = tenant;
  query.account_id = record.account_id;
  query.owner_id = record.account.owner().id();
  query.provider = record.account.provider();
  query.account_number = record.account.account_number();
  return query;
}

}  // namespace

const MemoryStore::Row* MemoryStore::FindLive(const LinkQuery& query) const {
  for (auto row = rows_.lower_bound({query.tenant, ""});
       row != rows_.end() && row->first.first == query.tenant; ++row) {
    const v1::Account& account = row->second.record.account;
    if (IsLive(account) && account.owner().id() == query.owner_id &&
        account.provider() == query.provider && account.account_number() == query.account_number) {
      return &row->second;
    }
  }
  return nullptr;
}

const RequestRecord* MemoryStore::FindRequestAt(const std::string& tenant,
                                                const std::string& request_id,
                                                absl::Time now) const {
  if (request_id.empty()) return nullptr;
  const auto found = requests_.find({tenant, request_id});
  const bool counts = found != requests_.end() && found->second.expire_time >= InMicros(now);
  return counts ? &found->second : nullptr;
}

bool MemoryStore::IsTaken(const Key& key) const {
  return rows_.count(key) > 0 || erased_.count(key) > 0;
}

ChangeOutcome MemoryStore::FindObstacle(const ChangeSet& changes) const {
  ChangeOutcome outcome;
  const RequestRecord* seen =
      changes.request ? FindRequestAt(changes.tenant, changes.request->request_id, changes.now)
                      : nullptr;
  if (seen != nullptr) {
    outcome.kind = ChangeOutcome::kRequestSeen;
    outcome.request = *seen;
    return outcome;
  }
  for (const AccountChange& change : changes.changes) {
    if (change.kind == AccountChange::kErase || !IsLive(change.record.account)) continue;
    const Row* live = FindLive(QueryOf(changes.tenant, change.record));
    const bool itself = change.kind == AccountChange::kUpdate && live != nullptr &&
                        live->record.account_id == change.record.account_id;
    if (live == nullptr || itself) continue;
    outcome.kind = ChangeOutcome::kAlreadyLinked;
    outcome.existing_account_id = live->record.account_id;
    return outcome;
  }
  for (const AccountChange& change : changes.changes) {
    if (change.kind == AccountChange::kInsert &&
        IsTaken({changes.tenant, change.record.account_id})) {
      outcome.kind = ChangeOutcome::kAccountIdTaken;
      return outcome;
    }
  }
  for (const AccountChange& change : changes.changes) {
    if (change.kind == AccountChange::kInsert) continue;
    const auto row = rows_.find({changes.tenant, change.record.account_id});
    const bool any = change.kind == AccountChange::kErase && change.record.revision == 0;
    if (row == rows_.end() || (!any && row->second.record.revision != change.record.revision)) {
      outcome.kind = ChangeOutcome::kConflict;
      return outcome;
    }
  }
  return outcome;
}

void MemoryStore::Change(const std::string& tenant, AccountChange change) {
  const std::string id = change.record.account_id;
  const Key key(tenant, id);
  for (int64_t version : change.drop_credentials) credentials_.erase({tenant, id, version});
  for (SealedVersion& added : change.add_credentials) {
    credentials_[{tenant, id, added.version}] = std::move(added.sealed);
  }
  if (change.kind == AccountChange::kErase) {
    credentials_.erase(credentials_.lower_bound({tenant, id, INT64_MIN}),
                       credentials_.upper_bound({tenant, id, INT64_MAX}));
    rows_.erase(key);
    erased_.insert(key);
    return;
  }
  Row& row = rows_[key];
  if (change.kind == AccountChange::kInsert) {
    row.number = ++last_number_;
    change.record.revision = 0;
  }
  row.record = std::move(change.record);
  row.record.check_due = InMicros(row.record.check_due);
  ++row.record.revision;
  row.message = row.record.account.SerializeAsString();
}

bool MemoryStore::MakeDue(const std::string& tenant, const Recheck& recheck, absl::Time now) {
  bool any = false;
  for (auto& [key, row] : rows_) {
    const v1::Account& account = row.record.account;
    if (key.first != tenant && account.state() == v1::Account::STATE_ACTIVE &&
        account.health() != v1::Account::HEALTH_UNHEALTHY &&
        account.provider() == recheck.provider &&
        account.account_number() == recheck.account_number &&
        row.record.credential_tag != recheck.credential_tag &&
        Micros(account.last_success_time()) < absl::ToUnixMicros(recheck.proven)) {
      row.record.check_due = InMicros(DueFirst(now));
      ++row.record.revision;
      any = true;
    }
  }
  return any;
}

void MemoryStore::Append(TenantEvents& events, const v1::Event& event) {
  const int64_t time_us = Micros(event.time());
  if (event.type() == v1::Event::TYPE_UPSTREAM_OUTAGE_BEGAN) {
    if (events.outage_since_us) return;
    events.outage_since_us = time_us;
  }
  if (event.type() == v1::Event::TYPE_UPSTREAM_OUTAGE_ENDED) {
    if (!events.outage_since_us) return;
    events.outage_since_us.reset();
  }
  events.newest_us = EventTime(events.newest_us, time_us);
  events.kept.push_back({events.newest_us, event.SerializeAsString()});
}

ChangeOutcome MemoryStore::ApplyAll(ChangeSet changes) {
  MutexLock lock(mutex_);
  ChangeOutcome outcome = FindObstacle(changes);
  if (outcome.kind != ChangeOutcome::kApplied) return outcome;
  for (AccountChange& change : changes.changes) Change(changes.tenant, std::move(change));
  for (const v1::Event& event : changes.events) Append(events_[changes.tenant], event);
  if (changes.request && !changes.request->request_id.empty()) {
    changes.request->expire_time = InMicros(changes.request->expire_time);
    requests_[{changes.tenant, changes.request->request_id}] = *std::move(changes.request);
  }
  if (changes.elsewhere) {
    outcome.made_due = MakeDue(changes.tenant, *changes.elsewhere, changes.now);
  }
  return outcome;
}

Task<absl::StatusOr<ChangeOutcome>> MemoryStore::Apply(ChangeSet changes) {
  co_return ApplyAll(std::move(changes));
}

Task<absl::Status> MemoryStore::AwaitErased() { co_return absl::OkStatus(); }

Task<absl::StatusOr<ChangeOutcome>> MemoryStore::CheckInsert(LinkQuery query) {
  MutexLock lock(mutex_);
  ChangeOutcome outcome;
  const Row* live = FindLive(query);
  if (live != nullptr) {
    outcome.kind = ChangeOutcome::kAlreadyLinked;
    outcome.existing_account_id = live->record.account_id;
  } else if (!query.account_id.empty() && IsTaken({query.tenant, query.account_id})) {
    outcome.kind = ChangeOutcome::kAccountIdTaken;
  }
  co_return outcome;
}

Task<absl::StatusOr<int64_t>> MemoryStore::CompactEvents(absl::Time before, int limit) {
  MutexLock lock(mutex_);
  int64_t forgotten = 0;
  for (auto& [tenant, events] : events_) {
    // Behind the last to be forgotten; all before it goes.
    int64_t end = 0;
    for (size_t i = 0; i < events.kept.size() && forgotten < limit; ++i) {
      if (events.kept[i].time_us >= absl::ToUnixMicros(before)) continue;
      end = static_cast<int64_t>(i) + 1;
      ++forgotten;
    }
    events.kept.erase(events.kept.begin(), events.kept.begin() + end);
    events.compacted += end;
  }
  co_return forgotten;
}

Task<absl::StatusOr<int64_t>> MemoryStore::ForgetRequests(absl::Time now, int limit) {
  MutexLock lock(mutex_);
  int64_t forgotten = 0;
  for (auto request = requests_.begin(); request != requests_.end() && forgotten < limit;) {
    const bool expired = request->second.expire_time < InMicros(now);
    request = expired ? requests_.erase(request) : std::next(request);
    forgotten += expired ? 1 : 0;
  }
  co_return forgotten;
}

}  // namespace credlink
