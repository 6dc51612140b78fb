// The schema, as numbered steps. A step that was ever released is never changed; a new one is
// added.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "server/store/sqlite/connection.h"

namespace credlink::sqlite {

inline constexpr int kSchemaVersion = 2;

// Fails, without changing anything, when the file is not a Credlink database or was written by a
// newer Credlink than this.
absl::Status CheckSchema(Connection& connection);

// Brings the database up to that version, in one transaction in which nobody else can read or write
// it. Either all of it happens or nothing.
absl::Status Migrate(Connection& connection, int version = kSchemaVersion);

}  // namespace credlink::sqlite
