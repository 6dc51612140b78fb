// The schema, as numbered steps. A step that was ever released is never changed; a new one is
// added.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

// The SQL that leads from each schema version to the next, starting at an empty database, which
// is version 0. The version of a database is kept in its user_version.
absl::Span<const char* const> Migrations();

// Fails, without changing anything, when the file is not a Credlink database or was written by a
// newer Credlink than this.
absl::Status CheckSchema(Connection& connection);

// Brings the database to the version of the last migration, in one transaction in which nobody else
// can read or write it. Either all of it happens or nothing.
absl::Status Migrate(Connection& connection);

}  // namespace credlink::sqlite
