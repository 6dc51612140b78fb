#include "absl/strings/str_cat.h"
#include "server/faults/faults.h"
#include "server/store/sqlite/account_queries.h"
#include "server/store/sqlite/sqlite_error.h"

namespace credlink::sqlite {
namespace {

// The accounts that hold another secret: those whose tags are less, and those whose tags are
// greater. Together they step over none that holds the same one, of which there may be thousands.
std::string SiblingsSql(char less_or_greater) {
  return absl::StrCat(
      "SELECT account_id FROM accounts INDEXED BY accounts_everywhere"
      " WHERE provider = ?1 AND account_number = ?2 AND credential_tag ",
      std::string(1, less_or_greater),
      " ?3 AND tenant = ?4 AND state <> 3 AND (NOT ?5 OR (state = 1 AND health <> 2))");
}

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
  record.restore_reason = cursor.Bytes(6);
  record.revision = cursor.Integer(7);
  read = std::move(record);
  return read;
}

}  // namespace

RecordQueries::RecordQueries(Connection& connection)
    : find_(connection.Prepare(
          "SELECT account_id, message, checksum, credential_tag, check_due_us, restore_state,"
          " restore_reason, revision FROM accounts INDEXED BY accounts_by_id"
          " WHERE tenant = ?1 AND account_id = ?2")),
      siblings_below_(connection.Prepare(SiblingsSql('<'))),
      siblings_above_(connection.Prepare(SiblingsSql('>'))),
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

absl::StatusOr<std::vector<AccountRecord>> RecordQueries::ListSiblings(const SiblingQuery& query) {
  std::vector<AccountRecord> siblings;
  for (Statement* statement : {&siblings_below_, &siblings_above_}) {
    Cursor cursor =
        statement->Start(query.provider, query.account_number, Blob{query.other_than_tag},
                         query.tenant, int64_t{query.only_working});
    while (siblings.size() < static_cast<size_t>(query.limit) && cursor.Next()) {
      // Each by itself, so that one whose pages are damaged is left out alone.
      absl::StatusOr<absl::optional<AccountRecord>> record = Find(query.tenant, cursor.View(0));
      if (SeverityOf(record.status()) == Severity::kDamaged) continue;
      if (!record.ok()) return record.status();
      if (record->has_value()) siblings.push_back(**std::move(record));
    }
    if (!cursor.status().ok()) return cursor.status();
  }
  return siblings;
}

absl::StatusOr<absl::optional<std::string>> RecordQueries::FindCredential(
    absl::string_view tenant, absl::string_view account_id, int64_t version) {
  return find_credential_.Start(tenant, account_id, version).OnlyBytes();
}

}  // namespace credlink::sqlite
