#include "server/store/sqlite/account_queries.h"

#include "absl/strings/str_cat.h"

namespace credlink::sqlite {

static_assert(v1::Account::STATE_ACTIVE == 1, "the SQL of accounts says state = 1");
static_assert(v1::Account::STATE_DELETED == 3, "the SQL of accounts says state <> 3");
static_assert(v1::Account::HEALTH_UNHEALTHY == 2, "the SQL of accounts says health <> 2");

namespace {

// Of those that hold another secret, see SiblingsSql in record_queries.cc.
std::string MakeDueSql(char less_or_greater) {
  return absl::StrCat(
      "UPDATE accounts INDEXED BY accounts_everywhere"
      " SET check_due_us = ?1, revision = revision + 1"
      " WHERE provider = ?2 AND account_number = ?3 AND tenant <> ?4 AND state = 1 AND health <> 2"
      " AND credential_tag ",
      std::string(1, less_or_greater), " ?5 AND last_success_us < ?6");
}

}  // namespace

AccountQueries::AccountQueries(Connection& connection)
    : find_(connection.Prepare(
          "SELECT row_id, revision, owner_id, provider, account_number, label, state, health,"
          " environment, create_time_us, update_time_us, purge_time_us"
          " FROM accounts INDEXED BY accounts_by_id WHERE tenant = ?1 AND account_id = ?2")),
      find_live_(connection.Prepare(
          "SELECT account_id FROM accounts INDEXED BY accounts_live WHERE tenant = ?1"
          " AND owner_id = ?2 AND provider = ?3 AND account_number = ?4 AND state <> 3")),
      find_id_(connection.Prepare("SELECT 1 FROM accounts INDEXED BY accounts_by_id"
                                  " WHERE tenant = ?1 AND account_id = ?2")),
      find_tombstone_(
          connection.Prepare("SELECT 1 FROM tombstones WHERE tenant = ?1 AND account_id = ?2")),
      insert_(connection.Prepare(
          "INSERT INTO accounts (tenant, account_id, owner_id, provider, account_number, label,"
          " state, health, environment, create_time_us, update_time_us, purge_time_us,"
          " last_success_us, check_due_us, credential_tag, restore_state, restore_reason,"
          " revision, checksum, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
          " ?12, ?13, ?14, ?15, ?16, ?17, 1, ?18, ?19)")),
      update_(connection.Prepare(
          "UPDATE accounts SET last_success_us = ?2, check_due_us = ?3, credential_tag = ?4,"
          " restore_state = ?5, restore_reason = ?6, revision = revision + 1, checksum = ?7,"
          " message = ?8"
          " WHERE row_id = ?1")),
      update_indexed_(connection.Prepare(
          "UPDATE accounts SET owner_id = ?2, provider = ?3, account_number = ?4, label = ?5,"
          " state = ?6, health = ?7, environment = ?8, create_time_us = ?9, update_time_us = ?10,"
          " purge_time_us = ?11 WHERE row_id = ?1")),
      erase_(connection.Prepare("DELETE FROM accounts WHERE row_id = ?1")),
      erase_credentials_(
          connection.Prepare("DELETE FROM credentials WHERE tenant = ?1 AND account_id = ?2")),
      insert_tombstone_(
          connection.Prepare("INSERT INTO tombstones (tenant, account_id) VALUES (?1, ?2)")),
      make_below_due_(connection.Prepare(MakeDueSql('<'))),
      make_above_due_(connection.Prepare(MakeDueSql('>'))),
      postpone_(connection.Prepare("UPDATE accounts SET check_due_us = ?3, revision = revision + 1"
                                   " WHERE tenant = ?1 AND account_id = ?2")),
      find_annotations_(connection.Prepare(
          "SELECT key, value, create_time_us FROM annotations INDEXED BY annotations_by_row"
          " WHERE row_id = ?1 ORDER BY tenant, key")),
      drop_annotations_(connection.Prepare(
          "DELETE FROM annotations INDEXED BY annotations_by_row WHERE row_id = ?1")),
      insert_annotation_(
          connection.Prepare("INSERT INTO annotations (tenant, key, value, create_time_us, row_id)"
                             " VALUES (?1, ?2, ?3, ?4, ?5)")),
      insert_credential_(
          connection.Prepare("INSERT INTO credentials (tenant, account_id, version, sealed)"
                             " VALUES (?1, ?2, ?3, ?4)")),
      drop_credential_(connection.Prepare("DELETE FROM credentials WHERE tenant = ?1"
                                          " AND account_id = ?2 AND version = ?3")) {}

absl::StatusOr<absl::optional<StoredRow>> AccountQueries::Find(absl::string_view tenant,
                                                               absl::string_view account_id) {
  absl::optional<StoredRow> found;
  Cursor cursor = find_.Start(tenant, account_id);
  if (cursor.Next()) {
    StoredRow& row = found.emplace();
    row.row_id = cursor.Integer(0);
    row.revision = cursor.Integer(1);
    row.columns.owner_id = cursor.Bytes(2);
    row.columns.provider = cursor.Bytes(3);
    row.columns.account_number = cursor.Bytes(4);
    row.columns.label = cursor.Bytes(5);
    row.columns.state = cursor.Integer(6);
    row.columns.health = cursor.Integer(7);
    row.columns.environment = cursor.Integer(8);
    row.columns.create_time_us = cursor.Integer(9);
    row.columns.update_time_us = cursor.Integer(10);
    if (!cursor.IsNull(11)) row.columns.purge_time_us = cursor.Integer(11);
  }
  if (!cursor.status().ok()) return cursor.status();
  return found;
}

absl::StatusOr<absl::optional<std::string>> AccountQueries::FindLive(
    absl::string_view tenant, absl::string_view owner_id, absl::string_view provider,
    absl::string_view account_number) {
  return find_live_.Start(tenant, owner_id, provider, account_number).OnlyBytes();
}

absl::StatusOr<bool> AccountQueries::IsTaken(absl::string_view tenant,
                                             absl::string_view account_id) {
  for (Statement* find : {&find_id_, &find_tombstone_}) {
    Cursor cursor = find->Start(tenant, account_id);
    if (cursor.Next()) return true;
    if (!cursor.status().ok()) return cursor.status();
  }
  return false;
}

absl::Status AccountQueries::Insert(absl::string_view tenant, const AccountRow& row) {
  const IndexedColumns& columns = row.columns;
  // Without RETURNING, which would make SQLite keep a journal for the statement alone. At its end
  // SQLite steps over all that the savepoint around it has journalled: the time of a set would grow
  // with its square.
  absl::Status status = insert_.Run(
      tenant, row.account_id, columns.owner_id, columns.provider, columns.account_number,
      columns.label, columns.state, columns.health, columns.environment, columns.create_time_us,
      columns.update_time_us, columns.purge_time_us, row.last_success_us, row.check_due_us,
      Blob{row.credential_tag}, row.restore_state, row.restore_reason, row.checksum,
      Blob{row.message});
  if (!status.ok()) return status;
  return SetAnnotations(tenant, insert_.InsertedRow(), row);
}

absl::Status AccountQueries::Update(absl::string_view tenant, const StoredRow& old,
                                    const AccountRow& row) {
  absl::Status status =
      update_.Run(old.row_id, row.last_success_us, row.check_due_us, Blob{row.credential_tag},
                  row.restore_state, row.restore_reason, row.checksum, Blob{row.message});
  const IndexedColumns& columns = row.columns;
  if (status.ok() && columns != old.columns) {
    status =
        update_indexed_.Run(old.row_id, columns.owner_id, columns.provider, columns.account_number,
                            columns.label, columns.state, columns.health, columns.environment,
                            columns.create_time_us, columns.update_time_us, columns.purge_time_us);
  }
  if (!status.ok()) return status;
  absl::StatusOr<bool> same = HasAnnotations(old.row_id, row);
  if (!same.ok() || *same) return same.status();
  status = drop_annotations_.Run(old.row_id);
  if (!status.ok()) return status;
  return SetAnnotations(tenant, old.row_id, row);
}

absl::StatusOr<bool> AccountQueries::HasAnnotations(int64_t row_id, const AccountRow& row) {
  size_t count = 0;
  bool same = true;
  Cursor cursor = find_annotations_.Start(row_id);
  while (same && cursor.Next()) {
    same = count < row.annotations.size() && cursor.View(0) == row.annotations[count].first &&
           cursor.View(1) == row.annotations[count].second &&
           cursor.Integer(2) == row.columns.create_time_us;
    ++count;
  }
  if (!cursor.status().ok()) return cursor.status();
  return same && count == row.annotations.size();
}

absl::Status AccountQueries::SetAnnotations(absl::string_view tenant, int64_t row_id,
                                            const AccountRow& row) {
  for (const auto& [key, value] : row.annotations) {
    absl::Status status =
        insert_annotation_.Run(tenant, key, value, row.columns.create_time_us, row_id);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status AccountQueries::Erase(absl::string_view tenant, absl::string_view account_id,
                                   int64_t row_id) {
  absl::Status status = drop_annotations_.Run(row_id);
  if (status.ok()) status = erase_credentials_.Run(tenant, account_id);
  if (status.ok()) status = erase_.Run(row_id);
  if (status.ok()) status = insert_tombstone_.Run(tenant, account_id);
  return status;
}

absl::StatusOr<bool> AccountQueries::MakeDue(absl::string_view tenant, const Recheck& recheck,
                                             absl::Time now) {
  bool any = false;
  for (Statement* statement : {&make_below_due_, &make_above_due_}) {
    absl::Status status =
        statement->Run(absl::ToUnixMicros(DueFirst(now)), recheck.provider, recheck.account_number,
                       tenant, Blob{recheck.credential_tag}, absl::ToUnixMicros(recheck.proven));
    if (!status.ok()) return status;
    any |= statement->Changes() > 0;
  }
  return any;
}

absl::Status AccountQueries::Postpone(const AccountKey& key, absl::Time due) {
  return postpone_.Run(key.tenant, key.account_id, absl::ToUnixMicros(due));
}

absl::Status AccountQueries::InsertCredential(absl::string_view tenant,
                                              absl::string_view account_id,
                                              const SealedVersion& credential) {
  return insert_credential_.Run(tenant, account_id, credential.version, Blob{credential.sealed});
}

absl::Status AccountQueries::DropCredential(absl::string_view tenant, absl::string_view account_id,
                                            int64_t version) {
  return drop_credential_.Run(tenant, account_id, version);
}

}  // namespace credlink::sqlite
