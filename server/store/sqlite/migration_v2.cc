#include "server/store/sqlite/migration_v2.h"

#include <string>

#include "server/store/sqlite/account_row.h"
#include "server/store/sqlite/schema_v2.h"

namespace credlink::sqlite {
namespace {

// A row of version 1. Its check is due at once, for nothing ever scheduled one.
struct OldRow {
  int64_t row_id;
  std::string tenant;
  AccountRow row;
};

OldRow ReadOldRow(const Cursor& cursor) {
  AccountRecord record;
  record.account_id = cursor.Bytes(2);
  std::string message = cursor.Bytes(7);
  const bool readable = record.account.ParseFromString(message);
  OldRow old{cursor.Integer(0), cursor.Bytes(1), AccountRow(std::move(record))};
  old.row.columns.owner_id = cursor.Bytes(3);
  old.row.columns.provider = cursor.Bytes(4);
  old.row.columns.account_number = cursor.Bytes(5);
  old.row.columns.state = cursor.Integer(6);
  old.row.message = std::move(message);
  old.row.checksum = ChecksumOf(old.row.message);
  if (!readable) old.row.checksum = ~old.row.checksum;  // no message has it: shows as damaged
  return old;
}

absl::Status CopyAccounts(Connection& connection) {
  Statement read = connection.Prepare(
      "SELECT row_id, tenant, account_id, owner_id, provider, account_number, state, message"
      " FROM accounts ORDER BY row_id");
  Statement write = connection.Prepare(
      "INSERT INTO accounts_2 (row_id, tenant, account_id, owner_id, provider, account_number,"
      " label, state, health, environment, create_time_us, update_time_us, last_success_us,"
      " purge_time_us, check_due_us, credential_tag, restore_state, restore_reason, revision,"
      " checksum, message) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
      " ?15, ?16, ?17, ?18, 1, ?19, ?20)");
  Statement annotate = connection.Prepare(
      "INSERT INTO annotations (tenant, key, value, create_time_us, row_id)"
      " VALUES (?1, ?2, ?3, ?4, ?5)");
  if (!connection.prepare_status().ok()) return connection.prepare_status();
  Cursor cursor = read.Start();
  while (cursor.Next()) {
    const OldRow old = ReadOldRow(cursor);
    const AccountRow& row = old.row;
    const IndexedColumns& columns = row.columns;
    absl::Status status = write.Run(
        old.row_id, old.tenant, row.account_id, columns.owner_id, columns.provider,
        columns.account_number, columns.label, columns.state, columns.health, columns.environment,
        columns.create_time_us, columns.update_time_us, row.last_success_us, columns.purge_time_us,
        columns.create_time_us, Blob{row.credential_tag}, row.restore_state, row.restore_reason,
        row.checksum, Blob{row.message});
    for (const auto& [key, value] : row.annotations) {
      if (!status.ok()) return status;
      status = annotate.Run(old.tenant, key, value, columns.create_time_us, old.row_id);
    }
    if (!status.ok()) return status;
  }
  return cursor.status();
}

}  // namespace

absl::Status MigrateToVersion2(Connection& connection) {
  absl::Status status = connection.Execute(kVersion2Tables);
  if (status.ok()) status = CopyAccounts(connection);
  // The foreign key needs the unique index that it refers to.
  if (status.ok()) {
    status = connection.Execute(
        "CREATE UNIQUE INDEX accounts_2_by_id ON accounts_2 (tenant, account_id);"
        "INSERT INTO credentials_2 SELECT tenant, account_id, version, sealed FROM credentials");
  }
  if (status.ok()) status = connection.Execute(kVersion2Indexes);
  return status;
}

}  // namespace credlink::sqlite
