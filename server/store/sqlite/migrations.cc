#include "server/store/sqlite/migrations.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace credlink::sqlite {
namespace {

// Marks the file as ours: "CrLk". Shown by file(1) and `PRAGMA application_id`.
constexpr int64_t kApplicationId = 0x43724c6b;

// Tenant comes first in every key. row_id grows in the order of linking and is never used again; it
// is the position in lists. State 3 is credlink.v1.Account.STATE_DELETED. The indexes of live
// accounts end, as all indexes do, with row_id: equal keys are in list order. Requests and their
// responses are appended, and go in about the same order.
constexpr char kVersion1[] = R"sql(
CREATE TABLE accounts (
  row_id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  account_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  account_number TEXT NOT NULL,
  state INTEGER NOT NULL,
  message BLOB NOT NULL  -- credlink.v1.Account
) STRICT;
CREATE UNIQUE INDEX accounts_by_id ON accounts (tenant, account_id);
CREATE UNIQUE INDEX accounts_live ON accounts (tenant, owner_id, provider, account_number)
  WHERE state <> 3;
CREATE INDEX accounts_live_by_tenant ON accounts (tenant) WHERE state <> 3;
CREATE INDEX accounts_live_by_owner ON accounts (tenant, owner_id) WHERE state <> 3;
CREATE INDEX accounts_live_by_provider ON accounts (tenant, provider) WHERE state <> 3;
CREATE INDEX accounts_live_by_number ON accounts (tenant, account_number) WHERE state <> 3;

CREATE TABLE credentials (
  tenant TEXT NOT NULL,
  account_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (tenant, account_id, version),
  FOREIGN KEY (tenant, account_id) REFERENCES accounts (tenant, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
  tenant TEXT NOT NULL,
  request_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  response BLOB NOT NULL,
  expire_time_us INTEGER NOT NULL,  -- since 1970
  PRIMARY KEY (tenant, request_id)
) STRICT;
CREATE INDEX requests_by_expiry ON requests (expire_time_us);

CREATE TABLE tenant_keys (
  tenant TEXT NOT NULL,
  version INTEGER NOT NULL,
  kek_id TEXT NOT NULL,
  blob BLOB NOT NULL,
  PRIMARY KEY (tenant, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kMigrations[] = {kVersion1};

absl::Status ApplyMissing(Connection& connection) {
  absl::StatusOr<int64_t> version = connection.Integer("PRAGMA user_version");
  if (!version.ok()) return version.status();
  absl::Span<const char* const> migrations = Migrations();
  for (size_t i = *version; i < migrations.size(); ++i) {
    absl::Status status = connection.Execute(migrations[i]);
    if (!status.ok()) return status;
  }
  return connection.Execute(absl::StrCat("PRAGMA application_id=", kApplicationId,
                                         ";PRAGMA user_version=", migrations.size())
                                .c_str());
}

}  // namespace

absl::Span<const char* const> Migrations() { return kMigrations; }

absl::Status CheckSchema(Connection& connection) {
  absl::StatusOr<int64_t> tables = connection.Integer("SELECT count(*) FROM sqlite_schema");
  if (!tables.ok()) return tables.status();
  absl::StatusOr<int64_t> application = connection.Integer("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*tables > 0 && *application != kApplicationId) {
    return absl::FailedPreconditionError("the file is a database, but not one of Credlink");
  }
  absl::StatusOr<int64_t> version = connection.Integer("PRAGMA user_version");
  if (!version.ok()) return version.status();
  int64_t known = static_cast<int64_t>(Migrations().size());
  if (*version <= known) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the database has schema version ", *version,
                                                    ", and this server knows only up to ", known,
                                                    ": a newer Credlink wrote it; start that one"));
}

absl::Status Migrate(Connection& connection) {
  absl::StatusOr<int64_t> version = connection.Integer("PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version == static_cast<int64_t>(Migrations().size())) return absl::OkStatus();
  absl::Status status = connection.Execute("BEGIN EXCLUSIVE");
  if (status.ok()) status = ApplyMissing(connection);
  if (status.ok()) status = connection.Execute("COMMIT");
  if (!status.ok() && connection.InTransaction()) connection.Execute("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace credlink::sqlite
