#include "server/store/sqlite/migrations.h"

#include <iterator>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/store/sqlite/migration_v2.h"
#include "server/store/sqlite/schema_v1.h"

namespace credlink::sqlite {
namespace {

// Marks the file as ours: "CrLk". Shown by file(1) and `PRAGMA application_id`.
constexpr int64_t kApplicationId = 0x43724c6b;

absl::Status MigrateToVersion1(Connection& connection) { return connection.Execute(kVersion1); }

// What leads from each version to the next, starting at an empty database, which is version 0. The
// version of a database is kept in its user_version.
using Migration = absl::Status (*)(Connection&);
constexpr Migration kMigrations[] = {MigrateToVersion1, MigrateToVersion2};
static_assert(std::size(kMigrations) == kSchemaVersion);

absl::Status ApplyMissing(Connection& connection, int version) {
  absl::StatusOr<int64_t> now = connection.Integer("PRAGMA user_version");
  if (!now.ok()) return now.status();
  for (int i = static_cast<int>(*now); i < version; ++i) {
    absl::Status status = kMigrations[i](connection);
    if (!status.ok()) return status;
  }
  return connection.Execute(
      absl::StrCat("PRAGMA application_id=", kApplicationId, ";PRAGMA user_version=", version)
          .c_str());
}

}  // namespace

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
  if (*version < 0 || (*version == 0 && *tables > 0)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database says that its schema has version ", *version,
                     ", which no Credlink has written: somebody has changed its user_version"));
  }
  if (*version <= kSchemaVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the database has schema version ", *version, ", and this server knows only up to ",
      kSchemaVersion, ": a newer Credlink wrote it; start that one"));
}

absl::Status Migrate(Connection& connection, int version) {
  absl::StatusOr<int64_t> now = connection.Integer("PRAGMA user_version");
  if (!now.ok()) return now.status();
  if (*now >= version) return absl::OkStatus();
  absl::Status status = connection.Execute("BEGIN EXCLUSIVE");
  if (status.ok()) status = ApplyMissing(connection, version);
  if (status.ok()) status = connection.Execute("COMMIT");
  if (!status.ok() && connection.InTransaction()) connection.Execute("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace credlink::sqlite
