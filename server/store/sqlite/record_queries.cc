#include "server/faults/faults.h"
#include "server/store/sqlite/account_queries.h"

namespace credlink::sqlite {
namespace {

// nullopt when the message is damaged.
absl::optional<AccountRecord> ReadRecord(const Cursor& cursor) {
  absl::optional<AccountRecord> read;
  const absl::string_view message = cursor.View(1);
  AccountRecord record;
  if (ChecksumOf(message) != cursor.Integer(2)) return read;
  if (!record.account.ParseFromArray(message.data(), static_cast<int>(message.size()))) return read;
  record.account_id = cursor.Bytes(0);
  record.credential_tag = cursor.Bytes(3);
  record.check_due = absl::FromUnixMicros(cursor.Integer(4));
  record.restore_state = static_cast<v1::Account::State>(cursor.Integer(5));
  record.revision = cursor.Integer(6);
  read = std::move(record);
  return read;
}

}  // namespace

RecordQueries::RecordQueries(Connection& connection)
    : find_(connection.Prepare(
          "SELECT account_id, message, checksum, credential_tag, check_due_us, restore_state,"
          " revision FROM accounts INDEXED BY accounts_by_id"
          " WHERE tenant = ?1 AND account_id = ?2")),
      list_siblings_(connection.Prepare(
          "SELECT account_id, message, checksum, credential_tag, check_due_us, restore_state,"
          " revision FROM accounts INDEXED BY accounts_everywhere"
          " WHERE provider = ?1 AND account_number = ?2 AND tenant = ?3 AND state <> 3"
          " ORDER BY row_id")),
      find_credential_(connection.Prepare("SELECT sealed FROM credentials WHERE tenant = ?1"
                                          " AND account_id = ?2 AND version = ?3")) {}

absl::StatusOr<absl::optional<AccountRecord>> RecordQueries::Find(absl::string_view tenant,
                                                                  absl::string_view account_id) {
  absl::optional<AccountRecord> found;
  Cursor cursor = find_.Start(tenant, account_id);
  if (cursor.Next()) {
    found = ReadRecord(cursor);
    if (!found) return Fault(v1::ERROR_REASON_INTEGRITY_FAILURE);
  }
  if (!cursor.status().ok()) return cursor.status();
  return found;
}

absl::StatusOr<std::vector<AccountRecord>> RecordQueries::ListSiblings(
    absl::string_view tenant, absl::string_view provider, absl::string_view account_number,
    int limit) {
  std::vector<AccountRecord> siblings;
  Cursor cursor = list_siblings_.Start(provider, account_number, tenant);
  while (siblings.size() < static_cast<size_t>(limit) && cursor.Next()) {
    absl::optional<AccountRecord> record = ReadRecord(cursor);
    if (record) siblings.push_back(*std::move(record));
  }
  if (!cursor.status().ok()) return cursor.status();
  return siblings;
}

absl::StatusOr<absl::optional<std::string>> RecordQueries::FindCredential(
    absl::string_view tenant, absl::string_view account_id, int64_t version) {
  return find_credential_.Start(tenant, account_id, version).OnlyBytes();
}

}  // namespace credlink::sqlite
