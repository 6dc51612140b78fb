#include "server/store/sqlite/schedule_queries.h"

#include <algorithm>

namespace credlink::sqlite {

// A tenant costs one step into the index, whether it has one active account or a million.
ScheduleQueries::ScheduleQueries(Connection& connection)
    : next_tenant_(connection.Prepare(
          "SELECT tenant, check_due_us FROM accounts INDEXED BY accounts_due"
          " WHERE tenant > ?1 AND state = 1 ORDER BY tenant, check_due_us LIMIT 1")),
      due_(connection.Prepare("SELECT account_id FROM accounts INDEXED BY accounts_due"
                              " WHERE tenant = ?1 AND state = 1 AND check_due_us <= ?2"
                              " ORDER BY check_due_us, row_id LIMIT ?3")),
      purgeable_(connection.Prepare(
          "SELECT tenant, account_id FROM accounts INDEXED BY accounts_purge"
          " WHERE state = 3 AND purge_time_us <= ?1 ORDER BY purge_time_us, row_id LIMIT ?2")) {}

absl::StatusOr<DueAccounts> ScheduleQueries::ListDue(const DueQuery& query) {
  DueAccounts answer;
  std::string tenant = query.after_tenant;
  for (int i = 0; i < query.max_tenants; ++i) {
    bool due = false;
    {
      Cursor cursor = next_tenant_.Start(tenant);
      const bool found = cursor.Next();
      if (!cursor.status().ok()) return cursor.status();
      if (!found) return answer;
      tenant = cursor.Bytes(0);
      due = cursor.Integer(1) <= absl::ToUnixMicros(query.now);
    }
    if (due) {
      absl::Status status = AddDueOf(tenant, query, answer);
      if (!status.ok()) return status;
    }
    if (answer.accounts.size() == static_cast<size_t>(query.limit)) break;
  }
  answer.last_tenant = tenant;
  return answer;
}

absl::Status ScheduleQueries::AddDueOf(const std::string& tenant, const DueQuery& query,
                                       DueAccounts& answer) {
  const int room = query.limit - static_cast<int>(answer.accounts.size());
  Cursor cursor =
      due_.Start(tenant, absl::ToUnixMicros(query.now), int64_t{std::min(room, query.per_tenant)});
  while (cursor.Next()) answer.accounts.push_back(AccountKey{tenant, cursor.Bytes(0)});
  return cursor.status();
}

absl::StatusOr<std::vector<AccountKey>> ScheduleQueries::ListPurgeable(absl::Time now, int limit) {
  std::vector<AccountKey> keys;
  Cursor cursor = purgeable_.Start(absl::ToUnixMicros(now), int64_t{limit});
  while (cursor.Next()) keys.push_back(AccountKey{cursor.Bytes(0), cursor.Bytes(1)});
  if (!cursor.status().ok()) return cursor.status();
  return keys;
}

}  // namespace credlink::sqlite
